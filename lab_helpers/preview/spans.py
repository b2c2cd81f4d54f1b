"""Spans of time as Grafana writes them: `now-6h`, `now/d`, a moment, milliseconds."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from lab_helpers.errors import WorkshopError
from lab_helpers.promql.durations import seconds_since_1970

_STEP = re.compile(r"([+-])(\d*)([smhdwMyQ])|/(f?[smhdwMyQ])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def moment_of(text: Any, now: float, end: bool = False) -> float:
    """A moment in seconds since 1970. ``end``: `now/d` is the end of the day, not its begin.

    Raises:
        WorkshopError: it is no moment of Grafana's.
    """
    words = str(text or "").strip()
    if words.isdigit():
        return int(words) / (1000 if len(words) > 11 else 1)
    if not words.startswith("now"):
        return seconds_since_1970(words)
    found = datetime.fromtimestamp(now, UTC)
    rest = words[3:]
    while step := _STEP.match(rest):
        sign, count, unit, rounding = step.groups()
        if rounding:
            found = _round(found, rounding[-1], end)
        else:
            found = _moved(found, int(f"{sign}{count or 1}"), unit)
        rest = rest[step.end() :]
    if rest:
        raise WorkshopError(
            f"The dashboard's time {words!r} is none of Grafana's: now-6h, now-1d/d, now/w."
        )
    return found.timestamp()


def _moved(when: datetime, count: int, unit: str) -> datetime:
    if unit in _SECONDS:
        return when + timedelta(seconds=count * _SECONDS[unit])
    months = when.year * 12 + when.month - 1 + count * {"M": 1, "Q": 3, "y": 12}[unit]
    year, month = divmod(months, 12)
    for day in range(when.day, 27, -1):
        try:
            return when.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return when.replace(year=year, month=month + 1)


def _round(when: datetime, unit: str, end: bool) -> datetime:
    day = when.replace(hour=0, minute=0, second=0, microsecond=0)
    begins = {
        "s": when.replace(microsecond=0),
        "m": when.replace(second=0, microsecond=0),
        "h": when.replace(minute=0, second=0, microsecond=0),
        "d": day,
        "w": day - timedelta(days=when.isoweekday() % 7),
        "M": day.replace(day=1),
        "Q": day.replace(month=(when.month - 1) // 3 * 3 + 1, day=1),
        "y": day.replace(month=1, day=1),
    }[unit]
    return _moved(begins, 1, unit) if end else begins
