"""Grafana's units of time: lengths, in the size that suits them, and moments, in UTC."""

import math
import re
import time as clock
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from lab_helpers.preview.numbers import to_fixed

_DAY = 86400.0
_PARTS = {
    "year": 31536000.0, "month": 2592000.0, "week": 604800.0, "day": _DAY, "hour": 3600.0,
    "minute": 60.0, "second": 1.0, "millisecond": 0.001,
}  # fmt: skip
#: Of each unit: up to which value a size is used, what it is divided by, and its name.
_Sizes = Sequence[tuple[float, float, str]]
_SECONDS: _Sizes = (
    (1e-6, 1e-9, " ns"), (1e-3, 1e-6, " µs"), (1, 1e-3, " ms"), (60, 1, " s"), (3600, 60, " min"),
    (_DAY, 3600, " hour"), (604800, _DAY, " day"), (31536000, 604800, " week"),
    (math.inf, 31556900, " year"),
)  # fmt: skip
_SIZES: dict[str, _Sizes] = {
    "ns": (
        (1e3, 1, " ns"), (1e6, 1e3, " µs"), (1e9, 1e6, " ms"), (6e10, 1e9, " s"),
        (36e11, 6e10, " min"), (864e11, 36e11, " hour"), (math.inf, 864e11, " day"),
    ),
    "µs": ((1e3, 1, " µs"), (1e6, 1e3, " ms"), (math.inf, 1e6, " s")),
    "ms": (
        (1e3, 1, " ms"), (6e4, 1e3, " s"), (36e5, 6e4, " min"), (864e5, 36e5, " hour"),
        (31536e6, 864e5, " day"), (math.inf, 31536e6, " year"),
    ),
    "s": _SECONDS,
    "m": (
        (60, 1, " min"), (1440, 60, " hour"), (10080, 1440, " day"), (604800, 10080, " week"),
        (math.inf, 525948, " year"),
    ),
    "h": ((24, 1, " hour"), (168, 24, " day"), (8760, 168, " week"), (math.inf, 8760, " year")),
    "d": ((7, 1, " day"), (365, 7, " week"), (math.inf, 365, " year")),
}  # fmt: skip
_LONG = (" min", " hour", " day", " week", " year")
#: These sizes are the unit itself, which Grafana writes without an s.
_BASE = {"m": " min", "h": " hour"}


def size(unit: str, top: float) -> float:
    """What round numbers of an axis are multiples of, if ``top`` is its highest value."""
    for limit, divisor, name in _SIZES.get(unit, ()):
        if top < limit:
            return divisor if name in _LONG[:3] else 1.0
    return 1.0


def _length(unit: str) -> Callable[[float, int | None], str]:
    def write(value: float, decimals: int | None) -> str:
        if math.isnan(value):
            return f"NaN{_SIZES[unit][-1][2]}"
        if value == 0 and unit == "s":
            return "0 s"
        _, divisor, name = next(
            (one for one in _SIZES[unit] if abs(value) < one[0]), _SIZES[unit][-1]
        )
        number = value / divisor if divisor >= 1 else value * round(1 / divisor)
        several = name in _LONG and abs(number) > 1 and name != _BASE.get(unit)
        return f"{to_fixed(number, decimals)}{name}{'s' if several else ''}"

    return write


def _duration(value: float, decimals: int | None, part: str) -> str:
    """In the largest part that fits, and in as many smaller ones as there are decimals."""
    if value == 0 or not math.isfinite(value):
        return f"0 {part}s" if value == 0 else to_fixed(value, 0)
    if value < 0:
        return f"{_duration(-value, decimals, part)} ago"
    left = value * _PARTS[part] * 1000
    found: list[str] = []
    for name, length in _PARTS.items():
        if len(found) > (decimals or 0):
            break
        span = length * 1000
        if left / span >= 1 or found:
            count = math.floor(left / span)
            found.append(f"{count} {name}{'' if count == 1 else 's'}")
            left = math.fmod(left, span)
    return ", ".join(found)


