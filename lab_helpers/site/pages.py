"""A notebook as a page of the site: for somebody who reads, not runs."""

import copy
import re
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from lab_helpers.setup.images import ROOT
from lab_helpers.site import exercises, outputs

_OPEN = "*In JupyterLab: `.venv/bin/workshop lab {name}`*"
_DO = re.compile(r"\*\*What you'll do\*\*:?\s+(.+?)(?:\n\n|\Z)", re.DOTALL)
_FIRST = re.compile(r"^([A-Z].+?)(?:\n\n|\Z)", re.DOTALL | re.MULTILINE)


def page(notebook: NotebookNode, path: Path, pictures: dict[str, bytes]) -> NotebookNode:
    """The page of the notebook that lies at `path`; its pictures are put into `pictures`.

    The notes to the instructor are left out, exercises are folded (`exercises`), and what cells
    show is made readable (`outputs`).
    """
    up = "../" * len(path.relative_to(ROOT).parents[:-1])
    cells = []
    for cell in map(copy.deepcopy, notebook.cells):
        if "instructor" in cell.metadata.get("tags", []):
            continue
        magic, number = (*cell.source.partition("\n")[0].split(), "", "")[:2]
        body = cell.source.partition("\n")[2]
        if cell.cell_type == "markdown":
            cell.source = exercises.without_how(cell.source, _number(cell, path))
        elif magic == "%%check":
            cell = new_markdown_cell(exercises.beginning(number, body))
        elif magic == "%%solution":
            cell = new_markdown_cell(exercises.solution(number, body, cell.outputs))
        elif cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell = new_markdown_cell(exercises.folded(cell))
        else:
            cell.outputs = [outputs.readable(one, up, pictures) for one in cell.outputs]
        cells.append(cell)
    if "workshop" in notebook.metadata:
        cells[0].source = _with_way(cells[0].source, path)
    shown = copy.deepcopy(notebook)
    shown.cells = cells
    return shown


def description(text: str) -> str:
    """A sentence or two on a page, from its beginning: what one does in it, or what it is."""
    found = _DO.search(text) or _FIRST.search(text)
    about = re.sub(r"[*`]|\]\([^)]*\)|\[", "", " ".join(found[1].split())) if found else ""
    return about[:1].upper() + about[1:]


def _number(cell: NotebookNode, path: Path) -> str:
    """The exercise whose number the prose of a cell may name."""
    chapter = (path.parent if path.stem == "lab" else path).name[:2]
    return str(cell.metadata.get("workshop", {}).get("exercise", f"{chapter}.1"))


def _with_way(header: str, path: Path) -> str:
    """The header with its number, and with how to open the page where it runs."""
    head, _, rest = header.partition("\n")
    chapter = path.stem != "lab" and "appendix" not in path.name
    if chapter:
        head = head.replace("# ", f"# {path.name[:2]} ", 1)
    name = path.name[:2] if chapter else path.relative_to(ROOT)
    return f"{head}\n\n{_OPEN.format(name=name)}\n{rest}"
