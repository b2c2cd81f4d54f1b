"""When an alert fires: `for` and `keep_firing_for`, applied as Prometheus applies them."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple


class Spell(NamedTuple):
    """A span of time, in Unix seconds; it ends with the first moment that is no part of it."""

    begin: float
    end: float

    def meets(self, other: "Spell") -> bool:
        """Whether the two have a moment in common."""
        return self.begin < other.end and other.begin < self.end


def covered(spells: Iterable[Spell]) -> float:
    """Seconds in which there is at least one of the spells."""
    total, until = 0.0, float("-inf")
    for begin, end in sorted(spells):
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total


def held(present: Sequence[bool], times: Sequence[float]) -> list[Spell]:
    """When the condition held without a break.

    present: whether the expression answered this series at each of the evaluations `times`, which
        are evenly spaced.
    """
    step = times[1] - times[0]
    spells, index = [], 0
    for is_present, run in groupby(present):
        length = len(list(run))
        if is_present:
            spells.append(Spell(times[index], times[index] + length * step))
        index += length
    return spells


def firing(
    spells: Sequence[Spell], hold: float, keep: float = 0.0, step: float = 60
) -> list[Spell]:
    """When the alert of a series fires.

    spells: when its condition held. hold: `for`. keep: `keep_firing_for`. step: the time between
    two evaluations. All are in seconds.
    """
    fired: list[Spell] = []
    for spell in spells:
        if fired and spell.begin <= fired[-1].end:  # it was kept until the condition was back
            begin = fired.pop().begin
        else:
            waits = -(-hold // step) * step  # an evaluation decides, so whole steps
            begin = spell.begin + waits
        if begin < spell.end:
            fired.append(Spell(begin, spell.end + -(-keep // step) * step))
    return fired
