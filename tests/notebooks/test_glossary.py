"""The glossary: in order, each word with its chapter, and every link into it leads to a word."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

from lab_helpers.pages.notebooks import chapters, title

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "notebooks" / "glossary.ipynb"
TEXT = "\n\n".join(cell.source for cell in nbformat.read(GLOSSARY, as_version=4).cells)
ENTRIES = re.findall(r"^### (.+)\n\n(.+)$", TEXT, re.MULTILINE)
#: those that link into it; an exercise's prompt is written into its page from its file
SOURCES = [
    *ROOT.glob("*.md"),
    *ROOT.glob("notebooks/*.ipynb"),
    *ROOT.glob("labs/*/lab.ipynb"),
    *ROOT.glob("labs/*/exercises/*.*"),
]


def anchor(word: str) -> str:
    """As JupyterLab makes it."""
    return word.replace(" ", "-")


def test_it_is_alphabetical_and_each_word_stands_below_its_letter() -> None:
    words = [word for word, _ in ENTRIES]
    assert len(words) >= 70
    assert words == sorted(words, key=str.lower)
    assert len({anchor(word).lower() for word in words}) == len(words)
    for part in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]:
        letter = part[0]
        assert {word[0].upper() for word in re.findall(r"^### (.+)$", part, re.M)} == {letter}
        assert f"[{letter}](#{letter})" in TEXT


@pytest.mark.parametrize(("word", "entry"), ENTRIES, ids=[word for word, _ in ENTRIES])
def test_a_word_is_explained_in_a_few_sentences_and_has_its_chapter(word: str, entry: str) -> None:
    text, _, link = entry.partition(" → ")
    found = re.fullmatch(r"\[(chapter|lab) (\d\d)\]\(([^)#]+)\)", link)
    assert found is not None, link
    pages = {path.resolve(): title(path) for path in chapters()}
    page = pages[(GLOSSARY.parent / found[3]).resolve()]
    assert page.startswith(found[2])
    assert page.endswith("/lab") == (found[1] == "lab")
    assert word[0].isupper()
    assert text.endswith((".", ")")), text
    assert 1 <= len(re.findall(r"[.:](?=\s|$)", text)) <= 5, text


def test_every_link_into_it_leads_to_a_word() -> None:
    anchors = {anchor(word) for word, _ in ENTRIES}
    missing = {
        f"{path.relative_to(ROOT)}: {link}"
        for path in SOURCES
        for link in re.findall(r"glossary\.ipynb#([^)\s\"\\]+)", path.read_text(errors="replace"))
        if unquote(link) not in anchors
    }
    assert missing == set()
