"""Reading a matplotlib chart back: its lines, bars and cells, and what stands on its axes."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")
_WORDS = re.compile(r"\s+")


@dataclass(frozen=True)
class Line:
    """A series as it is drawn: its name in the legend, its points, and where it has none.

    x is a number, or seconds since 1970 where the axis is one of time.
    """

    name: str
    points: list[tuple[float, float]]
    gaps: list[tuple[float, float]]


@dataclass(frozen=True)
class Mesh:
    """A table of colours: the place (row, column) and the value of its highest and lowest cell."""

    high: tuple[float, float, float] | None
    low: tuple[float, float, float] | None
    scale: "Scale"


class Scale:
    """One axis of a chart, to write its values in words.

    Args:
        which: "x" or "y".
    """

    def __init__(self, axes: "Axes", which: str) -> None:
        self.axis = axes.xaxis if which == "x" else axes.yaxis
        self.what = _WORDS.sub(" ", self.axis.get_label_text())
        self.is_time = _is_time(self.axis)

    def show(self, value: float) -> str:
        """A value with its unit, to three digits."""
        from matplotlib.ticker import FuncFormatter

        formatter = self.axis.get_major_formatter()
        if isinstance(formatter, FuncFormatter):
            written = str(formatter(value, None))
            return _NUMBER.sub(lambda found: _short(float(found[0])), written, count=1)
        return _short(value)

    def at(self, value: float) -> str:
        """Where on the axis: "at 14:05:10" of a time, "at 3.5" of a number."""
        if not self.is_time:
            return f"at {_short(value)}"
        low, high = self.limits()
        return f"at {_moment(value, high - low)}"

    def span(self, values: Iterable[float]) -> str:
        """From the lowest to the highest of the values."""
        found = list(values)
        low, high = min(found), max(found)
        if not self.is_time:
            return f"from {self.show(low)} to {self.show(high)}"
        begin, end = self.limits()
        words = [_moment(moment, end - begin) for moment in (low, high)]
        return f"from {words[0]} to {words[1]} UTC"

    def named(self, place: float) -> str:
        """What the axis says at a place: its label there, else the number."""
        labels = zip(self.axis.get_ticklocs(), self.axis.get_ticklabels(), strict=False)
        for at, label in labels:
            if math.isclose(at, place, abs_tol=0.01) and label.get_text():
                return str(label.get_text())
        return _short(place)

    def limits(self) -> tuple[float, float]:
        low, high = self.axis.get_view_interval()
        if self.is_time:
            low, high = _seconds(self.axis, low), _seconds(self.axis, high)
        return low, high


def is_colour_bar(axes: "Axes") -> bool:
    return axes.get_label() == "<colorbar>"


def lines(axes: "Axes") -> Iterator[Line]:
    """The lines that are data; levels and moments that were drawn across are none."""
    import numpy as np

    timed = _is_time(axes.xaxis)
    for line in axes.get_lines():
        if line.get_transform() != axes.transData:
            continue
        places: Any = line.get_xdata(orig=False)
        x = [_seconds(axes.xaxis, at) if timed else float(at) for at in places]
        y = np.asarray(line.get_ydata(orig=False), dtype=float)
        there = np.isfinite(y)
        points = [(at, float(v)) for at, v, ok in zip(x, y, there, strict=True) if ok]
        name = _WORDS.sub(" ", str(line.get_label()))
        yield Line("" if name.startswith("_") else name, points, list(_gaps(x, there)))


def _gaps(x: list[float], there: Any) -> Iterator[tuple[float, float]]:
    """From the last value before to the first one after; what lacks at the ends is no gap."""
    seen = [n for n, ok in enumerate(there) if ok]
    for before, after in pairwise(seen):
        if after > before + 1:
            yield x[before], x[after]


def limits(axes: "Axes") -> Iterator[tuple[float, str]]:
    """The levels that are drawn across, each with its name in the legend."""
    for line in axes.get_lines():
        y: Any = line.get_ydata(orig=False)
        if line.get_transform() != axes.transData and len(y) == 2 and y[0] == y[1]:
            name = str(line.get_label())
            yield float(y[0]), "" if name.startswith("_") else name


def marks(axes: "Axes") -> Iterator[tuple[str, float | None]]:
    """The words that stand in the chart, each with its place on an axis of time."""
    from matplotlib.text import Annotation

    for text in axes.texts:
        if not (words := _WORDS.sub(" ", text.get_text()).strip()):
            continue
        place = text.xy[0] if isinstance(text, Annotation) else text.get_position()[0]
        try:
            yield words, _seconds(axes.xaxis, axes.convert_xunits(place))
        except (TypeError, ValueError):
            yield words, None


def bars(axes: "Axes") -> Iterator[tuple[str, float]]:
    """The bars, each by the word beside it (or its number) and with its length."""
    from matplotlib.container import BarContainer

    lying = is_lying(axes)
    scale = Scale(axes, "y" if lying else "x")
    for container in axes.containers:
        for bar in container if isinstance(container, BarContainer) else ():
            begin, width = (
                (bar.get_y(), bar.get_height()) if lying else (bar.get_x(), bar.get_width())
            )
            length = bar.get_width() if lying else bar.get_height()
            yield scale.named(begin + width / 2), float(length)


def is_lying(axes: "Axes") -> bool:
    """Whether its bars lie."""
    return any(getattr(one, "orientation", "") == "horizontal" for one in axes.containers)


def points(axes: "Axes") -> list[tuple[float, float]]:
    """The points of scatter plots; x is as in a line."""
    from matplotlib.collections import PathCollection

    timed = _is_time(axes.xaxis)
    found: list[Any] = [c for c in axes.collections if isinstance(c, PathCollection)]
    return [
        (_seconds(axes.xaxis, x) if timed else float(x), float(y))
        for one in found
        for x, y in one.get_offsets()
    ]


def mesh(axes: "Axes") -> Mesh | None:
    """The table of colours, where the chart is one."""
    import numpy as np
    from matplotlib.collections import QuadMesh

    pictures = [*axes.images, *(c for c in axes.collections if isinstance(c, QuadMesh))]
    if not pictures:
        return None
    picture: Any = pictures[0]
    values: Any = np.ma.masked_invalid(picture.get_array())
    bar = picture.colorbar
    scale = Scale(bar.ax if bar else axes, "y")
    corners: Any = picture.get_coordinates() if isinstance(picture, QuadMesh) else None
    if corners is not None:
        values = values.reshape(len(corners) - 1, -1)
    if not values.count():
        return Mesh(None, None, scale)

    def cell(number: int) -> tuple[float, float, float]:
        row, column = np.unravel_index(number, values.shape)
        across = float(column if corners is None else corners[0, column : column + 2, 0].mean())
        timed = corners is not None and _is_time(axes.xaxis)
        return float(row), _seconds(axes.xaxis, across) if timed else across, values[row, column]

    return Mesh(cell(values.argmax()), cell(values.argmin()), scale)


def _is_time(axis: Any) -> bool:
    """Whether an axis is one of time, of matplotlib's or of pandas' making."""
    names = {kind.__name__ for kind in type(axis.get_major_formatter()).__mro__}
    return bool(names & {"AutoDateFormatter", "ConciseDateFormatter", "DateFormatter",
                         "TimeSeries_DateFormatter"})  # fmt: skip


def _seconds(axis: Any, place: Any) -> float:
    """Seconds since 1970 of a place on an axis of time.

    matplotlib counts days there; pandas, where a frame's rows come at even steps, those steps.
    """
    freq = getattr(axis.get_major_formatter(), "freq", None)
    if freq is None:
        return float(place) * 86400
    import pandas as pd

    ordinal = place.ordinal if isinstance(place, pd.Period) else int(place)
    return float(pd.Period(ordinal=ordinal, freq=freq).to_timestamp().timestamp())


def _moment(seconds: float, span: float) -> str:
    from datetime import UTC, datetime

    when = datetime.fromtimestamp(seconds, UTC)
    clock = f"{when:%H:%M:%S}" if span < 900 else f"{when:%H:%M}"
    return clock if span < 86400 else f"{when:%a} {when.day} {when:%b} {clock}"


def _short(value: float) -> str:
    """A number to three digits, without an exponent where it can do without."""
    if value == 0 or 1e-4 <= abs(value) < 1000:
        return f"{value:.3g}"
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e15 else f"{value:.3g}"
