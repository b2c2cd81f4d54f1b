"""The beat sheet of a chapter, read from its notebook: the cells for the instructor in it."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from lab_helpers.beats.beat import Beat, Sheet, read
from lab_helpers.errors import WorkshopError
from lab_helpers.setup.images import ROOT

_CODE = re.compile(r"```.*?```", re.DOTALL)
_HEADING = re.compile(r"^#{1,3} (.+)$", re.MULTILINE)


def chapters() -> dict[str, Path]:
    """The notebooks of the chapters, by number; no appendix, and not the glossary."""
    found = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    return {path.name[:2]: path for path in found if "_appendix_" not in path.name}


def of_chapter(number: str) -> Sheet:
    """The sheet of a chapter, such as 05 or 5.

    Raises:
        WorkshopError: there is no such chapter, or one of its notes has not the form.
    """
    known = chapters()
    path = known.get(number.strip().zfill(2))
    if path is None:
        raise WorkshopError(f"There is no chapter {number!r}. There are: {', '.join(known)}.")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    about = notebook["metadata"]["workshop"]
    beats = _beats(notebook["cells"], path.name[:2], about["title"])
    before = tuple(beat.before for beat in beats if beat.before)
    return Sheet(f"Chapter {path.name[:2]}: {about['title']}", beats, before)


def code_of(number: str) -> dict[int, str]:
    """The source of each code cell of a chapter that was run, by its execution count."""
    cells = json.loads(chapters()[number].read_text(encoding="utf-8"))["cells"]
    counted = [cell for cell in cells if cell.get("execution_count")]
    return {cell["execution_count"]: "".join(cell["source"]) for cell in counted}


def _beats(cells: list[dict[str, Any]], chapter: str, title: str) -> tuple[Beat, ...]:
    """The beats; each has the name of the last heading before it, and the cells until the next.

    The first one stands below the chapter's header, and is called as the section that follows it.
    """
    sources = ["".join(cell["source"]) for cell in cells]
    headings = [
        _heading(source) if cell["cell_type"] == "markdown" else ""
        for cell, source in zip(cells, sources, strict=True)
    ]
    places = [i for i, cell in enumerate(cells) if "instructor" in cell["metadata"].get("tags", [])]
    found = []
    for place, end in zip(places, [*places[1:], len(cells)], strict=True):
        above = [heading for heading in headings[:place] if heading]
        name = next(filter(None, headings[place:]), title) if len(above) == 1 else above[-1]
        mine = cells[place:end]
        counts = [cell["execution_count"] for cell in mine if cell.get("execution_count")]
        named = [cell["metadata"].get("workshop", {}).get("exercise") for cell in mine]
        found.append(
            replace(
                read(sources[place], name),
                chapter=chapter,
                cells=(counts[0], counts[-1]) if counts else None,
                exercises=tuple(dict.fromkeys(filter(None, named))),
            )
        )
    return tuple(found)


def _heading(source: str) -> str:
    """The first heading in a cell of Markdown, if it has one; a comment in its code is none."""
    found = _HEADING.search(_CODE.sub("", source))
    return found[1].strip() if found else ""
