"""Numbers as JavaScript writes them, which is what Grafana's readers see."""

import math
from decimal import ROUND_HALF_UP, Context, Decimal

_WIDE = Context(prec=60)


def script_number(value: float) -> str:
    """A number as JavaScript's `String()` gives it: the shortest text that is this number."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    text = repr(float(value))
    mantissa, e, exponent = text.partition("e")
    if abs(value) < 1e21 and value == int(value):
        digits = mantissa.replace(".", "") if e else mantissa.removesuffix(".0")
        signs = digits.startswith("-")
        return digits.ljust(int(exponent or 0) + 1 + signs, "0") if e else digits
    if not e:
        return text
    power = int(exponent)
    if -7 < power < 0:  # Python writes 1e-05 where JavaScript writes 0.00001
        return f"{value:.{len(mantissa.replace('.', '').lstrip('-')) - 1 - power}f}"
    sign = "+" if power > 0 else "-"
    return f"{mantissa.removesuffix('.0')}e{sign}{abs(power)}"


def to_fixed(value: float, decimals: int | None) -> str:
    """A number with so many decimals; None: about three digits that count, none for whole ones."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if decimals is None:
        decimals = decimals_for(value)
    if value == 0:
        return f"{0:.{max(decimals, 0)}f}"
    factor = 10.0 ** max(0, decimals)
    text = script_number(rounded(value * factor) / factor)
    if "e" in text:
        return text
    _whole, _point, part = text.partition(".")
    if len(part) < decimals:
        text = f"{text if part else text + '.'}{'0' * (decimals - len(part))}"
    return text


def rounded(value: float) -> float:
    """The nearest whole number; of two that are as near, the higher one."""
    if abs(value) >= 2**52:  # there are only whole ones
        return value
    below = math.floor(value)
    return float(below + (value - below >= 0.5))


def decimals_for(value: float) -> int:
    """How many decimals Grafana gives a number that is not told how many."""
    if value == 0 or not math.isfinite(value) or math.fmod(value, 1) == 0:
        return 0
    size = abs(value)
    decimals = 1 - math.floor(math.log(size) / math.log(10))
    if size / 10.0**-decimals > 2.25:
        decimals += 1
    return max(0, decimals)


def grouped(value: float, least: int, most: int) -> str:
    """A number with commas between thousands, and at least and at most so many decimals."""
    if not math.isfinite(value):
        return to_fixed(value, None)
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP, _WIDE)
    whole, _, part = f"{exact:,f}".partition(".")
    part = part.rstrip("0").ljust(least, "0")
    return f"{whole}.{part}" if part else whole
