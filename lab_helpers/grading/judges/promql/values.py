"""The right labels: which series are missing or too many, and how far off the values are."""

import math

import promql_parser as promql

from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.promql.case import Case, Finding, close, differing
from lab_helpers.promql.explain.tree import calls, ranged
from lab_helpers.promql.explain.words import shown

#: What a factor between two units means.
_UNITS = {
    60: "a minute has 60 seconds",
    100: "a share of 1 is 100 %",
    1000: "a second has 1000 milliseconds, a kilobyte 1000 bytes",
    1024: "a KiB has 1024 bytes",
    3600: "an hour has 3600 seconds",
    86_400: "a day has 86,400 seconds",
    1_000_000: "a megabyte has a million bytes",
    1024**2: "a MiB has 1024 × 1024 bytes",
    1024**3: "a GiB has 1024 × 1024 × 1024 bytes",
    10**9: "a gigabyte has a thousand million bytes",
    8: "a byte has 8 bits",
    1.024: "1000 is not 1024",
    1.024**2: "1000² is not 1024²",
    1.024**3: "1000³ is not 1024³",
}


def off_by_a_unit(case: Case) -> Finding:
    """Every value off by one and the same factor, which is one between units."""
    factor = _factor(case)
    if factor is None:
        return None
    size = factor if factor > 1 else 1 / factor
    much = "large" if factor > 1 else "small"
    windows = (
        []
        if case.tree is None
        else [
            span.range.total_seconds()
            for call in calls(case.tree, {"increase"})
            if isinstance(span := ranged(call), promql.MatrixSelector)
        ]
    )
    if any(close(factor, window, 1e-6) for window in windows):
        return missed(
            "off by a unit",
            f"All values are {_size(round(factor))} times too large: `increase` counts over the "
            "whole window, and what happens per second is asked for.",
        )
    for unit, meaning in _UNITS.items():
        if close(size, unit, 1e-6):
            return missed(
                "off by a unit", f"All values are {_size(unit)} times too {much}: {meaning}."
            )
    return None


def mirrored(case: Case) -> Finding:
    """The right values turned over: the wrong sign, upside down, or the rest of the whole."""
    pairs = _pairs(case)
    if not pairs or not _same_keys(case):
        return None
    if all(close(mine, -right, case.tolerance) for mine, right in pairs):
        return missed("wrong sign", "The sizes are right, with the wrong sign: what is less what?")
    if all(close(mine, 1 / right if right else math.inf, case.tolerance) for mine, right in pairs):
        return missed(
            "upside down", "That is 1 divided by what is asked for: which side goes below?"
        )
    for whole in (1, 100):
        if all(close(mine, whole - right, case.tolerance) for mine, right in pairs):
            return missed("the other share", f"Yours and what is asked for add up to {whole}.")
    return None


def wrong_series(case: Case) -> Finding:
    """Series too few, too many, or others."""
    for one, other in zip(case.found, case.wanted, strict=True):
        missing = sorted(other.series.keys() - one.series.keys(), key=sorted)
        extra = sorted(one.series.keys() - other.series.keys(), key=sorted)
        sizes = f"Yours gives {len(one.series)} series, asked are {len(other.series)}"
        if missing and extra:
            return missed(
                "other series",
                f"{sizes}: {shown(extra[0])} is not among them, {shown(missing[0])} is missing.",
            )
        if missing:
            return missed("too few series", f"{sizes}: {shown(missing[0])} is missing.")
        if extra:
            return missed("too many series", f"{sizes}: {shown(extra[0])} is not among them.")
    return None


def off_by_a_factor(case: Case) -> Finding:
    """Every value off by one and the same factor."""
    factor = _factor(case)
    if factor is None or factor <= 0:
        return None
    size, much = (factor, "large") if factor > 1 else (1 / factor, "small")
    if close(size, round(size), 1e-6):
        return missed(
            "off by a factor",
            f"All values are {round(size)} times too {much}: is something counted once for "
            "each instance or series, or a mean taken where a sum is asked for?",
        )
    return missed("off by a factor", f"All values are {size:.4g} times too {much}.")


def wrong_values(case: Case) -> Verdict:
    """The right series with wrong values, and how far off they are."""
    labels, mine, right = _worst(case)
    of = f" of {shown(labels)}" if labels else ""
    return missed(
        "wrong values",
        f"The series are right, but not the values: that{of} is {mine:.6g}, {_off(mine, right)}.",
    )


def _off(mine: float, right: float) -> str:
    """How far a value is from the right one, in words."""
    if not math.isfinite(mine) or not math.isfinite(right) or right == 0 or mine / right <= 0:
        return f"and should be {right:.6g}"
    much = "large" if mine > right else "small"
    ratio = max(mine / right, right / mine)
    if ratio < 2:
        return f"which is {100 * abs(mine - right) / right:.2g} % too {much}"
    return f"which is {ratio:.3g} times too {much}"


def _size(unit: float) -> str:
    return f"{unit:,}" if isinstance(unit, int) else f"{unit:.3g}"


def _same_keys(case: Case) -> bool:
    return all(
        one.series.keys() == other.series.keys()
        for one, other in zip(case.found, case.wanted, strict=True)
    )


def _pairs(case: Case) -> list[tuple[float, float]]:
    """Each value beside the right one."""
    return [
        (one.series[labels], right)
        for one, other in zip(case.found, case.wanted, strict=True)
        for labels, right in other.series.items()
        if labels in one.series
    ]


def _factor(case: Case) -> float | None:
    """By which one factor all values are off; None if there is no such factor."""
    pairs = [(mine, right) for mine, right in _pairs(case) if right or mine]
    if not _same_keys(case) or not pairs or not all(right for _, right in pairs):
        return None
    factors = [mine / right for mine, right in pairs]
    if not all(close(each, factors[0], 1e-6) for each in factors) or factors[0] == 0:
        return None
    return factors[0] if math.isfinite(factors[0]) and math.isfinite(1 / factors[0]) else None


def _worst(case: Case) -> tuple[frozenset[tuple[str, str]], float, float]:
    """The series whose value is the farthest off, with its value and the right one."""
    wrong = [
        (labels, one.series[labels], other.series[labels])
        for one, other in zip(case.found, case.wanted, strict=True)
        for labels in differing(one, other, case.tolerance)
    ]
    return max(wrong, key=lambda each: _distance(each[1], each[2]))


def _distance(mine: float, right: float) -> float:
    distance = abs(mine - right) / (abs(right) or 1)
    return math.inf if math.isnan(distance) else distance
