"""What goes wrong in the weeks of other seeds: drawn by chance, so that no two are alike.

The week of seed 1 is always the one of `week.EVENTS`. Every other seed has troubles of each of the
kinds below, at times of their own, and a release. Nothing else happens in it: an alert that is good
in one week can be held against others.
"""

from dataclasses import dataclass
from functools import cache

from lab_helpers.history.story import EVENTFUL, Chance, Course, Trouble
from lab_helpers.history.week import SAMPLES


@dataclass(frozen=True)
class Kind:
    """A kind of trouble: how many there are in a week, how long (minutes), how bad (share)."""

    what: str
    number: int
    minutes: tuple[int, int]
    share: tuple[float, float]


KINDS = (
    Kind("creeping", 1, (14 * 60, 26 * 60), (0.009, 0.014)),
    Kind("slow leak", 1, (4 * 60, 7 * 60), (0.035, 0.05)),
    Kind("brownout", 1, (40, 90), (0.12, 0.3)),
    Kind("outage", 1, (12, 30), (0.9, 1.0)),
    Kind("hiccup", 4, (1, 3), (0.2, 0.7)),
)
"""From the longest to the shortest: so each finds a place."""

_CALM = 8 * 60
"""Minutes between two troubles at least, and before the first of the week."""


@cache
def course(seed: int) -> Course:
    """What happens in the week of a seed."""
    return EVENTFUL if seed == 1 else _drawn(seed)


def troubles(seed: int) -> tuple[Trouble, ...]:
    """What lets visitors down in the week of a seed, in order."""
    happens = course(seed)
    outage = Trouble("database down", happens.outage, 1.0)
    found = happens.troubles if seed != 1 else (outage,)
    return tuple(sorted(found, key=lambda trouble: trouble.when.start))


def _drawn(seed: int) -> Course:
    chance = Chance((seed, 2))
    found: list[Trouble] = []
    for kind in KINDS:
        for _ in range(kind.number):
            length, share = (
                low + (high - low) * chance.uniform(1)[0]
                for low, high in (kind.minutes, kind.share)
            )
            found.append(Trouble(kind.what, _place(round(length), found, chance), round(share, 4)))
    release = 1440 + int(chance.uniform(1)[0] * 4 * 1440)
    return Course(release=release, troubles=tuple(found))


def _place(length: int, taken: list[Trouble], chance: Chance) -> slice:
    """So many minutes of the week, far from what is taken."""
    while True:
        start = _CALM + int(chance.uniform(1)[0] * (SAMPLES - 2 * _CALM - length))
        if all(
            start + length + _CALM <= other.when.start or other.when.stop + _CALM <= start
            for other in taken
        ):
            return slice(start, start + length)
