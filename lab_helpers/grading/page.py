"""The pages with exercises, written from these.

A lab's page, `labs/NN_topic/lab.ipynb`, is written as a whole, with its lab.toml. Of a chapter's
page those cells are written whose metadata name an exercise: {"workshop": {"exercise": "02.a"}}.

The exercises are the one source: `python -m lab_helpers.grading` writes the pages anew, and
`make notebooks` runs them and keeps what they show.
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lab_helpers.grading import catalogue
from lab_helpers.grading.exercise import Exercise
from lab_helpers.setup.images import ROOT

_SET_UP = """\
## Set up

Run this cell first, and again whenever something is in a mess. It starts what the checks need."""

HOW = """\
## How it works

- **Answer** in the cell that begins with `%%check`: leave its first line, replace what is below it,
  and run the cell. The check tries your answer out, and says what is wrong with it.
- **Stuck?** `%hint {first}` in a cell of its own gives one hint at a time; each exercise has three.
- **The solution** is folded below each exercise: click on the bar to see it.
- The same from a shell in the checkout: `.venv/bin/workshop check {first} --file answer.txt`; what
  you have solved: `.venv/bin/workshop progress`."""


#: What stands below each prompt in a chapter.
IN_A_CHAPTER = """\
*Write your answer below the first line of the next cell, and run it. Stuck? `%hint {number}` in a
cell of its own gives a hint. The solution is folded below: click on the bar to see it.*"""


def path(chapter: str) -> Path:
    """Where the page of a chapter's lab is."""
    return catalogue.folder(chapter) / "lab.ipynb"


def chapter_path(chapter: str) -> Path:
    """Where the page of a chapter is."""
    return ROOT / "notebooks" / f"{catalogue.folder(chapter).name}.ipynb"


def render(chapter: str, *, solved: bool = False) -> NotebookNode:
    """The page as shipped, not run yet; or with the solutions in place of the learner's answers."""
    about, exercises = catalogue.about(chapter), catalogue.in_lab(chapter)
    cells = [
        _text(_header(about), "slide"),
        _text(_SET_UP, "skip"),
        _code(_opening(chapter, exercises), "skip", "nbval-ignore-output", "why:random-ports"),
        _text(HOW.format(first=f"{chapter}.1"), "slide"),
    ]
    if "explore" in about:
        cells += [_text(f"## Look around\n\n{about['explore'].strip()}", "slide")]
        tags = about.get("explore_tags", [])
        cells += [_code(about["explore_code"].strip(), "fragment", *tags)]
    for number, exercise in exercises.items():
        task = f"## {number} {exercise.title}\n\n*{exercise.kind}*\n\n{exercise.prompt.strip()}"
        cells += [_text(task, "slide")]
        answer = exercise.solution if solved else exercise.start
        cells += [_code(f"%%check {number}\n{answer.strip()}", "fragment")]
        if not solved:
            solution = f"%%solution {number}\n{exercise.solution.strip()}"
            cells += [_code(solution, "skip", "solution")]
    cells += [
        _text(_list("In this notebook we …", about["recap"]), "slide"),
        _text(_list("In practice", about["practice"]), "slide"),
        _text(_list("Further reading", about["reading"]), "slide"),
        _code("lab.stop()", "skip"),
    ]
    page = new_notebook(cells=cells)
    for index, cell in enumerate(page.cells):
        cell.id = f"lab-{chapter}-{index:02}"  # the same at every rendering
    page.metadata.workshop = {
        "title": about["title"],
        "objectives": about["learn"],
        "minutes": about["minutes"],
    }
    return page


def write(chapter: str) -> bool:
    """Write the page anew, keeping what its cells show if none of them has changed.

    Answers whether it changed, and so has to be run.
    """
    page, file = render(chapter), path(chapter)
    if file.exists() and same(nbformat.read(file, as_version=4), page):
        return False
    file.write_text(nbformat.writes(page) + "\n", encoding="utf-8")
    return True


