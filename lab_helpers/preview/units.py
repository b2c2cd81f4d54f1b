"""Grafana's units, in words and on axes."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# From where on a size is used, what to divide by, and what to write behind the number.
_Sizes = tuple[tuple[float, float, str], ...]
_IEC: _Sizes = tuple((1024.0**n, 1024.0**n, f" {p}B") for n, p in enumerate(("", "Ki", "Mi", "Gi")))
_SI: _Sizes = tuple((1000.0**n, 1000.0**n, p) for n, p in enumerate(("", " K", " Mil", " Bil")))
_COUNT: _Sizes = tuple((1000.0**n, 1000.0**n, p) for n, p in enumerate(("", "K", "M", "B")))
_TIME: _Sizes = tuple((size, size, name) for size, name in (
    (1e-9, " ns"), (1e-6, " µs"), (1e-3, " ms"), (1.0, " s"), (60.0, " min"), (3600.0, " hour"),
    (86400.0, " day"), (604800.0, " week"),
))  # fmt: skip
_KILO: _Sizes = tuple((1000.0**n, 1000.0**n, f" {p}B") for n, p in enumerate(("", "k", "M", "G")))

#: The sizes of a unit, and what follows them: Grafana's words for units that `words` knows.
_UNITS: dict[str, tuple[_Sizes, str]] = {
    "bytes": (_IEC, ""),
    "decbytes": (_KILO, ""),
    "Bps": (_KILO, "/s"),
    "binBps": (_IEC, "/s"),
    "s": (_TIME, ""),
    "dtdurations": (_TIME, ""),
    "ms": (tuple((1000 * start, 1000 * size, name) for start, size, name in _TIME), ""),
    "percentunit": (((0.0, 0.01, "%"),), ""),
    "percent": (((0.0, 1.0, "%"),), ""),
    "reqps": (_COUNT, " req/s"),
    "ops": (_COUNT, " ops/s"),
    "none": (((0.0, 1.0, ""),), ""),
    "short": (_SI, ""),
}
_CALENDAR = {
    "year": 31536000, "month": 2592000, "week": 604800, "day": 86400, "hour": 3600, "minute": 60,
    "second": 1,
}  # fmt: skip
_CURRENCIES = {"currencyEUR": "€", "currencyUSD": "$", "currencyGBP": "£"}


def words(value: float, unit: str = "short", decimals: int | None = None) -> str:
    """A value as Grafana writes it.

    >>> words(0.25, "percentunit"), words(1536, "bytes"), words(0.012, "s")
    ('25%', '1.50 KiB', '12 ms')
    """
    if value is None or math.isnan(value):
        return "no value"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if unit == "dtdurations":
        return _duration(value, decimals or 0)
    if unit in _CURRENCIES:
        size, name = _size(abs(value), _COUNT)
        return f"{_CURRENCIES[unit]}{_digits(value / size, decimals)}{name}"
    sizes, suffix = _UNITS.get(unit, (_SI, f" {unit}" if unit else ""))
    size, name = _size(abs(value), sizes)
    return f"{_digits(value / size, decimals)}{name}{suffix}"


def _duration(value: float, more: int) -> str:
    """Seconds in the largest unit that fits, and as many smaller ones as ``more`` says."""
    parts: list[str] = []
    for name, size in _CALENDAR.items():
        count, rest = divmod(value, size)
        if count or parts:
            parts.append(f"{count:.0f} {name}{'' if count == 1 else 's'}")
            value = rest
    return ", ".join(parts[: 1 + more]) or "0 seconds"


def _size(value: float, sizes: _Sizes) -> tuple[float, str]:
    if value == 0 and sizes is _UNITS["s"][0]:
        return 1.0, " s"
    fitting = [(size, name) for start, size, name in sizes if value >= start]
    return fitting[-1] if fitting else sizes[0][1:]


def _digits(number: float, decimals: int | None) -> str:
    if decimals is not None:
        return f"{number:.{decimals}f}"
    text = f"{number:.3g}" if abs(number) < 1000 else f"{number:.0f}"
    if "e" in text:
        return f"{number:.1e}"
    return text if number == float(text) and "." not in text else _three(number)


def _three(number: float) -> str:
    """Three digits that count, as Grafana has them: 1.50, 12.3, 123."""
    if number == 0:
        return "0"
    after = max(0, 2 - math.floor(math.log10(abs(number))))
    rounded = round(number, after)
    return f"{rounded:.0f}" if rounded == int(rounded) and after > 2 else f"{number:.{after}f}"


def write_axis(axes: "Axes", unit: str, which: str = "y") -> None:
    """Write an axis in a unit, with ticks at round numbers of it."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis = axes.yaxis if which == "y" else axes.xaxis
    limits = axes.get_ylim if which == "y" else axes.get_xlim
    sizes, suffix = _UNITS.get(unit, (_SI, ""))
    suffix = suffix if suffix == "/s" else ""  # longer ones are in the legend

    class RoundTicks(MaxNLocator):
        def tick_values(self, vmin: float, vmax: float) -> list[float]:
            size, _name = _size(max(map(abs, limits())), sizes)
            return [tick * size for tick in super().tick_values(vmin / size, vmax / size)]

    def show(value: float, _position: int | None = None) -> str:
        if unit in _CURRENCIES:
            return f"{_CURRENCIES[unit]}{value:g}"
        size, name = _size(max(map(abs, limits())), sizes)
        return f"{value / size:.4g}{name}{suffix}"

    axis.set_major_locator(RoundTicks(nbins=5))
    axis.set_major_formatter(FuncFormatter(show))
