"""The README's picture: a chapter in JupyterLab, beside what Grafana shows of the same shop."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from PIL import Image, ImageOps

from lab_helpers.setup.images import ROOT
from lab_helpers.waiting import wait_until
from tests.browser import reader as readers
from tests.browser.reader import Reader
from tests.free_port import free_port

PAGE = "06_alertmanager.ipynb"
DASHBOARD = readers.PICTURES / "07_release.png"
SECTION = "### Predict: a crash"
HIGH, LEFT, RIGHT, GAP = 900, 1000, 940, 20  # pixels


pytestmark = pytest.mark.skipif(
    not readers.KEEPS, reason="it makes the README's picture, with KEEP_PICTURES=1"
)


@pytest.fixture
def jupyterlab(tmp_path: Path) -> Iterator[str]:
    """JupyterLab on one section of the page, with the workshop's settings and nobody's own."""
    page = nbformat.read(ROOT / "notebooks" / PAGE, as_version=4)
    cells = [cell for cell in page.cells if "instructor" not in cell.metadata.get("tags", [])]
    begin = [cell.source.startswith(SECTION) for cell in cells].index(True)
    page.cells = cells[begin : begin + 4]
    nbformat.write(page, tmp_path / PAGE)
    port = free_port()
    token = secrets.token_hex()
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
        f"--IdentityProvider.token={token}",
        "--ServerApp.port_retries=0", f"--ServerApp.root_dir={tmp_path}",
        f"--LabApp.app_settings_dir={ROOT / 'lab_helpers' / 'jupyterlab'}",
        f"--LabApp.workspaces_dir={tmp_path / 'workspaces'}",
        f"--LabApp.user_settings_dir={tmp_path / 'settings'}",
    ]  # fmt: skip
    own = {
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
    }
    said = tmp_path / "said"
    with said.open("w") as log:
        server = subprocess.Popen(command, env=os.environ | own, stdout=log, stderr=log)
    try:
        wait_until(lambda: "is running at" in said.read_text(), "JupyterLab answers")
        yield f"http://127.0.0.1:{port}/doc/tree/{PAGE}?token={token}"
    finally:
        server.terminate()
        server.wait()


def test_a_chapter_beside_grafana(reader: Reader, jupyterlab: str) -> None:
    page = reader.page
    page.set_viewport_size({"width": LEFT * 3 // 4, "height": HIGH * 3 // 4})
    reader.open(jupyterlab, "Predict: a crash", "Paged: ", "Idle")
    page.locator(".jp-OutputArea img").first.wait_for()
    shot = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    board = Image.open(DASHBOARD).convert("RGB")
    whole = Image.new("RGB", (LEFT + GAP + RIGHT, HIGH), "white")
    whole.paste(ImageOps.fit(shot, (LEFT, HIGH)), (0, 0))
    whole.paste(ImageOps.fit(board, (RIGHT, HIGH), centering=(0, 0)), (LEFT + GAP, 0))
    about = f"JupyterLab {version('jupyterlab')} and {readers.caption(DASHBOARD)}"
    readers.store("front", whole, about, colours=128)
