"""The sources that Sphinx makes the site of, in one folder: pages, pictures, files that pages name.

They lie as they do in the checkout, so that the links between them hold.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import nbformat
import yaml
from pygments.lexers import get_lexer_for_filename
from pygments.util import ClassNotFound

from lab_helpers.pages import notebooks
from lab_helpers.setup.images import ROOT
from lab_helpers.site import pages, teaching
from lab_helpers.site.outputs import PICTURES

_LINK = re.compile(r"(\]\()([^)\s#]+)")
_CODE = re.compile(r"(```.*?```|~~~~.*?~~~~|`[^`\n]*`)", re.DOTALL)
_PICTURES = (".png", ".svg")
_BEATS = "beats"
_AUTHORS, _CURRICULUM = _TEXTS = ("CONTRIBUTING.md", "labs/exam/curriculum.md")

#: The site's parts, and the titles of them that stand above their pages in the list of contents.
Contents = list[tuple[str, list[str]]]


def write(folder: Path) -> None:
    """Write the sources of the whole site into an empty folder."""
    named = _write_text(ROOT / "README.md", folder / "index.md", _toctrees(contents()))
    for name in _TEXTS:
        named |= _write_text(ROOT / name, folder / name)
    for name, text in teaching.sheets():
        _put(folder / _BEATS / f"{name}.md", f"{_front_matter(text)}{text}")
    for path in everything():
        named |= _write_notebook(path, folder)
    for path in sorted(named):
        place = folder / path.relative_to(ROOT)
        if path.suffix in _PICTURES:
            _put(place, path.read_bytes())
        else:
            _put(place.with_name(f"{place.name}.md"), _listing(path))


def everything() -> list[Path]:
    """The notebooks of the site, in the order in which they are read: a chapter, then its lab."""
    found = notebooks.chapters()
    found.sort(key=lambda path: (_chapter(path), path.stem == "lab", "appendix" in path.name))
    return [*found, ROOT / "notebooks" / "glossary.ipynb"]


def contents() -> Contents:
    """The list of contents: titles, and the names of the pages below each."""
    *pages_, glossary = [str(path.relative_to(ROOT).with_suffix("")) for path in everything()]
    return [
        ("Chapters and labs", pages_),
        ("To look up", [glossary, _CURRICULUM]),
        ("For instructors and authors", [f"{_BEATS}/index", _AUTHORS]),
    ]


def _write_text(path: Path, place: Path, end: str = "") -> set[Path]:
    """Write a page that is plain Markdown; answers which files it names."""
    text = path.read_text("utf-8")
    _put(place, f"{_front_matter(text)}{_with_files_as_pages(text)}\n{end}")
    return set(_files(text, path))


def _front_matter(text: str) -> str:
    return f"---\n{yaml.safe_dump(_meta(text), width=1000)}---\n"


def _meta(text: str) -> dict[str, Any]:
    about = pages.description(text)
    return {"myst": {"html_meta": {"description": about}}} if about else {}


def _write_notebook(path: Path, folder: Path) -> set[Path]:
    """Write one page, and the pictures that its cells drew; answers which files it names."""
    notebook = nbformat.read(path, as_version=4)
    drawn: dict[str, bytes] = {}
    page = pages.page(notebook, path, drawn)
    named: set[Path] = set()
    for cell in page.cells:
        if cell.cell_type == "markdown":
            named |= set(_files(cell.source, path))
            cell.source = _with_files_as_pages(cell.source)
    page.metadata |= _meta(notebook.cells[0].source)
    _put(folder / path.relative_to(ROOT), nbformat.writes(page))
    for name, pixels in drawn.items():
        _put(folder / PICTURES / name, pixels)
    return named


def _chapter(path: Path) -> str:
    return notebooks.title(path)[:2]


def _links(text: str) -> Iterator[str]:
    for part in _CODE.split(text)[::2]:
        for _, link in _LINK.findall(part):
            if not urlparse(link).scheme:
                yield link


def _is_page(link: str) -> bool:
    return link.endswith((".ipynb", ".md"))


def _files(text: str, path: Path) -> Iterator[Path]:
    """The files of the checkout that the page at `path` names, other pages not among them."""
    for link in _links(text):
        if not _is_page(link):
            yield (path.parent / link).resolve()


def _with_files_as_pages(text: str) -> str:
    """The text with its links to files led to the pages that list them."""

    def led(found: re.Match[str]) -> str:
        link = found[2]
        ready = urlparse(link).scheme or _is_page(link) or link.endswith(_PICTURES)
        return found[0] if ready else f"{found[0]}.md"

    parts = _CODE.split(text)
    parts[::2] = [_LINK.sub(led, part) for part in parts[::2]]
    return "".join(parts)


def _listing(path: Path) -> str:
    """The page of a file."""
    text = path.read_text("utf-8")
    try:
        language = get_lexer_for_filename(path.name, text).aliases[0]
    except ClassNotFound:
        language = "text"
    name = path.relative_to(ROOT)
    return f"---\norphan: true\n---\n# {name}\n\n~~~~~~{language}\n{text}\n~~~~~~\n"


def _toctrees(parts: Iterable[tuple[str, list[str]]]) -> str:
    trees = []
    for title, names in parts:
        inside = "\n".join(names)
        trees.append(f"```{{toctree}}\n:hidden:\n:caption: {title}\n\n{inside}\n```\n")
    return "\n".join(trees)


def _put(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
