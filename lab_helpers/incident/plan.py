"""Drawing an incident: what happens, where, when and for how long, all from the seed."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lab_helpers.errors import WorkshopError
from lab_helpers.incident.catalogue import FAULTS, LEADS, trouble
from lab_helpers.incident.trouble import Trouble, Where

#: What each level of difficulty is about.
LEVELS: Mapping[int, str] = {
    1: "one fault, and it pages",
    2: "one fault that does not page, and two false leads",
    3: "two faults that overlap, and a false lead",
}
FIRST = (2.0, 8.0)  # seconds from asking until the first fault begins
SECOND = (5.0, 10.0)  # seconds from the first fault until the second begins
LEAD = (0.5, 12.0)  # seconds from asking until a false lead begins
LEAD_LASTS = (8.0, 15.0)  # seconds
LASTS = (30.0, 40.0)  # seconds from the last beginning until the end, if nobody mends anything


@dataclass(frozen=True)
class Planned:
    """Something that will happen.

    Attributes:
        name: as in the catalogue.
        where: the instances.
        begins: seconds from asking.
        ends: seconds from asking; of a fault, unless it is mended earlier.
    """

    name: str
    where: Where
    begins: float
    ends: float

    @property
    def trouble(self) -> Trouble:
        """What it is."""
        return trouble(self.name)


def seed_of(given: int | str) -> int:
    """The seed that somebody gave: a whole number from 0 on.

    Raises:
        WorkshopError: it is none.
    """
    text = str(given).strip()
    if isinstance(given, bool) or not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise WorkshopError(
            f"A seed is a whole number such as 7, not {given!r}. The same seed is the same "
            "incident, for everybody."
        )
    return int(text)


def level_of(given: int | str) -> int:
    """The level of difficulty that somebody gave. Raises WorkshopError: there is none such."""
    found = {str(level): level for level in LEVELS}.get(str(given).strip())
    if found is None or isinstance(given, bool):
        known = "; ".join(f"{level}: {about}" for level, about in LEVELS.items())
        raise WorkshopError(f"There is no level {given!r}. There are: {known}.")
    return found


def at_most() -> float:
    """Seconds from asking within which a fault has begun."""
    return FIRST[1]


def draw(seed: int, level: int) -> tuple[Planned, ...]:
    """The incident of this seed at this level, in the order in which it begins.

    The same on every machine, as long as the catalogue is the same.
    """
    dice = random.Random(f"incident {seed} at level {level}")
    faults: list[tuple[Trouble, Where]] = []
    for _ in range(2 if level == 3 else 1):
        faults.append(_one_of(dice, [one for one in FAULTS.values() if _fits(one, level)], faults))
    begins = [_between(dice, FIRST)]
    begins += [begins[0] + _between(dice, SECOND) for _ in faults[1:]]
    end = round(begins[-1] + _between(dice, LASTS), 1)
    planned = [Planned(one.name, where, round(begin, 1), end)
               for (one, where), begin in zip(faults, begins, strict=True)]  # fmt: skip
    chosen = list(faults)
    for _ in range({1: 0, 2: 2, 3: 1}[level]):
        lead, where = _one_of(dice, LEADS.values(), chosen)
        chosen.append((lead, where))
        begin = _between(dice, LEAD)
        stop = round(begin + _between(dice, LEAD_LASTS), 1)
        planned.append(Planned(lead.name, where, begin, stop))
    return tuple(sorted(planned, key=lambda one: (one.begins, one.name)))


def _fits(one: Trouble, level: int) -> bool:
    loud = bool(one.alerts)
    return one.level <= level and (level == 3 or loud == (level == 1))


def _one_of(
    dice: random.Random, among: Iterable[Trouble], chosen: Iterable[tuple[Trouble, Where]]
) -> tuple[Trouble, Where]:
    """One of ``among``, and where, that may happen together with what is chosen."""
    names = {one.name for one, _ in chosen}
    taken = {place for one, where in chosen for place in one.touched(where)}
    possible = {
        one.name: [(one, where) for where in one.radii if not taken & one.touched(where)]
        for one in among
        if one.name not in names
    }
    name = dice.choice(sorted(name for name, radii in possible.items() if radii))
    return dice.choice(possible[name])


def _between(dice: random.Random, bounds: tuple[float, float]) -> float:
    return round(dice.uniform(*bounds), 1)
