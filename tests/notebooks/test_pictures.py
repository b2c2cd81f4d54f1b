"""Each picture of a page has a text for whoever cannot see it, and is sharp."""

from __future__ import annotations

import base64
import io
import re
from html import unescape
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from PIL import Image

from lab_helpers.pages.notebooks import title
from lab_helpers.pictures import alt, shown
from tests.browser import reader

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted((ROOT / "notebooks").glob("*.ipynb")),
    *sorted((ROOT / "labs").glob("*/lab.ipynb")),
]
README = ROOT / "README.md"
IMAGE = re.compile(r"<img\b[^>]*>")
MARKDOWN = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)[^)]*\)")


@pytest.fixture(params=PAGES, ids=title)
def page(request: pytest.FixtureRequest) -> NotebookNode:
    return nbformat.read(request.param, as_version=4)


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def test_a_drawn_picture_names_its_title_and_what_it_shows(page: NotebookNode) -> None:
    for cell in page.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            images = IMAGE.findall(data.get("text/html", ""))
            where = cell.source[:200]
            assert images or "image/png" not in data, f"no alt text, run `make notebooks`: {where}"
            for image in images:
                text = attribute(image, "alt")
                named = re.search(r"“[^”]+”", text) or text.startswith("Drawing of the lab: ")
                assert named, f"no title in {text!r}: {where}"
                assert alt.UNTITLED not in text, f"{text}: {where}"
                assert "image/png" in data, f"nothing for what shows no HTML: {where}"
                assert data["text/plain"] == text, where


def test_a_drawn_picture_is_sharp(page: NotebookNode) -> None:
    for cell in page.cells:
        for output in cell.get("outputs", []):
            for image in IMAGE.findall(output.get("data", {}).get("text/html", "")):
                pixels = base64.b64decode(attribute(image, "src").partition("base64,")[2])
                width = Image.open(io.BytesIO(pixels)).width
                assert width // shown.SHARP == int(attribute(image, "width")), cell.source[:200]


def test_a_kept_picture_has_a_text_and_a_caption_with_its_version(page: NotebookNode) -> None:
    for cell in page.cells:
        if cell.cell_type == "markdown":
            is_told(cell.source)


def test_so_has_the_one_of_the_readme() -> None:
    is_told(README.read_text())


def is_told(source: str) -> None:
    """Whether each picture of a text in Markdown says what it shows, and of which version."""
    for text, path in MARKDOWN.findall(source):
        assert len(text) > 20, f"{path}: say what it shows, not {text!r}"
        for part in reader.caption(reader.PICTURES / Path(path).name).split(" and "):
            assert part in source, f"{path} shows {part}; its caption does not say so"


def test_a_kept_picture_is_shown_by_a_page() -> None:
    sources = "".join(path.read_text() for path in [*PAGES, README])
    unused = [p.name for p in reader.PICTURES.glob("*.png") if f"pictures/{p.name}" not in sources]
    assert unused == []
