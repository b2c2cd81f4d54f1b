"""Lines, areas, bars and points over time, with thresholds, annotations and a legend."""

import math
from typing import TYPE_CHECKING, Any

from lab_helpers.preview.colours import Colour, rgba
from lab_helpers.preview.fields import ends, series_colour, steps_of, value_colour
from lab_helpers.preview.frames import Field, Frame
from lab_helpers.preview.panels.areas import Areas
from lab_helpers.preview.panels.axes import limits, scale, write_y
from lab_helpers.preview.panels.legend import Legend
from lab_helpers.preview.panels.view import View
from lab_helpers.preview.times import mark, write_times

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

_DASHES: tuple[Any, ...] = ("-", "--", "-.", (0, (1, 1.2)))  # beside colours, for who sees none
_DAY = 86400.0  # matplotlib counts in days
_STEPS = {"stepBefore": "steps-pre", "stepAfter": "steps-post"}


def timeseries(view: View) -> None:
    """Draw the numbers of all frames that have times."""
    shown = [(frame, one) for frame, one in view.numbers() if frame.time is not None]
    if not shown:
        view.box.say("There is no time in this data, and so no line over time.")
        return
    fields = [one for _, one in shown]
    legend = Legend.of(view, fields)
    right = [one for one in fields if _is_right(one, fields[0])]
    left = [one for one in fields if not _is_right(one, fields[0])] or fields
    axes = view.box.axes(
        left=0.72, right=(0.72 if right else 0.3) + legend.beside, bottom=0.36 + legend.below
    )
    second = axes.twinx() if right else None
    for on in filter(None, (axes, second)):
        on.xaxis_date()
        on.set_autoscale_on(False)  # or each line would be scaled anew
    areas = {id(on): Areas() for on in filter(None, (axes, second))}
    on_the_right = set(map(id, right))
    stacks: dict[Any, Any] = {}
    lines = dict[str, tuple[Any, Any]]()
    for frame, one in shown:
        on = second if second is not None and id(one) in on_the_right else axes
        moments, values = _points(frame, one, view)
        if (stack := _stacking(one)) is not None:
            values = _stacked(stacks, (stack, on is second), moments, values, shown, view)
        else:
            lines[one.called or one.name] = (moments, values)
        stacked = stacks.get((stack, on is second))
        _draw(on, areas[id(on)], one, frame, moments, values, lines, stacked)
    write_times(axes, view.box, view.span)
    for on, group in [(axes, left), *([(second, right)] if second is not None else [])]:
        areas[id(on)].draw(on)
        scale(on, group)
        limits(on, group)
        _thresholds(on, group[0])
        write_y(on, group)
    if second is not None:
        second.grid(False)
        second.spines["right"].set_visible(True)
    mark(axes, view.box, view.marks)
    legend.draw(view, 0.06)


def _custom(one: Field) -> dict[str, Any]:
    found = one.config.get("custom")
    return found if isinstance(found, dict) else {}


def _is_right(one: Field, first: Field) -> bool:
    """Whether a series has its axis at the right: it says so, or its unit is another one."""
    place = _custom(one).get("axisPlacement") or "auto"
    return bool(place == "right" or (place == "auto" and _unit(one) != _unit(first)))


def _unit(one: Field) -> str:
    return str(one.config.get("unit") or "short")


def _stacking(one: Field) -> tuple[str, str, str] | None:
    found = _custom(one).get("stacking") or {}
    mode = found.get("mode")
    if mode not in ("normal", "percent"):
        return None
    return mode, str(found.get("group") or "A"), str(_custom(one).get("transform") or "")


def _points(frame: Frame, one: Field, view: View) -> "tuple[Any, np.ndarray[Any, Any]]":
    """Times, in days since 1970, and values, with a hole where a sample is missing."""
    import numpy as np

    assert frame.time is not None
    there = [(t, v) for t, v in zip(frame.time.values, one.values, strict=True) if t is not None]
    seconds = np.array([t for t, _ in there], dtype="float64")
    values = np.array([np.nan if v is None else v for _, v in there], dtype="float64")
    order = np.argsort(seconds, kind="stable")
    seconds, values = seconds[order], values[order]
    if _custom(one).get("nullsAsZero"):
        values = np.nan_to_num(values, nan=0.0)
    if _custom(one).get("transform") == "negative-Y":
        values = -values
    spanned = _custom(one).get("spanNulls")
    if spanned is True:
        there_ = ~np.isnan(values)
        seconds, values = seconds[there_], values[there_]
    elif frame.step:
        least = spanned / 1000 if isinstance(spanned, int | float) and spanned else 0
        holes = np.flatnonzero(np.diff(seconds) > max(1.5 * frame.step, least))
        seconds = np.insert(seconds, holes + 1, seconds[holes] + frame.step)
        values = np.insert(values, holes + 1, np.nan)
    return seconds / _DAY, values


