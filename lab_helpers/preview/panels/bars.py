"""Bars: one for each value, for each row, or for how often values are met."""

from typing import Any

from lab_helpers.preview.box import INK, PLAIN, shortened
from lab_helpers.preview.fields import decimals_of, ends, series_colour, show
from lab_helpers.preview.frames import Field, Frame
from lab_helpers.preview.panels.legend import Legend
from lab_helpers.preview.panels.view import View, picked
from lab_helpers.preview.units import write_axis

_PALE = "#EEEEEE"


def bargauge(view: View) -> None:
    """A bar for each value, on its scale."""
    values = picked(view)
    if not values:
        view.box.say("No data")
        return
    orientation = view.option("orientation") or "auto"
    upright = orientation == "vertical" or (
        orientation == "auto" and view.box.width > 2 * view.box.height and len(values) > 1
    )
    room = max(int((view.box.width if upright else view.box.height - 0.3) / 0.22), 1)
    shown = values[:room]
    named = [one.name for one in shown]
    if len(values) == 1 and not shown[0].field.config.get("displayName"):
        named = [""]  # Grafana leaves out the name of an only bar
    texts = [f"{one.shown.text} {one.shown.mark}".strip() for one in shown]
    letters = min(max(map(len, named)), 30)
    if upright:
        axes = view.box.axes(left=0.12, right=0.12, bottom=0.3, top=0.55)
    else:
        after = 0.12 + 0.075 * max(map(len, texts))
        axes = view.box.axes(left=0.12 + 0.068 * letters, right=min(after, view.box.width / 2))
    for place, one in enumerate(shown):
        low, high = ends(one.field)
        high = high if high > low else low + 1
        value = one.value if isinstance(one.value, int | float) and one.value == one.value else low
        share = min(max((value - low) / (high - low), 0), 1)
        for length, colour in ((1.0, _PALE), (share, one.shown.colour)):
            if upright:
                axes.bar(place, length, color=colour, width=0.7, linewidth=0)
            else:
                axes.barh(place, length, color=colour, height=0.6, linewidth=0)
        if upright:
            axes.text(place, 1.03, texts[place], ha="center", fontsize=9, color=INK, **PLAIN)
        else:
            text = f" {texts[place]}"
            axes.text(1, place, text, va="center", fontsize=9, color=INK, **PLAIN)
    names = [shortened(name, 30) for name in named]
    if upright:
        most = max(int(view.box.width / len(shown) / 0.07), 3)
        axes.set_xticks(range(len(shown)), [shortened(n, most) for n in names], fontsize=8, **PLAIN)
        axes.set(ylim=(0, 1), xlim=(-0.6, len(shown) - 0.4), yticks=[])
    else:
        axes.set_yticks(range(len(shown)), names, fontsize=8.5, **PLAIN)
        axes.set(xlim=(0, 1), ylim=(len(shown) - 0.4, -0.6), xticks=[])
    axes.grid(False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    if len(values) > len(shown):
        view.box.remark(f"and {len(values) - len(shown)} more")


def barchart(view: View) -> None:
    """A group of bars for each row of a table, named by its first text or time."""
    found = _groups(view)
    if found is None:
        view.box.say("Bars by category need a field of texts or of times, and one of numbers.")
        return
    names, fields = found
    legend = Legend.of(view, fields)
    lying = view.option("orientation") == "horizontal"
    axes = view.box.axes(
        left=1.1 if lying else 0.72, right=0.3 + legend.beside, bottom=0.36 + legend.below
    )
    stacked = view.option("stacking") in ("normal", "percent")
    width = 0.8 if stacked else 0.8 / len(fields)
    base = [0.0] * len(names)
    for number, one in enumerate(fields):
        heights = [float(v) if isinstance(v, int | float) else 0.0 for v in one.values]
        at = [n if stacked else n - 0.4 + width * (number + 0.5) for n in range(len(names))]
        colour: Any = series_colour(one)
        draw: Any = axes.barh if lying else axes.bar
        start = {"left" if lying else "bottom": list(base)} if stacked else {}
        draw(at, heights, width, color=colour, linewidth=0, **start)
        base = [a + b for a, b in zip(base, heights, strict=True)] if stacked else base
    most = max(int(view.box.width / max(len(names), 1) / 0.075), 3)
    short = [shortened(name, 16 if lying else most) for name in names]
    if lying:
        axes.set_yticks(range(len(names)), short, fontsize=8, **PLAIN)
        axes.invert_yaxis()
    else:
        axes.set_xticks(range(len(names)), short, fontsize=8, **PLAIN)
    unit = str(fields[0].config.get("unit") or "short")
    write_axis(axes, unit, decimals_of(fields[0]), "x" if lying else "y")
    legend.draw(view, 0.06)


def _groups(view: View) -> tuple[list[str], list[Field]] | None:
    """The names of the bars, and the numbers of each series."""
    by = str(view.option("xField") or "")
    frames = [f for f in view.frames if len(f)]
    if len(frames) > 1 and all(f.time is not None for f in frames):
        last = [(n, f) for f in frames for n in f.numbers()]
        names = [one.called or one.name for one, _ in last]
        values = [next((v for v in reversed(one.values) if v is not None), None) for one, _ in last]
        merged = last[0][0].with_values(values)
        return names, [merged]
    for frame in frames:
        key = _key(frame, by)
        numbers = [f for f in frame.numbers() if f is not key]
        if key is not None and numbers:
            return [show(key, v).text for v in key.values], numbers
    return None


def _key(frame: Frame, by: str) -> Field | None:
    if by:
        return next((f for f in frame.fields if by in (f.called, f.name)), None)
    texts = [f for f in frame.fields if f.kind == "string"]
    return next(iter(texts or [f for f in frame.fields if f.is_time]), None)


def histogram(view: View) -> None:
    """How often values are met, in ranges of one width."""
    import numpy as np

    values = [
        v for _, one in view.numbers() for v in one.values if isinstance(v, int | float) and v == v
    ]
    if not values:
        view.box.say("No data")
        return
    first = view.numbers()[0][1]
    size = view.option("bucketSize")
    count: Any = min(int(view.option("bucketCount") or 30), 100)
    low, high = min(values), max(values)
    if isinstance(size, int | float) and size > 0 and (high - low) / size < 500:
        count = np.arange(np.floor(low / size) * size, high + 2 * size, size)
    axes = view.box.axes(left=0.72, bottom=0.36)
    axes.hist(values, bins=count, color=series_colour(first), linewidth=0, alpha=0.85)
    write_axis(axes, str(first.config.get("unit") or "short"), decimals_of(first), "x")
    axes.tick_params(labelsize=8.5, length=2)
    view.notes.add(
        "the width of a histogram's ranges is chosen here, where the panel leaves it open"
    )
