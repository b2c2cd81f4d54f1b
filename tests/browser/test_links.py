"""Links to services in a JupyterLab behind a hub: through the proxy, beside the notebook."""

import os
import sys
from collections.abc import Iterator

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import Browser, Page, expect

from lab_helpers.services.inbox import InboxContainer
from lab_helpers.setup import engine
from lab_helpers.setup.images import ROOT
from tests.browser.jupyterlab import serving
from tests.browser.reader import PATIENCE
from tests.free_port import free_port

OURS = str(ROOT / "lab_helpers" / "jupyterlab")
BASE = "/user/ada/"


@pytest.fixture(scope="module")
def inbox() -> Iterator[InboxContainer]:
    with InboxContainer() as service:
        yield service


@pytest.fixture(scope="module")
def lab(inbox: InboxContainer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a notebook that shows a link, in a JupyterLab that believes in a hub."""
    port = free_port()
    url = f"http://{engine.LOOPBACK}:{port}{BASE.rstrip('/')}"
    folder = tmp_path_factory.mktemp("lab")
    shown = new_output("stream", text=f"the inbox: {inbox.url}/\n")
    cell = new_code_cell("print(inbox.link)", outputs=[shown], execution_count=1)
    (folder / "page_config.json").write_text('{"hubPrefix": "/hub/"}')
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=[cell], metadata=kernel), folder / "page.ipynb")
    command = [sys.executable, "-m", "jupyterlab", "--allow-root", "--no-browser",
               f"--port={port}",
               f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=x",
               f"--ServerApp.base_url={BASE}", f"--LabApp.app_settings_dir={folder}"]  # fmt: skip
    ours = {"JUPYTER_CONFIG_PATH": OURS, "JUPYTER_PATH": OURS}
    ours |= {"JUPYTER_RUNTIME_DIR": str(folder / "run")}
    with serving(command, url, folder / "log.txt", env=os.environ | ours, cwd=ROOT):
        yield f"{url}/lab/tree/page.ipynb?token=x"


@pytest.fixture
def page(browser: Browser, lab: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1300, "height": 800})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(lab)
    page.locator(".jp-OutputArea a").wait_for()
    yield page
    context.close()


def test_a_click_opens_the_service_beside_the_notebook(page: Page, inbox: InboxContainer) -> None:
    page.click(".jp-OutputArea a")
    beside = page.frame_locator(f"iframe[title='127.0.0.1:{inbox.host_port}/']")
    beside.locator("h1", has_text="Inbox").wait_for()
    beside.locator("#message", has_text="Nothing yet").wait_for()
    # The page is there before its style is.
    expect(beside.locator("#panes")).to_have_css("display", "grid")
    assert page.locator(".jp-Notebook").is_visible()
    through = [f.url for f in page.frames if f"{BASE}proxy/{inbox.host_port}/" in f.url]
    assert through, [f.url for f in page.frames]


def test_with_ctrl_it_opens_in_a_tab_of_the_browser(page: Page, inbox: InboxContainer) -> None:
    with page.context.expect_page() as other:
        page.click(".jp-OutputArea a", modifiers=["Control"])
    other.value.wait_for_selector("#message")
    assert other.value.url.endswith(f"{BASE}proxy/{inbox.host_port}/")
