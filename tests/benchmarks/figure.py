"""One figure of a benchmark: what was measured, its goal, and whether the goal holds."""

from collections.abc import Callable, Iterator
from typing import NamedTuple


class Figure(NamedTuple):
    """A line of `make bench`."""

    name: str
    value: str
    goal: str
    holds: bool


#: Yields the figures that are measured together. Its arguments say how much is measured; without
#: any it is as much as the goals are about.
Measurement = Callable[..., Iterator[Figure]]
