"""Panels of a few large numbers: stat and gauge."""

import math
from typing import Any

from lab_helpers.preview.box import INK, PALE, PLAIN, Box, shortened
from lab_helpers.preview.colours import readable_on, rgba
from lab_helpers.preview.fields import ends, steps_of
from lab_helpers.preview.panels.view import Picked, View, picked

_GREY = "#E5E5E5"


def cells(box: Box, count: int, orientation: str) -> list[Box]:
    """The panel, divided among so many values: side by side, one below the other, or a grid."""
    wide, high = box.width - 0.1, box.height - 0.32
    if orientation == "horizontal":
        across = 1
    elif orientation == "vertical":
        across = count
    else:
        across = min(
            range(1, count + 1),
            key=lambda n: abs(math.log((wide / n) / (high / math.ceil(count / n)) / 2.2)),
        )
    lines = math.ceil(count / across)
    width, height = wide / across, high / lines
    return [
        Box(
            box.figure,
            box.left + 0.05 + width * (n % across),
            box.bottom + 0.04 + height * (lines - 1 - n // across),
            width,
            height,
        )
        for n in range(count)
    ]


def stat(view: View) -> None:
    """Each value, large, in its colour or on it, before its course in time."""
    values = picked(view)
    if not values:
        _nothing(view)
        return
    mode = view.option("textMode") or "auto"
    named = mode in ("value_and_name", "name") or (mode == "auto" and len(values) > 1)
    orientation = str(view.option("orientation") or "auto")
    room = int(view.box.width / 0.35) * max(int((view.box.height - 0.3) / 0.22), 1)
    for cell, one in zip(cells(view.box, len(values[:room]), orientation), values, strict=False):
        _stat(view, cell, one, named, mode)
    if len(values) > room:
        view.box.remark(f"and {len(values) - room} more")


def _stat(view: View, cell: Box, one: Picked, named: bool, mode: str) -> None:
    from matplotlib.patches import Rectangle

    axes = cell.blank(left=0.03, right=0.03, bottom=0.02, top=0.02)
    colour_mode = view.option("colorMode") or "value"
    ink: Any = one.shown.colour
    if colour_mode.startswith("background"):
        sheet = Rectangle((0, 0), 1, 1, facecolor=one.shown.colour, transform=axes.transAxes)
        axes.add_patch(sheet)
        ink = readable_on(one.shown.colour)
    elif colour_mode == "none":
        ink = INK
    if view.option("graphMode") == "area":
        _spark(cell, one, ink if colour_mode.startswith("background") else one.shown.colour)
    mark = "" if colour_mode == "none" else one.shown.mark  # beside a colour, or not at all
    text = f"{mark} {one.shown.text}".strip()
    if mode == "none":
        return
    if mode == "name":
        text, named = one.name, False
    both = named and cell.height > 0.5
    size = min(24.0, 108 * cell.width / max(len(text) + 1, 4), 34 * cell.height)
    y = 0.42 if both else 0.55
    place: Any = {"ha": "center", "va": "center"}
    axes.text(0.5, y, text, fontsize=size, color=ink, weight="bold", **place, **PLAIN)
    if named:
        words = shortened(one.name, max(int(cell.width / 0.075), 5))
        paper = colour_mode.startswith("background")
        y = 0.84 if both else 0.9
        colour = ink if paper else PALE
        axes.text(0.5, y, words, fontsize=8.5, color=colour, **place, **PLAIN)


def _spark(cell: Box, one: Picked, colour: Any) -> None:
    """The course of a series, at the foot of its number."""
    import numpy as np

    values = np.array([np.nan if v is None else v for v in one.field.values], dtype="float64")
    if len(values) < 2 or one.frame.time is None or np.isnan(values).all():
        return
    axes = cell.blank(left=0.03, right=0.03, bottom=0.02, top=cell.height * 0.62)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    flat = (abs(low) or 1.0) if low == high else 0.0  # what never changes is drawn half way up
    axes.set(xlim=(0, len(values) - 1), ylim=(low - flat, high + flat))
    axes.fill_between(range(len(values)), values, low - flat, color=colour, alpha=0.15, linewidth=0)
    axes.plot(range(len(values)), values, color=colour, linewidth=0.8, alpha=0.5, linestyle="-")


def _nothing(view: View) -> None:
    defaults = (view.panel.get("fieldConfig") or {}).get("defaults") or {}
    view.box.say(str(defaults.get("noValue") or "No data"))


def gauge(view: View) -> None:
    """Three quarters of a ring, filled as far as the value reaches, the thresholds around it."""
    values = picked(view)
    if not values:
        _nothing(view)
        return
    room = max(int(view.box.width / 0.8), 1) * max(int((view.box.height - 0.3) / 0.7), 1)
    orientation = str(view.option("orientation") or "auto")
    for cell, one in zip(cells(view.box, len(values[:room]), orientation), values, strict=False):
        _gauge(view, cell, one, len(values) > 1)
    if len(values) > room:
        view.box.remark(f"and {len(values) - room} more")


def _gauge(view: View, cell: Box, one: Picked, named: bool) -> None:
    from matplotlib.patches import Wedge

    axes = cell.blank(left=0.02, right=0.02, bottom=0.02, top=0.02)
    axes.set(xlim=(-1.2, 1.2), ylim=(-0.95, 1.12), aspect="equal")
    low, high = ends(one.field)
    high = high if high > low else low + 1

    def angle(value: float) -> float:
        share = min(max((value - low) / (high - low), 0), 1)
        return 225 - 270 * share

    def wedge(radius: float, begin: float, end: float, width: float, colour: Any) -> None:
        if end - begin > 0.01:
            axes.add_patch(Wedge((0, 0), radius, begin, end, width=width, color=colour))

    if view.option("showThresholdMarkers") is not False:
        steps = [(max(limit, low), colour) for limit, colour in steps_of(one.field)]
        tops = [limit for limit, _ in steps[1:]] + [high]
        for (limit, colour), top in zip(steps, tops, strict=True):
            wedge(1.08, angle(top), angle(limit), 0.07, rgba(colour))
    wedge(0.98, -45, 225, 0.27, _GREY)
    value = one.value if isinstance(one.value, int | float) else math.nan
    if value == value:
        wedge(0.98, angle(value), 225, 0.27, one.shown.colour)
    text = f"{one.shown.mark} {one.shown.text}".strip()
    size = min(14.0, 52 * min(cell.width, cell.height) / max(len(text) + 1, 4), 13 * cell.height)
    place: Any = {"ha": "center", "va": "center"}
    axes.text(0, 0, text, fontsize=size, weight="bold", color=one.shown.colour, **place, **PLAIN)
    if named or one.field.config.get("displayName"):
        words = shortened(one.name, max(int(cell.width / 0.075), 5))
        axes.text(0, -0.82, words, fontsize=8, color=PALE, **place, **PLAIN)
