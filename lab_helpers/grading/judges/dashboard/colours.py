"""A panel's thresholds: where it turns orange, and where red."""

import colorsys
import math
import re
from collections.abc import Mapping
from itertools import pairwise

from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.dashboard.model import Panel, Step

_NAME = re.compile(r"(?:(?:super-)?light-|(?:semi-)?dark-)?(\w+)")
_HEX = re.compile(r"#(\w\w)(\w\w)(\w\w)")
_RGB = re.compile(r"rgba?\((\d+),\s*(\d+),\s*(\d+)")
#: Where hues end, in degrees. Yellow and orange both warn.
_HUES = {20: "red", 70: "orange", 170: "green", 330: "blue", 361: "red"}


def thresholds(panel: Panel, wanted: Mapping[float, str], scale: float) -> Verdict | None:
    """What is wrong with the colours of a panel.

    wanted: where each colour begins, in the quantity's base unit.
    scale: how much of the base unit the panel's unit is.
    """
    found = panel.field_config.defaults.thresholds
    steps = [(_value(step), colour(step.color or "")) for step in found.steps]
    if len({name for _, name in steps}) < 2:
        return missed(
            "threshold missing",
            "Whatever the value, the panel has one colour: it has no thresholds that change it.",
        )
    if found.mode == "percentage":
        return missed(
            "threshold misplaced",
            "The thresholds are percentages of the axis (mode `percentage`), so they move with it. "
            "A promise is a value: `absolute`.",
        )
    steps[0] = (-math.inf, steps[0][1])  # Grafana's lowest step has no beginning
    if any(below >= above for (below, _), (above, _) in pairwise(steps)):
        values = ", ".join(f"{value:g}" for value, _ in steps[1:])
        return missed(
            "threshold unsorted",
            f"After the lowest, the steps begin at {values}. Grafana walks through the list from "
            "the top and stops at the first step that the value does not reach.",
        )
    return _compared(_merged(steps), wanted, scale) or _drawn(panel)


def _compared(steps: dict[float, str], wanted: Mapping[float, str], scale: float) -> Verdict | None:
    found, right = list(steps.values()), list(wanted.values())
    values = [value * scale for value in list(steps)[1:]]
    limits = list(wanted)[1:]
    if found == right[::-1]:
        return missed(
            "colours reversed",
            f"The panel goes from {found[0]}, when the value is small, to {found[-1]}, when it is "
            "large. Which end of the scale is the bad one?",
        )
    if len(found) < len(right):
        return missed(
            "threshold missing",
            f"The panel knows {len(found)} colours ({', '.join(found)}); the exercise names "
            f"{len(right)}.",
        )
    if found != right:
        return missed(
            "wrong colours", f"From the lowest up, the panel's colours are {', '.join(found)}."
        )
    ratios = [value / limit for value, limit in zip(values, limits, strict=True)]
    if all(_is(ratio, 1) for ratio in ratios):
        return None
    shown = ", ".join(f"{value:g}" for value in list(steps)[1:])
    for unit in (100, 1000, 60, 3600):
        if all(_is(ratio, unit) or _is(ratio, 1 / unit) for ratio in ratios):
            return missed(
                "off by a unit",
                f"The colours change at {shown}: that is off by a factor of {unit}. A threshold is "
                "compared with what the query answers, before the unit makes it readable.",
            )
    return missed(
        "threshold misplaced",
        f"The colours are right, and they change at the wrong values: at {shown}.",
    )


def _is(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-3)


def _drawn(panel: Panel) -> Verdict | None:
    style = panel.field_config.defaults.custom.thresholds_style.mode
    if panel.type == "timeseries" and style in (None, "off"):
        return missed(
            "threshold not drawn",
            "The thresholds are right, and nobody sees them: on a graph they are drawn only if "
            "`thresholdsStyleMode` says how.",
        )
    return None


def _merged(steps: list[tuple[float, str]]) -> dict[float, str]:
    """The steps, without those at which the colour stays."""
    kept = steps[:1] + [step for before, step in pairwise(steps) if step[1] != before[1]]
    return dict(kept)


def _value(step: Step) -> float:
    try:
        return float(step.value) if step.value is not None else -math.inf
    except ValueError:
        return -math.inf  # grafanalib's Threshold writes "null" for the lowest


def colour(name: str) -> str:
    """Which of red, orange, green and blue a colour of Grafana's is; other words as they are."""
    if found := _HEX.match(name):
        parts = [int(part, 16) for part in found.groups()]
    elif found := _RGB.match(name):
        parts = [int(part) for part in found.groups()]
    else:
        word = _NAME.fullmatch(name)
        return {"yellow": "orange"}.get(word[1], word[1]) if word else name
    hue = 360 * colorsys.rgb_to_hsv(*parts)[0]
    return next(name for end, name in _HUES.items() if hue < end)
