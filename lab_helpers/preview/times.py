"""The axis of time, and what is marked on it."""

import math
from typing import TYPE_CHECKING, Any

from lab_helpers.preview.box import PLAIN, Box
from lab_helpers.preview.colours import rgba

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Seconds between two ticks, as Grafana has them.
_STEPS = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
)  # fmt: skip
_DAY = _STEPS[-1]
_LETTER, _LINE, _LINES = 0.062, 9, 3  # of a mark's word: inches, points, how many at most


def write_times(axes: "Axes", box: Box, span: tuple[float, float]) -> None:
    """Limit an axis to a span, in seconds since 1970, and write it with as many ticks as fit."""
    import pandas as pd

    begin, end = span
    most = max(2, int(box.width / 0.95))
    days = math.ceil((end - begin) / _DAY / most)
    step = next((step for step in _STEPS if (end - begin) / step <= most), days * _DAY)
    first = math.ceil(begin / step)
    ticks = [pd.Timestamp(n * step, unit="s") for n in range(first, math.floor(end / step) + 1)]
    form = "%H:%M:%S" if step < 60 else "%H:%M" if step < _DAY else "%m/%d"
    axes.set_xlim(*(pd.Timestamp(moment, unit="s") for moment in span))
    axes.set_xticks(ticks, [tick.strftime(form) for tick in ticks])
    axes.tick_params(labelsize=8.5, length=2)


def mark(axes: "Axes", box: Box, marks: "list[tuple[Any, Any, str, str]]") -> None:
    """Annotations: a dashed line for a moment, a shade with a bar below it for a span of time.

    A span's word begins where its shade does, or further left where it would spill out, in a row
    of its own while there are rows. A word for which there is no room is left out.
    """
    import pandas as pd

    low, high = axes.get_xlim()
    width = axes.get_position().width * box.figure.get_size_inches()[0]
    taken: list[list[tuple[float, float]]] = [[] for _ in range(_LINES)]
    row_of: dict[str, int] = {}
    for since, until, word, colour in sorted(marks, key=lambda m: m[0]):
        hue = rgba(colour)
        begin: Any = pd.Timestamp(since).tz_localize(None).to_numpy()
        end: Any = until and pd.Timestamp(until).tz_localize(None).to_numpy()
        rows = list(range(_LINES))
        if end is not None:
            rows.sort(key=lambda row: row in row_of.values())
            rows = [row_of[word]] if word in row_of else rows
        if end is not None and end > begin:
            axes.axvspan(begin, end, facecolor=hue, alpha=0.1, linewidth=0, zorder=0)
            across = axes.get_xaxis_transform()
            axes.plot([begin, end], [0, 0], color=hue, linewidth=5, linestyle="-", transform=across)
        else:
            axes.axvline(begin, color=hue, linewidth=1.3, linestyle=(0, (3, 2)), zorder=1)
        length = len(word) * _LETTER / width
        left = min((axes.convert_xunits(begin) - low) / (high - low), 1 - length)
        free = (
            row
            for row in rows
            if all(left + length <= begins or ends <= left for begins, ends in taken[row])
        )
        if (row := next(free, None)) is None:
            continue
        taken[row].append((left, left + length))
        if end is not None:
            row_of[word] = row
        axes.annotate(
            word, (left, 1), xycoords="axes fraction", textcoords="offset points",
            xytext=(2, -2 - _LINE * row), va="top", fontsize=7.5, color=hue, **PLAIN,
        )  # fmt: skip
