"""Times of day and lengths of time, as people write them."""

import re

from lab_helpers.errors import WorkshopError

DAY = 24 * 60
_TIME = re.compile(r"(\d{1,2}?)(?:[:.h]?(\d\d))?h? ?(am|pm)?", re.IGNORECASE)
_LENGTH = re.compile(r"(\d+) ?(m|min|minutes?|h|hours?|)", re.IGNORECASE)


def start_of_day(written: str) -> int:
    """The minute of the day that a time means: 9, 09:00, 9.30, 0930, 9h30, 2pm.

    Raises:
        WorkshopError: it is no time of day.
    """
    if found := _TIME.fullmatch(written.strip()):
        hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
        if minute < 60 and (1 <= hour <= 12 if half else hour < 24):
            hour = hour % 12 + 12 * (half == "pm") if half else hour
            return 60 * hour + minute
    raise WorkshopError(f"{written!r} is no time of day. Write it as 09:00, from 00:00 to 23:59.")


def length(written: str) -> int | None:
    """The minutes that 45, 45m, 180 min, 3h or `day` mean; none if it is no length of time."""
    found = _LENGTH.fullmatch(written.strip())
    if found is None:
        return None
    return int(found[1]) * (60 if found[2].lower().startswith("h") else 1)


def told(minute: int, start: int | None) -> str:
    """A minute of a session: a time of day if it has a start, else hours and minutes since."""
    if start is None:
        return f"{minute // 60}:{minute % 60:02}"
    return f"{(start + minute) % DAY // 60:02}:{(start + minute) % 60:02}"
