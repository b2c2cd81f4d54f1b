"""One figure of a benchmark: what was measured, its goal, and whether the goal holds."""

from typing import NamedTuple


class Figure(NamedTuple):
    """A line of `make bench`."""

    name: str
    value: str
    goal: str
    holds: bool
