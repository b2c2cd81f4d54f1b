"""A chapter presented in JupyterLab: its Markdown, and a cell that runs on its slide."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from lab_helpers.cli import acts
from lab_helpers.setup.images import ROOT
from tests.browser.jupyterlab import serving
from tests.browser.reader import PATIENCE
from tests.free_port import free_port

CHAPTER = "notebooks/00_check_setup.ipynb"


@pytest.fixture
def jupyterlab(tmp_path: Path) -> Iterator[str]:
    """JupyterLab as `workshop lab` starts it, on the start of chapter 00; answers its address."""
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "rise.css", tmp_path / "notebooks")
    chapter = nbformat.read(ROOT / CHAPTER, as_version=4)
    code = next(i for i, cell in enumerate(chapter.cells) if cell.cell_type == "code")
    chapter.cells = chapter.cells[: code + 2]
    chapter.cells[code].source = "6 * 7"
    nbformat.write(chapter, tmp_path / CHAPTER)
    port = free_port()
    own = [f"--port={port}", "--no-browser", "--IdentityProvider.token=",
           f"--notebook-dir={tmp_path}", f"--LabApp.workspaces_dir={tmp_path}"]  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    command = [*acts.jupyterlab(CHAPTER), *own]
    with serving(command, address, tmp_path / "log.txt", cwd=tmp_path):
        yield address


def present(page: Page, address: str) -> FrameLocator:
    """Open the chapter in JupyterLab, and its slides beside it."""
    slides = page.frame_locator("iframe")
    page.goto(f"{address}/lab/tree/{CHAPTER}?reset")
    page.locator("#jp-main-statusbar").get_by_text("Idle").wait_for()
    page.locator('[data-command="RISE:preview"]').first.click()
    slides.locator("section.present").first.wait_for()
    return slides


def test_a_cell_runs_on_its_slide(browser: Browser, jupyterlab: str) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    away: list[str] = []
    page.on("request", lambda request: away.append(request.url))
    slides = present(page, jupyterlab)
    now = slides.locator("section.present section.present")
    expect(now.get_by_role("heading", name="Check your set-up")).to_be_visible()
    assert not slides.get_by_text("To the instructor").first.is_visible()
    title = now.get_by_role("heading").first
    assert title.evaluate("title => parseFloat(getComputedStyle(title).fontSize)") >= 40
    title.click()
    page.keyboard.press("Space")
    expect(now.get_by_role("heading", name="How to use these pages")).to_be_visible()
    expect(now.locator(".jp-CodeCell.jp-mod-selected")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(now.locator(".jp-OutputArea-output")).to_have_text("42")
    for text in (now.locator(".jp-OutputArea-output pre"), now.locator(".jp-CodeCell .cm-line")):
        assert text.evaluate("text => parseFloat(getComputedStyle(text).fontSize)") >= 20
    now.locator(".jp-CodeCell .cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("6 * 8")
    page.keyboard.press("Control+Enter")
    expect(now.locator(".jp-OutputArea-output")).to_have_text("48")
    expect(now.get_by_role("heading", name="How to use these pages")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Space")
    expect(now.get_by_role("heading", name="Check your set-up")).to_be_visible()
    page.locator(".lm-TabBar-tab.lm-mod-current .lm-TabBar-tabCloseIcon").last.click()
    expect(page.locator("iframe")).to_have_count(0)
    assert not [url for url in away if not url.startswith((jupyterlab, "data:", "blob:"))]
    context.close()
