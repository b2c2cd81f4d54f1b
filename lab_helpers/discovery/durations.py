"""Durations as a configuration has them, read and written the way Prometheus does."""

import re

from lab_helpers.errors import WorkshopError

#: in milliseconds, from the longest
_UNITS = {
    "y": 31_536_000_000, "w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000,
    "s": 1_000, "ms": 1,
}  # fmt: skip
_MOST = (2**63 - 1) / 1e6  # what fits into Go's nanoseconds
_PART = re.compile(r"([0-9]+)([^0-9]+)")


def milliseconds(text: str) -> int:
    """Read a duration.

    Raises:
        WorkshopError: it is none, in Prometheus's words.
    """
    if text == "0":
        return 0
    if not text:
        raise WorkshopError("empty duration string")
    total, place, last = 0, 0, -1
    while place < len(text):
        part = _PART.match(text, place)
        if part is None:
            raise WorkshopError(f'not a valid duration string: "{text}"')
        if part[2] not in _UNITS:
            raise WorkshopError(f'unknown unit "{part[2]}" in duration "{text}"')
        rank = list(_UNITS).index(part[2])
        if rank <= last:
            raise WorkshopError(f'not a valid duration string: "{text}"')
        total += int(part[1]) * _UNITS[part[2]]
        if total > _MOST:
            raise WorkshopError("duration out of range")
        place, last = part.end(), rank
    return total


def written(duration: int) -> str:
    """Write a duration of so many milliseconds: 60000 is 1m, 90000 is 1m30s."""
    words = ""
    for unit, length in _UNITS.items():
        if unit in ("y", "w") and duration % length:
            continue  # 90d is easier to read than 12w6d
        count, rest = divmod(duration, length)
        if count:
            words, duration = f"{words}{count}{unit}", rest
    return words or "0s"
