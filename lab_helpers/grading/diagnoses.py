"""The names of mistakes: a finite list, so that they may be labels, and never hold an answer.

`diagnoses.txt` is written from the judges and the exercises by `python -m lab_helpers.grading`.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lab_helpers.grading import catalogue

FILE = Path(__file__).with_suffix(".txt")
#: What stands for a name that is not on the list: one that a judge puts together, for instance.
OTHER = "another mistake"
#: The verdict on an exercise that was not begun, as when a page is run from top to bottom.
NOT_BEGUN = "no answer"
_JUDGES = (Path(__file__).parent, Path(__file__).parents[1] / "incident")


@cache
def known() -> frozenset[str]:
    """Every name on the list."""
    return frozenset(FILE.read_text("utf-8").splitlines())


def listed(diagnosis: str) -> str:
    """A mistake's name as others are told it."""
    return diagnosis if diagnosis in known() else OTHER


def in_sources() -> list[str]:
    """The names that judges write down, and those that exercises hold their judges to."""
    every = [each for one in catalogue.chapters() for each in catalogue.exercises(one).values()]
    found = {wrong.diagnosis for exercise in every for wrong in exercise.wrong}
    for folder in _JUDGES:
        for file in folder.rglob("*.py"):
            found.update(_written_in(ast.parse(file.read_text("utf-8"))))
    return sorted(found | {OTHER})


def write() -> None:
    """Write the list."""
    FILE.write_text("".join(f"{name}\n" for name in in_sources()), "utf-8")


def _written_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", "")
            first = node.args[0]
            if name == "missed" and isinstance(first, ast.Constant):
                yield str(first.value)
