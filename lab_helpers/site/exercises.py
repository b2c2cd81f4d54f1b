"""An exercise on the site: nobody runs a cell there, so the page says how to try an answer."""

import re
from collections.abc import Iterable, Iterator
from html import escape

from nbformat import NotebookNode

from lab_helpers.grading import catalogue
from lab_helpers.grading.exercise import Kind
from lab_helpers.grading.page import HOW, IN_A_CHAPTER

_LANGUAGES: dict[Kind, str] = {
    "PromQL": "promql", "configuration": "yaml", "program": "python", "dashboard": "python",
}  # fmt: skip

_IN_JUPYTERLAB = re.compile(r"\n\nIn JupyterLab .+(\n.+)*")
_SOLVED = re.compile(r"^✔ \S+ is solved\. *")

#: What stands in place of "How it works" in a lab.
_HOW_HERE = """\
## How it works

- **Answer** in a file, and let `.venv/bin/workshop check {first} --file answer.txt` try it out: it
  says what is wrong with it. Or open this page in JupyterLab, where a cell does the same.
- **Stuck?** Three hints are folded below each exercise, and its solution.
- What you have solved: `.venv/bin/workshop progress`."""


def without_how(text: str, number: str) -> str:
    """The prose of a page without what is true in JupyterLab alone; `number` is an exercise's.

    So is a paragraph that begins with these words.
    """
    text = _IN_JUPYTERLAB.sub("", text)
    text = text.replace(IN_A_CHAPTER.format(number=number), "")
    return text.replace(HOW.format(first=number), _HOW_HERE.format(first=number)).rstrip()


def beginning(number: str, start: str) -> str:
    """What stands for the cell with `%%check`: what to start with, how to try it, three hints."""
    exercise = catalogue.exercise(number)
    way = "--answer '…'" if exercise.kind == "PromQL" else "--file answer.txt"
    check = f"Try your answer: `.venv/bin/workshop check {number} {way}`"
    hints = [
        _folded(f"Hint {n} of {number}", hint, "hint") for n, hint in enumerate(exercise.hints, 1)
    ]
    return "\n\n".join([_fenced(start, exercise.kind), check, *hints])


def solution(number: str, answer: str, outputs: Iterable[NotebookNode]) -> str:
    """What stands for the cell with `%%solution`: the solution, folded, and what is said of it."""
    inside = [_fenced(answer, catalogue.exercise(number).kind), *_said(outputs)]
    return _folded(f"Solution of {number}", "\n\n".join(inside), "solution")


def folded(cell: NotebookNode) -> str:
    """What stands for a cell of Python that is folded in the notebook: chapter 00 has some."""
    is_solution = "solution" in cell.metadata.get("tags", [])
    name, summary = ("solution", "Solution") if is_solution else ("check", "The check")
    return _folded(summary, "\n\n".join([_fenced(cell.source), *_said(cell.outputs)]), name)


def _said(outputs: Iterable[NotebookNode]) -> Iterator[str]:
    """The lines that a cell says, as Markdown."""
    text = "".join(output.get("text", "") for output in outputs).strip()
    for line in filter(None, _SOLVED.sub("", text).splitlines()):
        yield line.replace("<", "\\<")


def _fenced(text: str, kind: Kind = "program") -> str:
    language = _LANGUAGES.get(kind, "text")
    return f"~~~~{language}\n{text.strip()}\n~~~~"


def _folded(summary: str, inside: str, name: str) -> str:
    head = f'<details class="{name}"><summary>{escape(summary)}</summary>'
    return f"{head}\n\n{inside.strip()}\n\n</details>"
