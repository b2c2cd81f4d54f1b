"""A week, from Monday 00:00 to Monday 00:00 UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from lab_helpers.errors import WorkshopError

LENGTH = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """A week of the calendar (ISO 8601), in UTC."""

    start: datetime
    """Its Monday, 00:00 UTC."""

    @classmethod
    def of(cls, text: str) -> Week:
        """Read a week: its number, 2026-W10, or any day of it, 2026-03-04.

        Raises:
            WorkshopError: it is neither.
        """
        try:
            if found := re.fullmatch(r"(\d{4})-?W(\d{2})", text.strip()):
                return cls.around(date.fromisocalendar(int(found[1]), int(found[2]), 1))
            return cls.around(date.fromisoformat(text.strip()))
        except ValueError:
            raise WorkshopError(
                f"{text!r} is no week. Write its number, such as 2026-W10, or any day of it, such "
                "as 2026-03-04."
            ) from None

    @classmethod
    def around(cls, day: date) -> Week:
        """The week that a day is in."""
        monday = day - timedelta(days=day.weekday())
        return cls(datetime(monday.year, monday.month, monday.day, tzinfo=UTC))

    @classmethod
    def latest(cls, now: datetime) -> Week:
        """The last week that was over at an instant."""
        return cls.around((now - LENGTH).date())

    @property
    def end(self) -> datetime:
        """The Monday after it, 00:00 UTC."""
        return self.start + LENGTH

    @property
    def before(self) -> Week:
        """The week before it."""
        return Week(self.start - LENGTH)

    @property
    def number(self) -> str:
        """Its name in ISO 8601, such as 2026-W10."""
        return "{}-W{:02}".format(*self.start.isocalendar())

    def __str__(self) -> str:
        first, last = self.start, self.end - timedelta(days=1)
        if first.year != last.year:
            return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"
        month = "" if first.month == last.month else f" {first:%B}"
        return f"{first.day}{month} to {last.day} {last:%B %Y}"
