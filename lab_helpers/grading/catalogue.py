"""The exercises, found where they lie: labs/NN_topic/exercises/, one a file.

`a_name.py` stands in the chapter, and is called 02.a; `1_name.py` in its lab, and is called 02.1.
"""

import importlib.util
import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from lab_helpers.errors import WorkshopError
from lab_helpers.grading.exercise import Exercise
from lab_helpers.setup.images import ROOT

_NUMBER = re.compile(r"(\d\d)\.(\d{1,2}|[a-z])")


def chapters() -> list[str]:
    """The numbers of the chapters that have a lab, such as "02"."""
    return sorted(path.parts[-3][:2] for path in (ROOT / "labs").glob("*/exercises/lab.toml"))


def folder(chapter: str) -> Path:
    """The folder of a chapter's lab.

    Raises:
        WorkshopError: the chapter has none.
    """
    for path in (ROOT / "labs").glob(f"{chapter}_*/exercises"):
        return path.parent
    raise WorkshopError(f"There is no lab {chapter!r}; there are {', '.join(chapters())}.")


def about(chapter: str) -> dict[str, Any]:
    """What its lab.toml says of a lab: title, objectives, minutes and the like.

    Raises:
        WorkshopError: the chapter has no lab.
    """
    return tomllib.loads((folder(chapter) / "exercises" / "lab.toml").read_text("utf-8"))


def exercises(chapter: str) -> dict[str, Exercise]:
    """The exercises of a chapter, then those of its lab, by their numbers, in order.

    Raises:
        WorkshopError: the chapter has no lab.
    """
    return in_chapter(chapter) | in_lab(chapter)


def in_chapter(chapter: str) -> dict[str, Exercise]:
    """The exercises that stand in a chapter, by their numbers, such as "02.a", in order.

    Raises:
        WorkshopError: the chapter has no lab.
    """
    return _found(chapter, "[a-z]_*.py", str)


def in_lab(chapter: str) -> dict[str, Exercise]:
    """The exercises that stand in a chapter's lab, by their numbers, such as "02.3", in order.

    Raises:
        WorkshopError: the chapter has no lab.
    """
    return _found(chapter, "[0-9]*_*.py", int)


def is_in_chapter(number: str) -> bool:
    """Whether the exercise of this number stands in the chapter, and not in its lab."""
    return number[-1].isalpha()


def _found(chapter: str, pattern: str, key: Callable[[str], Any]) -> dict[str, Exercise]:
    files = {
        key(path.name.partition("_")[0]): path
        for path in (folder(chapter) / "exercises").glob(pattern)
    }
    return {f"{chapter}.{place}": _load(files[place]) for place in sorted(files)}


def exercise(number: str) -> Exercise:
    """The exercise of this number, such as "02.3" or "02.a".

    Raises:
        WorkshopError: there is none.
    """
    if found := _NUMBER.fullmatch(number):
        known = exercises(found[1])
        if number in known:
            return known[number]
        raise WorkshopError(f"There is no exercise {number}; there are {', '.join(known)}.")
    raise WorkshopError(
        f"{number!r} is no exercise: the third of lab 02 is 02.3, the first of chapter 02 is 02.a. "
        "`workshop progress` lists them."
    )


@cache
def _load(path: Path) -> Exercise:
    spec = importlib.util.spec_from_file_location(f"exercise_{path.parts[-3]}_{path.stem}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Exercise = module.EXERCISE
    return made
