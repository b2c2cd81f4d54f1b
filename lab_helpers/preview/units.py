"""Values as Grafana writes them: its units, its decimals."""

import math
import re
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any

from lab_helpers.preview import clocks
from lab_helpers.preview.numbers import grouped, script_number, to_fixed
from lab_helpers.preview.unit_names import BINARY, COUNTED, FIXED, METRIC, MONEY

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Decimals = int | None
Write = Callable[[float, Decimals], str]

_METRIC = ("f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y")
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi")
_SHORT = ("", " K", " Mil", " Bil", " Tri", " Quadr", " Quint", " Sext", " Sept")
_MONEY = ("", "K", "M", "B", "T")
_TRUTH = {"bool": ("True", "False"), "bool_yes_no": ("Yes", "No"), "bool_on_off": ("On", "Off")}


def words(value: float | None, unit: str = "short", decimals: Decimals = None) -> str:
    """A value as Grafana writes it. A unit that Grafana does not know stands behind the number.

    >>> words(0.25, "percentunit"), words(1536, "bytes"), words(0.012, "s")
    ('25%', '1.50 KiB', '12 ms')
    """
    if value is None:
        return ""
    return writer(unit)(value, decimals)


def writer(unit: str) -> Write:
    """How a unit's values are written: of a number, and of its decimals (None: as many as help)."""
    if found := _WRITERS.get(unit):
        return found
    if unit in METRIC:
        symbol, offset = METRIC[unit]
        return _scaled(1000, [f" {p}{symbol}" for p in _METRIC], 5 + offset)
    if unit in BINARY:
        symbol, offset = BINARY[unit]
        return _scaled(1024, [f" {p}{symbol}" for p in _BINARY], offset)
    if unit in COUNTED:
        return _scaled(1000, [f"{p} {COUNTED[unit][0]}" for p in _MONEY])
    if unit in MONEY:
        symbol, behind = MONEY[unit]
        return _money(symbol, bool(behind))
    if unit in FIXED:
        return _behind(FIXED[unit][0])
    key, colon, rest = unit.partition(":")
    return _own(key, rest) if colon and key in _OWN else _behind(unit)


def is_known(unit: str) -> bool:
    """Whether Grafana has a unit of this name; it writes any other behind the number."""
    tables: Sequence[Any] = (_WRITERS, METRIC, BINARY, COUNTED, MONEY, FIXED)
    return any(unit in table for table in tables) or unit.partition(":")[0] in _OWN


_OWN = ("prefix", "suffix", "time", "si", "count", "currency", "bool")


def _own(key: str, rest: str) -> Write:
    """A unit that is made up on the spot: `suffix: things`, `currency:Fr.`, `si:k€`."""
    match key:
        case "prefix":
            return lambda value, decimals: f"{rest}{to_fixed(value, decimals)}"
        case "suffix":
            return _behind(rest)
        case "time":
            return lambda value, _: clocks.moment(value, rest)
        case "count":
            return _scaled(1000, [f"{p} {rest}" for p in _MONEY])
        case "bool":
            yes, slash, no = rest.partition("/")
            return _truth(yes, no if slash else "-")
        case "si":
            prefixed = rest[:1] in _METRIC and rest[:1] != ""
            symbol = rest[1:] if prefixed else rest
            offset = _METRIC.index(rest[:1]) if prefixed else 5
            return _scaled(1000, [f" {p}{symbol}" for p in _METRIC], offset)
    form, *more = rest.split(":")
    if form == "financial" and more:
        symbol, behind = more[0], more[1:2] == ["suffix"]

        def write(value: float, decimals: Decimals) -> str:
            least, most = (0, 1) if decimals is None else (decimals, decimals)
            number = grouped(value, least, most)
            return f"{number}{symbol}" if behind else f"{symbol}{number}"

        return write
    return _money(rest, behind=False)


def _behind(symbol: str) -> Write:
    ending = f" {symbol}" if symbol else ""
    return lambda value, decimals: f"{to_fixed(value, decimals)}{ending}"


def _scaled(factor: int, endings: Sequence[str], offset: int = 0) -> Write:
    """The largest step that fits; ``offset``: at which step the values are already."""

    def write(value: float, decimals: Decimals) -> str:
        if math.isnan(value) or math.isinf(value):
            return to_fixed(value, decimals)
        step = 0 if value == 0 else math.floor(math.log10(abs(value)) / math.log10(factor))
        place = min(max(offset + step, 0), len(endings) - 1)
        kept = min(max(step, -offset), len(endings) - offset - 1)
        return f"{to_fixed(value / float(factor) ** kept, decimals)}{endings[place]}"

    return write


