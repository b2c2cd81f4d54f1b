"""What a check finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How well something is: a mark and a word."""

    OK = ("✓", "ok")
    LOOK = ("!", "look")  # the workshop runs, and something may be in its way
    BROKEN = ("✗", "broken")  # the workshop does not run, or not rightly
    SKIPPED = ("–", "skipped")  # what it needs is broken itself


@dataclass(frozen=True)
class Remedy:
    """Something safe that can be done here: it takes nothing away that anybody may miss.

    Attributes:
        told: what it does, such as "making .venv anew".
    """

    told: str
    do: Callable[[], object]


@dataclass(frozen=True)
class Finding:
    """What was found.

    Attributes:
        what: is, in a sentence or a few words.
        means: for the workshop.
        mend: what to do, with the command.
        remedy: the same, where it is safe to be done unasked.
    """

    state: State
    what: str
    means: str = ""
    mend: str = ""
    remedy: Remedy | None = None


def ok(what: str) -> Finding:
    """All is well."""
    return Finding(State.OK, what)


def look(what: str, means: str, mend: str, remedy: Remedy | None = None) -> Finding:
    """The workshop runs, and something may be in its way."""
    return Finding(State.LOOK, what, means, mend, remedy)


def broken(what: str, means: str, mend: str, remedy: Remedy | None = None) -> Finding:
    """The workshop does not run, or not rightly."""
    return Finding(State.BROKEN, what, means, mend, remedy)


class Skipped(Exception):
    """Why a check cannot be made: what it needs is broken itself, and said so elsewhere."""
