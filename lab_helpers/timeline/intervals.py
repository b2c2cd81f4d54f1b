"""Alertmanager's time intervals: whether a moment lies in one, and from when to when."""

import calendar
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Self
from zoneinfo import ZoneInfo

_DAYS = [name.lower() for name in calendar.day_name]  # from Monday on
_WEEKDAYS = {name: number for number, name in enumerate([_DAYS[-1], *_DAYS[:-1]])}
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
#: Seconds: an interval begins and ends with a minute.
_MINUTE = 60


@dataclass(frozen=True)
class Intervals:
    """The time intervals of a configuration, by name."""

    by_name: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, entries: Sequence[Mapping[str, Any]]) -> Self:
        """Read the entries of `time_intervals`."""
        return cls({each["name"]: tuple(each.get("time_intervals") or ()) for each in entries})

    def holding(self, names: Iterable[str], moment: float) -> list[str]:
        """Those of the named intervals in which a moment (Unix seconds) lies."""
        return [
            name
            for name in names
            if any(_holds(part, moment) for part in self.by_name.get(name, ()))
        ]

    def muted(self, names: Sequence[str], begin: float, end: float) -> "list[Span]":
        """When between two moments a route with these `mute_time_intervals` is muted, and by which.

        The names are those that hold when it begins.
        """
        return _spans(lambda moment: self.holding(names, moment), begin, end) if names else []

    def inactive(self, names: Sequence[str], begin: float, end: float) -> "list[Span]":
        """When a route with these `active_time_intervals` is not active: outside of all of them."""
        outside = list(names)
        if not names:
            return []
        return _spans(lambda at: [] if self.holding(names, at) else outside, begin, end)


@dataclass(frozen=True)
class Span:
    """A time in which a route is muted, and by which intervals; without an end it goes on."""

    names: tuple[str, ...]
    begin: float
    end: float | None


def _spans(held_by: Callable[[float], list[str]], begin: float, end: float) -> list[Span]:
    found: list[Span] = []
    since: tuple[float, tuple[str, ...]] | None = None
    for moment in _minutes(begin, end):
        names = tuple(held_by(moment))
        if names and since is None:
            since = moment, names
        elif not names and since is not None:
            found.append(Span(since[1], since[0], moment))
            since = None
    if since is not None:
        found.append(Span(since[1], since[0], None))
    return found


def _minutes(begin: float, end: float) -> Iterator[float]:
    yield begin
    yield from range(int(begin // _MINUTE + 1) * _MINUTE, int(end) + 1, _MINUTE)


def _holds(part: Mapping[str, Any], moment: float) -> bool:
    """Whether a moment lies in one entry of an interval: in each of the fields that it has."""
    at = datetime.fromtimestamp(moment, _zone(part.get("location", "UTC")))
    length = calendar.monthrange(at.year, at.month)[1]
    if times := part.get("times"):
        now = at.hour * 60 + at.minute
        if not any(
            _of_day(each["start_time"]) <= now < _of_day(each["end_time"]) for each in times
        ):
            return False
    return all(
        any(begin <= value <= end for begin, end in _ranges(part[name], numbers, length))
        for name, value, numbers in (
            ("days_of_month", at.day, {}),
            ("months", at.month, _MONTHS),
            ("weekdays", at.isoweekday() % 7, _WEEKDAYS),
            ("years", at.year, {}),
        )
        if name in part
    )


def _ranges(
    texts: Iterable[str], numbers: Mapping[str, int], length: int
) -> Iterator[tuple[int, int]]:
    """Ranges such as ``monday:friday``, ``3`` or ``-3:-1``, which counts from a month's end."""
    for text in texts:
        begin, _, end = text.lower().partition(":")
        yield _number(begin, numbers, length), _number(end or begin, numbers, length)


def _number(text: str, numbers: Mapping[str, int], length: int) -> int:
    number = numbers[text] if text in numbers else int(text)
    return number if number >= 0 else length + number + 1


def _of_day(text: str) -> int:
    """The minute of the day."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _zone(name: str) -> tzinfo:
    return UTC if name in {"UTC", "", "Local"} else ZoneInfo(name)  # a container is local to UTC