def _stacked(
    stacks: dict[Any, Any], key: Any, moments: Any, values: Any, shown: Any, view: View
) -> Any:
    """Values on top of those before; in percent, as shares of all."""
    import numpy as np

    (mode, group, _), _ = key
    state = stacks.setdefault(key, {"total": {}, "below": None, "moments": moments})
    before = state["total"]
    below = np.array([before.get(t, 0.0) for t in moments.tolist()])
    filled = np.nan_to_num(values, nan=0.0)
    if mode == "percent":
        whole = state.setdefault("whole", _whole(shown, group, view))
        sums = np.array([whole.get(t, 0.0) for t in moments.tolist()])
        filled = np.divide(filled, sums, out=np.zeros_like(filled), where=sums != 0)
    top = below + filled
    before.update(zip(moments.tolist(), top.tolist(), strict=True))
    state["below"] = below
    return np.where(np.isnan(values), np.nan, top)


def _whole(shown: Any, group: str, view: View) -> dict[Any, float]:
    import numpy as np

    total: dict[Any, float] = {}
    for frame, one in shown:
        stack = _stacking(one)
        if stack and stack[1] == group:
            moments, values = _points(frame, one, view)
            for moment, value in zip(moments.tolist(), np.nan_to_num(values), strict=True):
                total[moment] = total.get(moment, 0.0) + float(value)
    return total


def _draw(
    axes: "Axes",
    areas: Areas,
    one: Field,
    frame: Frame,
    moments: Any,
    values: Any,
    lines: Any,
    stack: Any,
) -> None:
    import numpy as np

    custom, colour = _custom(one), series_colour(one)
    opacity = min(float(custom.get("fillOpacity") or 0), 100) / 100
    width = custom.get("lineWidth")
    width = 1.0 if not isinstance(width, int | float) else float(width)
    style = custom.get("drawStyle") or "line"
    below: Any = stack["below"] if stack else 0.0
    if style == "bars":
        step = (frame.step or 60) * 0.8 / _DAY
        heights = values - (below if stack else 0)
        fill: Any = (*colour[:3], max(opacity, 0.15))
        axes.bar(moments, heights, width=step, bottom=below, color=fill, linewidth=0)
        return
    alone = int(np.sum(~np.isnan(values))) == 1
    dotted = style == "points" or custom.get("showPoints") == "always" or alone
    fill_style = (custom.get("lineStyle") or {}).get("fill")
    dash = _DASHES[1] if fill_style == "dash" else _DASHES[3] if fill_style == "dot" else None
    axes.plot(
        moments, values, color=colour, label=one.called or one.name,
        linewidth=0 if style == "points" else 0.9 * width + 0.5 * bool(width),
        linestyle=dash or ("-" if stack else _DASHES[one.index % len(_DASHES)]),
        marker="o" if dotted else None, markersize=(custom.get("pointSize") or 5) * 0.7,
        drawstyle=_STEPS.get(custom.get("lineInterpolation") or "", "default"),
    )  # fmt: skip
    target = custom.get("fillBelowTo")
    if target and target in lines:
        others_at, others = lines[target]
        below, opacity = np.interp(moments, others_at, others), opacity or 0.35
    if opacity:
        steps = _STEPS.get(custom.get("lineInterpolation") or "", "").removeprefix("steps-")
        areas.add(moments, values, below, _filling(one, colour, opacity), steps)


def _filling(one: Field, colour: Colour, opacity: float) -> Colour:
    """The colour of the area below a line."""
    gradient = _custom(one).get("gradientMode")
    red, green, blue, own = value_colour(one, ends(one)[1]) if gradient == "scheme" else colour
    return red, green, blue, opacity * own * (0.5 if gradient == "opacity" else 1)


def _thresholds(axes: "Axes", one: Field) -> None:
    """Lines at the limits, or shades between them."""
    mode = (_custom(one).get("thresholdsStyle") or {}).get("mode") or "off"
    if mode == "off":
        return
    low, high = axes.get_ylim()
    steps = steps_of(one)
    tops = [limit for limit, _ in steps[1:]] + [math.inf]
    for (limit, colour), top in zip(steps, tops, strict=True):
        hue = rgba(colour)
        if "area" in mode and hue[3]:
            begin, end = max(limit, low), min(top, high)
            if begin < end:
                axes.axhspan(begin, end, facecolor=hue[:3], alpha=0.1 * hue[3], linewidth=0)
        if ("line" in mode or "dashed" in mode) and low < limit < high:
            style: Any = (0, (6, 3)) if "dashed" in mode else "-"
            axes.axhline(limit, color=hue, linewidth=1.2, linestyle=style)
    axes.set_ylim(low, high)
