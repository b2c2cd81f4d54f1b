"""The slides of every chapter: no solutions, notes apart, and all that they need inside."""

import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from lab_helpers.errors import WorkshopError
from lab_helpers.setup.images import ROOT
from lab_helpers.slides import Deck, page

CHAPTERS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_[!a]*.ipynb"))
CHAPTERS = [path for path in CHAPTERS if "_appendix_" not in path.name]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem[:2])
def test_a_chapter(chapter: Path) -> None:
    deck = Deck.of(chapter)
    shown = "".join(part for slide in deck.slides for part in slide.parts)
    for folded in ("%%solution", "%%check", "%hint", "To the instructor"):
        assert folded not in shown
    soup = BeautifulSoup(shown, "html.parser")
    for link in soup.find_all("a"):
        assert re.match(r"https?://(?!127\.|localhost)", str(link["href"])), link
    for picture in soup.find_all("img"):
        assert str(picture["src"]).startswith("data:")
        assert len(str(picture["alt"])) > 10
    notes = "".join(note for slide in deck.slides for note in slide.notes)
    assert notes.startswith("<p>To the instructor")
    kinds = [
        cell.metadata.slideshow.slide_type for cell in nbformat.read(chapter, as_version=4).cells
    ]
    assert len(deck.slides) == kinds.count("slide") + kinds.count("subslide")


def test_what_is_said_of_a_section_is_said_of_all_of_it() -> None:
    slides = Deck.of(chapter_05()).slides
    at = next(i for i, slide in enumerate(slides) if "The target tracer" in slide.parts[0])
    assert slides[at].below
    assert slides[at].notes == slides[at - 1].notes
    assert "To the instructor" in slides[at].notes[0]


def chapter_05() -> Path:
    return next(path for path in CHAPTERS if path.name.startswith("05_"))


def test_a_page_asks_for_nothing() -> None:
    html = page(Deck.of(CHAPTERS[0]))
    soup = BeautifulSoup(html, "html.parser")
    assert not soup.find_all(["link", "iframe", "base"])
    assert not [script for script in soup.find_all("script") if script.has_attr("src")]
    for style in soup.find_all("style"):
        assert not re.search(r"@import|url\((?!['\"]?data:)", style.text)


def test_what_is_no_notebook_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "05_broken.ipynb"
    for content in (b"{", b"\xff\xfe", b'{"cells": 5}', b""):
        path.write_bytes(content)
        with pytest.raises(WorkshopError, match="is not a notebook that can be read"):
            Deck.of(path)
    with pytest.raises(WorkshopError, match="is not a notebook that can be read"):
        Deck.of(tmp_path / "gone.ipynb")
    path.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    with pytest.raises(WorkshopError, match="has no cell that is for a slide"):
        Deck.of(path)
