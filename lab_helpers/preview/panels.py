"""How each kind of panel is drawn."""

import math
import re
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lab_helpers.pictures.plots import COLOURS
from lab_helpers.preview.answer import Answer
from lab_helpers.preview.box import HUES, INK, PALE, TITLE, Box
from lab_helpers.preview.fields import (
    cells_are_coloured,
    fields_of,
    latest,
    state_of,
    steps_of,
    unit_of,
    write,
)
from lab_helpers.preview.times import mark, write_times
from lab_helpers.preview.units import words, write_axis

if TYPE_CHECKING:
    from pandas import DataFrame

ROW_OF_TABLE = 0.29  # inches: 36 pixels of Grafana's, as the page is 13 inches for 1600 pixels


def timeseries(box: Box, panel: dict[str, Any], answers: list[Answer], **view: Any) -> None:
    """Lines, or areas on top of one another, with thresholds, annotations and a legend."""
    import pandas as pd

    frames = [answer.with_gaps() for answer in answers if answer.lines is not None]
    table = pd.concat(frames, axis=1) if frames else pd.DataFrame()
    legend = latest(answers)
    across = max(1, int(box.width / 2.1))
    shown = list(legend)[: 3 * across]
    below = 0.19 * math.ceil(len(shown) / across)
    axes = box.axes(left=0.72, right=0.3, bottom=0.36 + below)
    custom = fields_of(panel).get("custom") or {}
    moments = pd.DatetimeIndex(table.index).tz_localize(None).to_numpy()
    if (custom.get("stacking") or {}).get("mode") in ("normal", "percent"):
        colours = [COLOURS[n % len(COLOURS)] for n in range(table.shape[1])]
        layers = table.fillna(0).where(table.notna().any(axis=1), axis=0).to_numpy().T
        axes.stackplot(moments, layers, labels=map(str, table.columns), colors=colours, alpha=0.75)
    else:
        for number, name in enumerate(table.columns):
            values = table.iloc[:, number].to_numpy()
            alone = table.iloc[:, number].notna().sum() == 1
            (line,) = axes.plot(moments, values, label=str(name), marker="o" if alone else None)
            if opacity := custom.get("fillOpacity", 0):
                axes.fill_between(moments, values, color=line.get_color(), alpha=opacity / 100)
    write_times(axes, box, view["span"])
    axes.margins(y=0.12)
    axes.autoscale(axis="y")
    if fields_of(panel).get("min") is not None:
        axes.set_ylim(bottom=fields_of(panel)["min"])
    low, high = axes.get_ylim()
    for limit, colour in steps_of(panel):
        if (custom.get("thresholdsStyle") or {}).get("mode", "off") != "off" and low < limit < high:
            axes.axhline(
                limit, color=HUES.get(colour, colour), linewidth=1.2, linestyle=(0, (6, 3))
            )
    mark(axes, box, view["marks"])
    write_axis(axes, unit_of(panel))
    handles, names = axes.get_legend_handles_labels()
    known = dict(zip(names, handles, strict=True))
    calcs = ((panel.get("options") or {}).get("legend") or {}).get("calcs")
    labels = [f"{n}  {write(legend[n], panel)}" if calcs else n for n in shown if n in known]
    if labels:
        high_inches = box.height - TITLE - 0.36 - below
        axes.legend(
            [known[n] for n in shown if n in known], labels, ncols=across, loc="upper left",
            bbox_to_anchor=(-0.02, -0.2 / max(high_inches, 0.2)), fontsize=8.5, frameon=False,
            borderpad=0, labelspacing=0.25, handlelength=2.2,
        )  # fmt: skip