def _money(symbol: str, behind: bool) -> Write:
    scaled = _scaled(1000, _MONEY)

    def write(value: float, decimals: Decimals) -> str:
        text = scaled(abs(value), decimals)
        if behind and not math.isfinite(value):
            return to_fixed(value, None)
        minus = "-" if value < 0 else ""
        return f"{minus}{text}{symbol}" if behind else f"{minus}{symbol}{text}"

    return write


def _hex(value: float, decimals: Decimals) -> str:
    number = float(to_fixed(value, decimals))
    whole, part = divmod(abs(number), 1)
    text = f"{int(whole):X}"
    digits = ""
    while part and len(digits) < 14:
        digit, part = divmod(part * 16, 1)
        digits += f"{int(digit):X}"
    return ("-" if number < 0 else "") + text + (f".{digits}" if digits else "")


def _hex_0x(value: float, decimals: Decimals) -> str:
    text = _hex(value, decimals)
    return f"-0x{text[1:]}" if text.startswith("-") else f"0x{text}"


def _scientific(value: float, decimals: Decimals) -> str:
    if math.isnan(value) or math.isinf(value):
        return to_fixed(value, None).replace("∞", "Infinity")
    if value == 0:
        return f"{0:.{decimals or 0}f}e+0"
    exact = Decimal(value if decimals is not None else repr(float(value)))
    digits = len(exact.as_tuple().digits) - 1 if decimals is None else decimals
    wide = Context(prec=1 + digits, rounding=ROUND_HALF_UP)
    mantissa, _, exponent = f"{wide.plus(exact):.{digits}e}".partition("e")
    if decimals is None and "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{exponent[0]}{int(exponent[1:])}"


def _percent(value: float, decimals: Decimals) -> str:
    return f"{to_fixed(value, decimals)}%"


def _share(value: float, decimals: Decimals) -> str:
    return f"{to_fixed(100 * value, decimals)}%"


def _truth(yes: str, no: str) -> Write:
    return lambda value, _: yes if value and not math.isnan(value) else no


_WRITERS: dict[str, Write] = {
    "": _behind(""),
    "string": lambda value, _: script_number(value),
    "short": _scaled(1000, _SHORT),
    "pressurepsi": _scaled(1000, ("psi", "ksi", "Mpsi")),
    "percent": _percent,
    "percentunit": _share,
    "hex": _hex,
    "hex0x": _hex_0x,
    "sci": _scientific,
    "locale": lambda value, decimals: grouped(value, 0, 3 if decimals is None else decimals),
    "farenheit": _behind("°F"),
    **{name: _truth(*pair) for name, pair in _TRUTH.items()},
    **clocks.WRITERS,
}


def write_axis(axes: "Axes", unit: str, decimals: Decimals = None, which: str = "y") -> None:
    """Write an axis in a unit, with ticks at round numbers of it."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis = axes.yaxis if which == "y" else axes.xaxis
    limits = axes.get_ylim if which == "y" else axes.get_xlim
    write = writer(unit)

    def size() -> float:
        """What a tick's round numbers are multiples of: 1024 for bytes, 60 for minutes."""
        top = max(map(abs, limits()))
        if unit in BINARY and top >= 1:
            return float(1024 ** math.floor(math.log(top, 1024)))
        return clocks.size(unit, top)

    class RoundTicks(MaxNLocator):
        def tick_values(self, vmin: float, vmax: float) -> Any:
            one = size()
            return [tick * one for tick in super().tick_values(vmin / one, vmax / one)]

    def show(value: float, _position: int | None = None) -> str:
        ticks = [tick for tick in axis.get_majorticklocs() if math.isfinite(tick)]
        step = abs(ticks[1] - ticks[0]) if len(ticks) > 1 else 0.0
        text = script_number(round(step, 6))
        fraction = len(text.partition(".")[2]) if "e" not in text else 6
        if decimals is not None:
            return write(value, decimals)
        return _trimmed(write(value, fraction)) if fraction else write(value, None)

    axis.set_major_locator(RoundTicks(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(show))


def _trimmed(text: str) -> str:
    """A written number without the zeros behind its point that say nothing."""
    return re.sub(r"(\.\d*?)0+(?!\d)", lambda m: "" if m[1] == "." else m[1], text, count=1)