def _hours(value: float) -> str:
    if not math.isfinite(value):
        return to_fixed(value, 0)
    if value < 0:
        return f"{_hours(-value)} ago"
    parts = (value // 3600, value % 3600 // 60, math.floor(value % 60))
    return ":".join(f"{int(part):02}" for part in parts)


def _days(value: float) -> str:
    if not math.isfinite(value):
        return to_fixed(value, 0)
    if value < 0:
        return f"{_days(-value)} ago"
    days, rest = divmod(value, _DAY)
    return f"{f'{int(days)} d ' if days > 0 else ''}{_hours(rest)}"


def _clock(milliseconds: float, decimals: int | None) -> str:
    if not math.isfinite(milliseconds):
        return "Invalid date"
    seconds, rest = divmod(math.trunc(milliseconds), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours = minutes // 60
    if milliseconds < 1000:
        return f"{rest:03}ms"
    parts = [f"{minutes % 60:02}m", f"{seconds:02}s", f"{rest:03}ms"]
    if hours:
        parts.insert(0, f"{hours}h")
    elif not minutes:
        parts = parts[1:]
    return ":".join(parts if decimals is None else parts[: 1 + decimals])


_PATTERN = re.compile(r"\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|dddd|ddd|HH|H|hh|h|mm|ss|SSS|A|a")


def moment(milliseconds: float, form: str) -> str:
    """A moment, in milliseconds since 1970, in a form of moment.js's such as "YYYY-MM-DD"."""
    try:
        when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=math.trunc(milliseconds))
    except (OverflowError, ValueError):
        return "Invalid date"
    twelve = when.hour % 12 or 12
    parts = {
        "YYYY": f"{when:%Y}", "YY": f"{when:%y}", "MMMM": f"{when:%B}", "MMM": f"{when:%b}",
        "MM": f"{when:%m}", "M": str(when.month), "DD": f"{when:%d}", "D": str(when.day),
        "dddd": f"{when:%A}", "ddd": f"{when:%a}", "HH": f"{when:%H}", "H": str(when.hour),
        "hh": f"{twelve:02}", "h": str(twelve), "mm": f"{when:%M}", "ss": f"{when:%S}",
        "SSS": f"{when.microsecond // 1000:03}", "A": f"{when:%p}", "a": f"{when:%p}".lower(),
    }  # fmt: skip
    return _PATTERN.sub(lambda m: parts.get(m[0], m[1] or ""), form)


def _unless_today(form: str, today: str) -> Callable[[float, int | None], str]:
    def write(value: float, _decimals: int | None) -> str:
        same = moment(value, "YYYY-MM-DD") == moment(clock.time() * 1000, "YYYY-MM-DD")
        return moment(value, today if same else form)

    return write


#: Up to how many seconds words are used, what one is, and the words.
_AGES = (
    (45, 1, "a few seconds"), (90, 1, "a minute"), (2670, 60, "{} minutes"), (5400, 1, "an hour"),
    (77400, 3600, "{} hours"), (129600, 1, "a day"), (2203200, _DAY, "{} days"),
    (3931200, 1, "a month"), (27561600, 2629746, "{} months"), (47304000, 1, "a year"),
)  # fmt: skip


def _age(milliseconds: float, _decimals: int | None = None) -> str:
    """How long ago a moment is, or in how long it comes."""
    if not math.isfinite(milliseconds):
        return "Invalid date"
    ago = clock.time() - milliseconds / 1000
    found = next((one for one in _AGES if abs(ago) < one[0]), (0, 31556952, "{} years"))
    words = found[2].format(math.floor(abs(ago) / found[1] + 0.5))
    return f"{words} ago" if ago >= 0 else f"in {words}"


_ISO, _US, _LOCAL = "YYYY-MM-DD HH:mm:ss", "MM/DD/YYYY h:mm:ss a", "MM/DD/YYYY, hh:mm:ss A"

WRITERS: dict[str, Callable[[float, int | None], str]] = {
    **{unit: _length(unit) for unit in _SIZES},
    "timeticks": lambda value, decimals: _length("s")(value / 100, decimals),
    "dtdurations": lambda value, decimals: _duration(value, decimals, "second"),
    "dtdurationms": lambda value, decimals: _duration(value, decimals, "millisecond"),
    "dthms": lambda value, _: _hours(value),
    "dtdhms": lambda value, _: _days(value),
    "clockms": _clock,
    "clocks": lambda value, decimals: _clock(value * 1000, decimals),
    "dateTimeAsIso": lambda value, _: moment(value, _ISO),
    "dateTimeAsSystem": lambda value, _: moment(value, _ISO),
    "dateTimeAsUS": lambda value, _: moment(value, _US),
    "dateTimeAsLocal": lambda value, _: moment(value, _LOCAL),
    "dateTimeAsIsoNoDateIfToday": _unless_today(_ISO, "HH:mm:ss"),
    "dateTimeAsUSNoDateIfToday": _unless_today(_US, "h:mm:ss a"),
    "dateTimeAsLocalNoDateIfToday": _unless_today(_LOCAL, "hh:mm:ss A"),
    "dateTimeFromNow": _age,
}
