"""How a series becomes one number: Grafana's calculations."""

import itertools
import math
import statistics
from collections.abc import Callable, Sequence
from typing import Any

#: Other names of a calculation, and what a legend calls it.
_ALIASES = {"current": "lastNotNull", "avg": "mean", "total": "sum"}
NAMES = {
    "lastNotNull": "Last *", "last": "Last", "firstNotNull": "First *", "first": "First",
    "min": "Min", "max": "Max", "mean": "Mean", "median": "Median", "variance": "Variance",
    "stdDev": "StdDev", "sum": "Total", "count": "Count", "countAll": "Count all",
    "range": "Range", "delta": "Delta", "step": "Step", "diff": "Difference",
    "logmin": "Min (above zero)", "allIsZero": "All Zeros", "allIsNull": "All Nulls",
    "changeCount": "Change Count", "distinctCount": "Distinct Count",
    "diffperc": "Difference percent", "allValues": "All values",
    "uniqueValues": "All unique values",
}  # fmt: skip
#: Calculations whose result is a count, in no unit.
COUNTS = ("count", "countAll", "changeCount", "distinctCount")
Values = Sequence[Any]


def canonical(calc: str) -> str:
    """A calculation's own name, of any that it has: `current` is `lastNotNull`."""
    return _ALIASES.get(calc, calc)


def is_known(calc: str) -> bool:
    """Whether there is a calculation of this name."""
    return canonical(calc) in NAMES or _percentile(calc) is not None


def name_of(calc: str) -> str:
    """What a legend or a column calls a calculation."""
    calc = canonical(calc)
    share = _percentile(calc)
    return NAMES.get(calc, f"{share:.0f}th %" if share else calc)


def reduce(values: Values, calc: str) -> Any:
    """One value of many, None standing for none: of numbers, or of texts where that has a meaning.

    Raises:
        KeyError: there is no such calculation.
    """
    calc = canonical(calc)
    if (share := _percentile(calc)) is not None:
        return _at(values, share / 100)
    return _CALCS[calc](values)


def _percentile(calc: str) -> float | None:
    number = calc[1:]
    return float(number) if calc[:1] == "p" and number.isdigit() and 0 < int(number) < 100 else None


def _there(values: Values) -> list[Any]:
    return [v for v in values if v is not None and not (isinstance(v, float) and math.isnan(v))]


def _numbers(values: Values) -> list[float]:
    return [v for v in _there(values) if isinstance(v, int | float)]


def _at(values: Values, share: float) -> float | None:
    found = sorted(_numbers(values))
    return found[math.floor((len(found) - 1) * share + 0.5)] if found else None


def _delta(values: Values) -> float:
    """What a counter has grown by; a fall is a new start, whose first step does not count."""
    total, rising, before = 0.0, True, None
    for value in _numbers(values):
        if before is not None:
            if value >= before:
                total += value - before if rising else 0
                rising = True
            else:
                rising = False
        before = value
    return total


def _steps(values: Values) -> float | None:
    found = _numbers(values)
    return min((b - a for a, b in itertools.pairwise(found)), default=None)


def _spread(values: Values) -> float:
    found = _numbers(values)
    return statistics.pvariance(found) if found else 0.0


def _difference(values: Values) -> float | None:
    found = _numbers(values)
    return found[-1] - found[0] if found else None


def _difference_percent(values: Values) -> float:
    found = _numbers(values)
    if not found:
        return 0.0
    change = found[-1] - found[0]
    if found[0]:
        return change / found[0] * 100
    return math.copysign(math.inf, change) if change else math.nan


def _changes(values: Values) -> int:
    found = [v for v in values if v is not None]
    return sum(a != b for a, b in itertools.pairwise(found))


def _or_none(function: Callable[[list[float]], float]) -> Callable[[Values], float | None]:
    def calc(values: Values) -> float | None:
        found = _numbers(values)
        return function(found) if found else None

    return calc


def _sum(values: Values) -> float:
    return sum(_numbers(values))


_CALCS: dict[str, Callable[[Values], Any]] = {
    "lastNotNull": lambda values: (_there(values) or [None])[-1],
    "firstNotNull": lambda values: (_there(values) or [None])[0],
    "last": lambda values: values[-1] if len(values) else None,
    "first": lambda values: values[0] if len(values) else None,
    "min": _or_none(min),
    "max": _or_none(max),
    "mean": _or_none(lambda found: sum(found) / len(found)),
    "median": _or_none(statistics.median),
    "variance": _spread,
    "stdDev": lambda values: math.sqrt(_spread(values)),
    "sum": _sum,
    "count": lambda values: sum(v is not None for v in values),
    "countAll": len,
    "range": _or_none(lambda found: max(found) - min(found)),
    "delta": _delta,
    "step": _steps,
    "diff": _difference,
    "diffperc": _difference_percent,
    "logmin": lambda values: min((v for v in _numbers(values) if v > 0), default=None),
    "allIsNull": lambda values: not _numbers(values),
    "allIsZero": lambda values: bool(_numbers(values)) and not any(_numbers(values)),
    "changeCount": _changes,
    "distinctCount": lambda values: len({v for v in values if v is not None}),
    "allValues": list,
    "uniqueValues": lambda values: list(dict.fromkeys(values)),
}
