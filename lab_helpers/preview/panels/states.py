"""Bands over time, one a series, in the colour of what its value says."""

from typing import Any

from lab_helpers.preview.box import INK, PLAIN, shortened
from lab_helpers.preview.colours import readable_on
from lab_helpers.preview.fields import show
from lab_helpers.preview.frames import Field, Frame
from lab_helpers.preview.panels.view import View, hidden
from lab_helpers.preview.times import write_times


def states(view: View) -> None:
    """Draw a state timeline, whose equal neighbours are one, or a history of single values."""
    rows = [
        (frame, one)
        for frame in view.frames
        for one in frame.fields
        if frame.time is not None and not one.is_time and not hidden(one, "viz")
    ]
    if not rows:
        view.box.say("There is no time in this data, and so no band over time.")
        return
    fitting = max(int((view.box.height - 0.7) / 0.16), 1)
    shown = rows[:fitting]
    names = [shortened(one.called or one.name, 26) for _, one in shown]
    axes = view.box.axes(left=0.2 + 0.066 * max(map(len, names)), right=0.2, bottom=0.36)
    merged = view.panel["type"] == "state-timeline" and view.option("mergeValues") is not False
    share = view.option("rowHeight")
    height = min(max(float(share), 0.1), 1.0) if isinstance(share, int | float) else 0.9
    write_times(axes, view.box, view.span)
    for row, (frame, one) in enumerate(shown):
        for begin, end, value in _bands(frame, one, merged, view.span[1]):
            _band(view, axes, one, row, (begin, end, value), height)
    axes.set_yticks(range(len(shown)), names, fontsize=8, **PLAIN)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.grid(False)
    if len(rows) > len(shown):
        view.box.remark(f"and {len(rows) - len(shown)} more")


def _bands(frame: Frame, one: Field, merged: bool, end: float) -> list[tuple[float, float, Any]]:
    """From when to when a value holds; a missing sample ends it."""
    assert frame.time is not None
    step = frame.step or 0.0
    pairs = list(zip(frame.time.values, one.values, strict=True))
    found: list[tuple[float, float, Any]] = []
    for place, (moment, value) in enumerate(pairs):
        if value is None or value != value:
            continue
        until = pairs[place + 1][0] if place + 1 < len(pairs) else end
        until = min(until, moment + 1.5 * step) if step else until
        last = found[-1] if found else None
        if merged and last and show(one, last[2]) == show(one, value) and last[1] >= moment:
            found[-1] = (last[0], until, value)
        else:
            found.append((moment, until, value))
    return found


def _band(
    view: View, axes: Any, one: Field, row: int, band: tuple[float, float, Any], height: float
) -> None:
    import numpy as np
    from matplotlib.patches import Rectangle

    begin, end, value = band
    shown = show(one, value)
    first: Any = np.datetime64(int(begin * 1e6), "us")
    length: Any = np.timedelta64(max(int((end - begin) * 1e6), 1), "us")
    start = axes.convert_xunits(first)
    width = axes.convert_xunits(first + length) - start
    axes.add_patch(
        Rectangle((start, row - height / 2), width, height, color=shown.colour, linewidth=0)
    )
    low, high = axes.get_xlim()
    inches = width / (high - low) * view.box.width * 0.8
    words = view.option("showValue") or "auto"
    if words != "never" and inches > 0.075 * len(shown.text) + 0.05:
        ink = readable_on(shown.colour) if shown.colour[3] else INK
        axes.text(start + width / 2, row, shown.text, ha="center", va="center", fontsize=7.5,
                  color=ink, **PLAIN)  # fmt: skip