def stat(box: Box, panel: dict[str, Any], answers: list[Answer], **view: Any) -> None:
    """The latest value, large; one beside the other where there are several series."""
    values = latest(answers)
    frames = [answer.lines for answer in answers if answer.lines is not None]
    if (panel.get("options") or {}).get("graphMode") == "area" and len(values) == 1 and frames:
        spark = box.axes(left=0.05, right=0.05, bottom=0.04, top=box.height * 0.62)
        column = frames[0].iloc[:, 0]
        low, high = float(column.min()), float(column.max())
        flat = abs(low) if low == high else 0.0  # what never changes is drawn half way up
        hue, _ = state_of(next(iter(values.values())), panel)
        spark.fill_between(range(len(column)), column.to_numpy(), low - flat, color=hue, alpha=0.15)
        spark.set_ylim(low - flat, high + flat or 1.0)
        spark.axis("off")
    axes = box.blank()
    for number, (name, value) in enumerate(values.items()):
        x = (number + 0.5) / len(values)
        colour, mark = state_of(value, panel)
        size = min(20.0, 46 * box.width / len(values) / max(len(write(value, panel)) + 2, 4))
        text = f"{mark} {write(value, panel)}".strip()
        y = 0.6 if len(values) == 1 else 0.42
        axes.text(x, y, text, ha="center", va="center", fontsize=size, color=colour, weight="bold")
        if len(values) > 1:
            width = max(int(box.width / len(values) / 0.075), 8)
            axes.text(
                x, 0.78, textwrap.shorten(name, width, placeholder="…") or name[:width],
                ha="center", va="center", fontsize=8.5, color=PALE,
            )  # fmt: skip


def gauge(box: Box, panel: dict[str, Any], answers: list[Answer], **view: Any) -> None:
    """Three quarters of a ring, filled as far as the value reaches, the thresholds around it."""
    from matplotlib.patches import Wedge

    values = list(latest(answers).items())[:4]
    fields = fields_of(panel)
    low, high = fields.get("min") or 0.0, fields.get("max") or 100.0
    axes = box.axes()
    axes.set(xlim=(-1.15, 2.5 * len(values) - 1.35), ylim=(-0.85, 1.1), aspect="equal")
    axes.axis("off")

    def angle(value: float) -> float:
        share = min(max((value - low) / (high - low), 0), 1)
        return 225 - 270 * share

    for number, (name, value) in enumerate(values):
        centre = (2.5 * number, 0.0)
        steps = [(max(limit, low), colour) for limit, colour in steps_of(panel)]
        ends = [limit for limit, _ in steps[1:]] + [high]
        for (limit, colour), end in zip(steps, ends, strict=True):
            hue = HUES.get(colour, colour)
            axes.add_patch(Wedge(centre, 1.08, angle(end), angle(limit), width=0.07, color=hue))
        axes.add_patch(Wedge(centre, 0.98, -45, 225, width=0.27, color="#E5E5E5"))
        colour, mark = state_of(value, panel)
        axes.add_patch(Wedge(centre, 0.98, angle(value), 225, width=0.27, color=colour))
        text = f"{mark} {write(value, panel)}".strip()
        axes.text(*centre, text, ha="center", va="center", fontsize=12, weight="bold", color=colour)
        if len(values) > 1:
            axes.text(centre[0], -0.75, name[:22], ha="center", fontsize=8.5, color=PALE)


