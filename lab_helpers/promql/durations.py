"""Durations and moments, as Prometheus writes them."""

import math
import re
from datetime import datetime, timedelta

from lab_helpers.errors import WorkshopError

Moment = str | float | datetime  # ISO text, Unix seconds, datetime or Timestamp; no zone is UTC
Duration = str | float | timedelta  # "90s", "1h30m", seconds, timedelta or Timedelta

_UNITS = {"y": 31_536_000, "w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1, "ms": 0.001}
_DURATION = re.compile("".join(rf"(?:(\d+){unit})?" for unit in _UNITS))
_ROUND = (86_400, 43_200, 21_600, 3_600, 1_800, 600, 300, 60, 30, 15, 10, 5, 2, 1)


def seconds(duration: Duration) -> float:
    """Give a duration in seconds: "90s" or "1h30m" as in Prometheus, a timedelta, or a number."""
    if isinstance(duration, timedelta):
        return duration.total_seconds()
    if isinstance(duration, str):
        found = _DURATION.fullmatch(duration.strip())
        if not duration.strip() or found is None:
            raise WorkshopError(
                f"{duration!r} is no duration. Write it as Prometheus does: 30s, 5m, 1h30m, 7d."
            )
        parts = zip(found.groups(), _UNITS.values(), strict=True)
        return float(sum(int(count) * unit for count, unit in parts if count))
    return float(duration)


def seconds_since_1970(moment: Moment) -> float:
    """Give a moment in Unix seconds. Text and times without a zone are UTC, as in Prometheus."""
    import pandas as pd

    try:
        if isinstance(moment, (int, float)):
            return float(moment)
        when = pd.Timestamp(moment)
        return float((when.tz_localize("UTC") if when.tz is None else when).timestamp())
    except (ValueError, TypeError):
        raise WorkshopError(
            f"{moment!r} is no moment. Write 2026-03-02 14:00 (UTC), or give a datetime, a pandas "
            "Timestamp or Unix seconds."
        ) from None


def default_step(span: float) -> float:
    """Choose a step for `span` seconds: whole seconds, 250 to 300 points if that can be, round."""
    least, most = span / 300, span / 250
    for unit in _ROUND:
        step = math.ceil(least / unit) * unit
        if 0 < step <= most:
            return step
    return max(1, math.ceil(least))