def groups(page: NotebookNode) -> Iterator[tuple[str, list[NotebookNode]]]:
    """The cells of a chapter's page in order, parted: those of an exercise, and those between.

    The number of an exercise, "" for what stands between, and the cells.
    """
    yield from ((number, list(cells)) for number, cells in groupby(page.cells, _exercise_of))


def filled(page: NotebookNode) -> list[NotebookNode]:
    """The cells that a chapter's page has to have; those that have not changed are its own.

    Raises:
        WorkshopError: it names an exercise that there is not.
    """
    cells: list[NotebookNode] = []
    for number, old in groups(page):
        if number:
            new = _group(number, catalogue.exercise(number))
            cells += old if _said(old) == _said(new) else new
        else:
            cells += old
    return cells


def fill(chapter: str) -> bool:
    """Write the exercises of a chapter's page anew, keeping what the cells show that are the same.

    Answers whether any has changed, and so the chapter has to be run.
    """
    file = chapter_path(chapter)
    page = nbformat.read(file, as_version=4)
    cells = filled(page)
    if cells == page.cells:
        return False
    page.cells = cells
    file.write_text(nbformat.writes(page) + "\n", encoding="utf-8")
    return True


def _exercise_of(cell: NotebookNode) -> str:
    return str(cell.metadata.get("workshop", {}).get("exercise", ""))


def _group(number: str, exercise: Exercise) -> list[NotebookNode]:
    """The cells of an exercise in a chapter: prompt, the cell to fill in, and the solution."""
    head = f"### Exercise {number}: {exercise.title}\n\n*{exercise.kind}*"
    how = IN_A_CHAPTER.format(number=number)
    cells = [
        _text(f"{head}\n\n{exercise.prompt.strip()}\n\n{how}", "subslide"),
        _code(f"%%check {number}\n{exercise.start.strip()}", "fragment"),
        _code(f"%%solution {number}\n{exercise.solution.strip()}", "skip", "solution"),
    ]
    for cell, part in zip(cells, ("prompt", "check", "solution"), strict=True):
        cell.metadata.workshop = {"exercise": number}
        cell.id = f"{number.replace('.', '-')}-{part}"
    return cells


def same(one: NotebookNode, other: NotebookNode) -> bool:
    """Whether two pages have the same cells, whatever these show."""

    alike = _said(one.cells) == _said(other.cells)
    return alike and one.metadata.workshop == other.metadata.workshop


def _said(cells: list[NotebookNode]) -> list[tuple[str, str, list[str]]]:
    return [(cell.cell_type, cell.source, sorted(cell.metadata.get("tags", []))) for cell in cells]


def _header(about: dict[str, Any]) -> str:
    learn = "\n".join(f"- {each}" for each in about["learn"])
    return (
        f"# {about['title']}\n\n**What you'll do**: {about['do']}\n\n"
        f"**What you'll learn**\n\n{learn}\n\n**What you'll need**: {about['need']}\n\n"
        f"**Time**: {about['minutes']} minutes."
    )


def _opening(chapter: str, exercises: dict[str, Exercise]) -> str:
    lines = ["from lab_helpers import open_lab", "", f'lab = open_lab("{chapter}")']
    if any("week" in exercise.judge.services for exercise in exercises.values()):
        lines += ["prometheus = lab.week  # the week of history, to look around in"]
    return "\n".join(lines)


def _list(title: str, entries: list[str]) -> str:
    return "\n".join([f"## {title}", "", *(f"- {entry}" for entry in entries)])


def _text(source: str, slide: str) -> NotebookNode:
    return new_markdown_cell(source, metadata={"slideshow": {"slide_type": slide}})


def _code(source: str, slide: str, *tags: str) -> NotebookNode:
    metadata: dict[str, Any] = {"slideshow": {"slide_type": slide}}
    if tags:
        metadata["tags"] = list(tags)
    if "solution" in tags:
        metadata["jupyter"] = {"outputs_hidden": True, "source_hidden": True}
    return new_code_cell(source, metadata=metadata)