def bargauge(box: Box, panel: dict[str, Any], answers: list[Answer], **view: Any) -> None:
    """A bar for each series."""
    values = dict(list(latest(answers).items())[:12])
    if len(values) == 1 and not fields_of(panel).get("displayName"):
        values = {"": next(iter(values.values()))}  # Grafana leaves out the name of an only bar
    axes = box.axes(left=0.12 + 0.068 * max(map(len, (n[:30] for n in values))), right=0.75)
    top = fields_of(panel).get("max") or max([*values.values(), 1e-12])
    for row, value in enumerate(values.values()):
        colour, mark = state_of(value, panel)
        axes.barh(row, top, color="#EEEEEE", height=0.6)
        axes.barh(row, value, color=colour, height=0.6)
        text = f" {write(value, panel)} {mark}"
        axes.text(top, row, text, va="center", fontsize=9, color=INK)
    axes.set_yticks(range(len(values)), [name[:30] for name in values], fontsize=8.5)
    axes.set(xlim=(0, top), ylim=(len(values) - 0.4, -0.6), xticks=[])
    axes.grid(False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def table(box: Box, panel: dict[str, Any], answers: list[Answer], **view: Any) -> None:
    """Rows and columns; numbers in the panel's unit, in the colour of their threshold."""
    frame = _rows(panel, answers)
    axes = box.blank(bottom=0.06)
    fitting = max(int((box.height - TITLE) / ROW_OF_TABLE) - 1, 1)
    lengths = [
        max(len(str(name)), *(len(_cell(v, panel)) for v in frame[name].head(fitting))) + 2
        for name in frame
    ]
    edges = [sum(lengths[:n]) / sum(lengths) for n in range(len(lengths))]
    line = ROW_OF_TABLE / max(box.height - TITLE - 0.06, ROW_OF_TABLE)
    for x, name in zip(edges, frame, strict=True):
        axes.text(x, 1, str(name), fontsize=9, weight="bold", va="top", color="#0072B2")
        for row, value in enumerate(frame[name].head(fitting), start=1):
            colour, sign = INK, ""
            if isinstance(value, float | int) and cells_are_coloured(panel):
                colour, sign = state_of(value, panel)
            text = f"{_cell(value, panel)} {sign}"
            axes.text(x, 1 - row * line, text, fontsize=9, va="top", color=colour)
    if len(frame) > fitting:
        axes.text(1, 0, f"and {len(frame) - fitting} more", fontsize=8.5, ha="right", color=PALE)


def _cell(value: Any, panel: dict[str, Any]) -> str:
    """A cell as Grafana writes it: in the panel's unit if it reads as a number, labels too."""
    try:
        return write(float(value), panel)
    except ValueError:
        return str(value)


def _rows(panel: dict[str, Any], answers: list[Answer]) -> "DataFrame":
    """A table's rows after its transformation "organize", with Grafana's names of the columns."""
    import pandas as pd

    frames = [answer.rows for answer in answers if answer.rows is not None]
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    frame = frame.rename(columns={"timestamp": "Time", "value": "Value"})
    for change in panel.get("transformations") or []:
        if change["id"] == "organize":
            hidden = [name for name, yes in change["options"]["excludeByName"].items() if yes]
            frame = frame.drop(columns=hidden, errors="ignore")
            frame = frame.rename(columns=change["options"].get("renameByName") or {})
    return frame


def heatmap(box: Box, panel: dict[str, Any], answers: list[Answer], **view: Any) -> None:
    """A histogram's buckets over time: each row a bucket, the colour how many fell into it."""
    import pandas as pd

    frame = next(answer.lines for answer in answers if answer.lines is not None)
    frame = frame[sorted(frame.columns, key=lambda le: float(str(le).replace("+Inf", "inf")))]
    counts = frame.diff(axis=1).fillna({frame.columns[0]: frame.iloc[:, 0]}).clip(lower=0)
    axes = box.axes(left=0.72, right=0.7, bottom=0.36)
    moments = pd.DatetimeIndex(counts.index).tz_localize(None).to_numpy()
    values = counts.where(counts > 0).to_numpy().T
    unit = (panel.get("options") or {}).get("yAxis", {}).get("unit") or unit_of(panel)
    mesh = axes.pcolormesh(moments, range(len(counts.columns)), values, shading="nearest")
    names = [words(float(str(le).replace("+Inf", "inf")), unit) for le in counts.columns]
    axes.set_yticks(range(len(names)), [f"≤ {name}" for name in names], fontsize=8)
    write_times(axes, box, view["span"])
    axes.grid(False)
    bar = box.figure.colorbar(mesh, ax=axes, pad=0.02, fraction=0.05)
    bar.ax.tick_params(labelsize=8)


def text(box: Box, panel: dict[str, Any], answers: list[Answer], **view: Any) -> None:
    """Words; the marks of Markdown are left out."""
    content = (panel.get("options") or {}).get("content", "")
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*_`#]+", lambda m: m[1] or "", content)
    titled = bool(panel.get("title"))
    axes = box.blank(top=TITLE if titled else 0.12)
    lines = [textwrap.fill(line, max(int(box.width / 0.08), 10)) for line in plain.splitlines()]
    axes.text(0, 1, "\n".join(lines), va="top", fontsize=10, color=INK, linespacing=1.3)


KINDS: dict[str, Callable[..., None]] = {
    "timeseries": timeseries,
    "stat": stat,
    "gauge": gauge,
    "bargauge": bargauge,
    "table": table,
    "heatmap": heatmap,
    "text": text,
}
