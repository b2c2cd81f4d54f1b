"""What a chapter's slides are: its cells, cut by their slide types."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from lab_helpers.errors import WorkshopError
from lab_helpers.setup.images import ROOT
from lab_helpers.slides import cells

NOTEBOOKS = ROOT / "notebooks"


@dataclass
class Slide:
    """One slide, before its height is known.

    Attributes:
        parts: HTML of the cells on it, from top to bottom.
        notes: HTML of what only the speaker sees.
        below: whether it belongs to the slide before it (slide type `subslide`).
    """

    below: bool = False
    parts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Deck:
    """The slides of one chapter, as its notebook is now.

    Attributes:
        name: of the notebook, such as 05_consul_service_discovery.
        title: the chapter's, with its number.
    """

    name: str
    title: str
    slides: list[Slide]

    @classmethod
    def of(cls, path: Path) -> Deck:
        """The deck of a chapter.

        Raises:
            WorkshopError: the file is not a notebook that can be read.
        """
        try:
            notebook = nbformat.read(path, as_version=4)
        except (OSError, ValueError, TypeError, LookupError, AttributeError) as problem:
            raise WorkshopError(f"{path} is not a notebook that can be read: {problem}") from None
        about = notebook.metadata.get("workshop", {}).get("title", path.stem)
        slides = _cut(notebook.cells, path.parent)
        if not slides:
            raise WorkshopError(f"{path} has no cell that is for a slide.")
        return cls(path.stem, f"{path.name[:2]} {about}", slides)


def _cut(found: list[NotebookNode], folder: Path) -> list[Slide]:
    slides = [Slide()]
    for cell in found:
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        if kind == "skip" or "solution" in cell.metadata.get("tags", []):
            continue
        html = cells.render(cell, folder)
        if kind == "notes":
            slides[-1].notes.append(html)
            continue
        if kind in ("slide", "subslide") and slides[-1].parts:
            slides.append(Slide(below=kind == "subslide"))
        if html:
            step = " fragment" if kind == "fragment" else ""
            slides[-1].parts.append(f'<div class="{cell.cell_type} cell{step}">{html}</div>')
    shown = [slide for slide in slides if slide.parts]
    for above, slide in pairwise(shown):
        if slide.below and not slide.notes:  # what is said of a section is said of all of it
            slide.notes = above.notes
    return shown


def chapter(name: str) -> Path:
    """The notebook of the chapter that is called so: 5, 05, consul, 05_consul_service_discovery.

    Raises:
        WorkshopError: there is none, or there are several; or it is a page without slides.
    """
    asked = Path(name.strip()).name.removesuffix(".ipynb").lower()
    pages = {path.stem: path for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
    shown = {stem: path for stem, path in pages.items() if re.match(r"\d\d_(?!appendix)", stem)}
    if not asked:
        raise WorkshopError("Name a chapter, 05 for instance.")
    if asked in pages and asked not in shown:
        raise WorkshopError(
            f"{asked} is a page to read and has no slides; a chapter has them, 05 for instance."
        )
    number = f"{int(asked):02}_" if re.fullmatch(r"[0-9]{1,3}", asked) else None
    found = [
        path
        for stem, path in shown.items()
        if asked == stem or (stem.startswith(number) if number else asked in stem)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(path.stem for path in found)
        raise WorkshopError(f"{name!r} can be any of {names}: say which.")
    if any(asked in stem for stem in pages) and not number:
        raise WorkshopError(
            f"{name!r} is a page to read and has no slides; a chapter has them, 05 for instance."
        )
    first, last = min(shown)[:2], max(shown)[:2]
    raise WorkshopError(f"There is no chapter {name[:60]!r}: chapters are {first} to {last}.")
