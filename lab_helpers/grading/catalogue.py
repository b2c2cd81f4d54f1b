"""The exercises, found where they lie: labs/NN_topic/exercises/N_name.py, one a file."""

import importlib.util
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from lab_helpers.errors import WorkshopError
from lab_helpers.grading.exercise import Exercise
from lab_helpers.setup.images import ROOT

_NUMBER = re.compile(r"(\d\d)\.(\d{1,2})")


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
    """The exercises of a chapter's lab by their numbers, such as "02.3", in order.

    Raises:
        WorkshopError: the chapter has no lab.
    """
    files = {
        int(path.name.partition("_")[0]): path
        for path in (folder(chapter) / "exercises").glob("[0-9]*_*.py")
    }
    return {f"{chapter}.{number}": _load(files[number]) for number in sorted(files)}


def exercise(number: str) -> Exercise:
    """The exercise of this number, such as "02.3".

    Raises:
        WorkshopError: there is none.
    """
    if found := _NUMBER.fullmatch(number):
        known = exercises(found[1])
        if number in known:
            return known[number]
        raise WorkshopError(f"There is no exercise {number}; there are {', '.join(known)}.")
    raise WorkshopError(
        f"{number!r} is no exercise: the third of chapter 02, for example, is 02.3. "
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
