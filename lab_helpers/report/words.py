"""Numbers, times and lengths as people write them. A minus is a real one; thousands have commas."""

from __future__ import annotations

import math
from datetime import datetime, timedelta


def count(number: float) -> str:
    """A number of things: 3,993,428."""
    return f"{number:,.0f}"


def counted(number: int, word: str) -> str:
    """How many of something: 1 incident, 2 incidents, no incidents."""
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"


def euros(amount: float) -> str:
    """An amount of money, in whole euros."""
    return f"€{amount:,.0f}"


def share(part: float) -> str:
    """A share as percent, cut off after two digits, so that it never looks better than it is."""
    return f"{math.floor(part * 10_000 + 1e-9) / 100:.2f} %"


def percent(part: float) -> str:
    """A share as whole percent."""
    return f"{part * 100:.0f} %"


def duration(seconds: float) -> str:
    """A time that a page takes: 87 ms, 1.2 s; what is in no finite bucket is NaN or infinite."""
    if not math.isfinite(seconds):
        return "?"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def length(span: timedelta) -> str:
    """The length of an incident: 25 min, 1 h 05 min."""
    minutes = round(span / timedelta(minutes=1))
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def moment(at: datetime) -> str:
    """An instant: Thu 5 March, 22:10."""
    return f"{at:%a} {at.day} {at:%B, %H:%M}"


def change(now: float, then: float) -> str:
    """How a number differs from an earlier one: +1.2 %, −0.1 %."""
    if then == 0:
        return "as before" if now == 0 else "new"
    return signed((now / then - 1) * 100, 1) + " %"


def signed(number: float, digits: int) -> str:
    """A difference with its sign; one that is rounded to nothing has none."""
    text = f"{abs(number):.{digits}f}"
    return text if float(text) == 0 else f"{'+' if number > 0 else '−'}{text}"
