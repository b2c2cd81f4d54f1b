"""One style for every picture: told apart in colour, in grey print, and by the colour-blind.

The frames of the workshop are plain DataFrames, so `frame.plot()` works too and, after
`use_style()`, looks the same. matplotlib loads when the first picture is drawn.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# Okabe and Ito (https://jfly.uni-koeln.de/color/), without yellow, which vanishes on white; dark
# and light alternate, so that neighbours differ in grey as well.
COLOURS = ("#0072B2", "#E69F00", "#000000", "#56B4E9", "#D55E00", "#CC79A7", "#009E73")
_DASHES = ("-", "--", "-.", (0, (1, 1.2)))  # 4 and 7 share no factor: 28 series, no two alike
_LEGEND_ROWS = 14

# What an axis may be written in: the sizes to choose from, and what follows their names.
_IEC = [(1024.0**n, f" {p}B") for n, p in enumerate(("", "Ki", "Mi", "Gi", "Ti"))]
_TIME = [(1e-6, " µs"), (1e-3, " ms"), (1.0, " s"), (60.0, " min"), (3600.0, " h"), (86400.0, " d")]
_UNITS = {
    "s": (_TIME, ""),
    "By": (_IEC, ""),
    "By/s": (_IEC, "/s"),
    "%": ([(1.0, " %")], ""),
    "ratio": ([(0.01, " %")], ""),
}
_PLAIN = ([(1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "G")], "")


def use_style() -> None:
    """Make this style matplotlib's default, for a notebook's width and a slide's legibility.

    In a notebook, figures are from then on shown with a text for whoever cannot see them.
    """
    import matplotlib as mpl
    from cycler import cycler

    from lab_helpers.pictures.shown import use_alt_texts

    use_alt_texts()
    count = len(COLOURS) * len(_DASHES)
    cycle = cycler(
        color=[COLOURS[n % len(COLOURS)] for n in range(count)],
        linestyle=[_DASHES[n % len(_DASHES)] for n in range(count)],
    )
    mpl.rcParams.update(
        {
            "axes.prop_cycle": cycle,
            "axes.grid": True,
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlelocation": "left",
            "axes.titleweight": "bold",
            "figure.constrained_layout.use": True,
            "figure.dpi": 100,
            "figure.figsize": (9, 3.6),
            "font.size": 11,
            "grid.color": "#DDDDDD",
            "grid.linewidth": 0.8,
            "image.cmap": "cividis_r",  # even in lightness, the same to all eyes; dark is much
            "legend.edgecolor": "none",
            "legend.framealpha": 0.85,
            "legend.fontsize": 9.5,
            "legend.handlelength": 2.8,  # long enough to show the dashes
            "lines.linewidth": 1.8,
            "timezone": "UTC",
        }
    )


def lines(
    frame: "pd.DataFrame | pd.Series", title: str = "", unit: str = "", ax: "Axes | None" = None
) -> "Axes":
    """Draw a range query's frame as lines over UTC time, and return the axes.

    frame: one column a series, a DatetimeIndex in UTC; NaN leaves a gap.
    unit: "s", "By", "By/s", "%" (values from 0 to 100), "ratio" (0 to 1, shown as percent), or any
        other text, such as "req/s", which is written beside the axis.
    ax: where to draw, by default in a picture of its own.

    A series keeps its colour and its dashes together. The legend names the label or labels that
    the columns are named by, and gives up after 14 series: ask for fewer, with `topk` or `sum by`.
    """
    import matplotlib.dates as dates

    axes = _axes(ax)
    table = frame.to_frame() if frame.ndim == 1 else frame
    axes.set_title(title)
    if table.empty:
        axes.set(xticks=[], yticks=[])
        axes.text(0.5, 0.5, "no data", transform=axes.transAxes, ha="center", color="#666666")
        return axes
    for column in table.columns:
        samples = table[column].to_numpy()
        alone = len(samples) == 1  # a line through one point cannot be seen
        axes.plot(_utc(table.index), samples, label=_name(column), marker="o" if alone else None)
    locator = dates.AutoDateLocator(tz="UTC", maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator, tz="UTC"))
    axes.set_xlabel("time (UTC)")
    _unit_axis(axes, unit)
    if table.shape[1] > 1:
        _legend(axes, table)
    return axes


def annotate(
    axes: "Axes", when: "str | datetime", text: str, until: "str | datetime | None" = None
) -> None:
    """Mark a moment with a line and a word, or a span of time with a shade.

    axes: what `lines` returned. when, until: a moment, as text or a datetime; no zone means UTC.
    """
    import pandas as pd

    begin: Any = _utc([pd.Timestamp(when)])[0]
    if until is None:
        axes.axvline(begin, color="#000000", linewidth=1.2, linestyle=(0, (4, 2)), zorder=1)
    else:
        end: Any = _utc([pd.Timestamp(until)])[0]
        axes.axvspan(
            begin, end, facecolor="#EBEBEB", edgecolor="#CCCCCC", hatch="//", zorder=0, linewidth=0
        )
    axes.annotate(
        text,
        (begin, 1),
        xycoords=("data", "axes fraction"),
        xytext=(4, -4),
        textcoords="offset points",
        va="top",
        fontsize=10,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
    )


def heatmap(
    series: "pd.Series | pd.DataFrame", title: str = "", unit: str = "", ax: "Axes | None" = None
) -> "Axes":
    """Draw one series as a table of days and hours (UTC), each cell the hour's mean.

    series: a column of a range query's frame, or a frame of one column. unit: as for `lines`.
    """
    import pandas as pd

    axes = _axes(ax)
    column = series if series.ndim == 1 else series.iloc[:, 0]
    index = pd.DatetimeIndex(_utc(column.index))
    hourly = column.groupby([index.normalize(), index.hour]).mean().unstack()
    hourly = hourly.reindex(columns=range(24))
    picture = axes.imshow(hourly.to_numpy(), aspect="auto", interpolation="nearest")
    axes.grid(False)
    axes.set_xticks(range(0, 24, 3), [f"{hour:02}" for hour in range(0, 24, 3)])
    axes.set_yticks(range(len(hourly)), [f"{day:%a} {day.day} {day:%b}" for day in hourly.index])
    axes.set_xlabel("hour of the day (UTC)")
    axes.set_title(title)
    bar = axes.figure.colorbar(picture, ax=axes)
    _unit_axis(bar.ax, unit)
    return axes


def buckets(
    frame: "pd.DataFrame",
    title: str = "",
    unit: str = "",
    ax: "Axes | None" = None,
    most: float | None = None,
) -> "Axes":
    """Draw a histogram over time: each column of the picture a moment, each row a bucket.

    frame: one column a bucket, named by its upper bound in seconds ("+Inf" for the last), with what
        lies in this bucket alone; a DatetimeIndex in UTC. What is 0 stays white, and the more there
        is, the darker.
    unit: of what lies in a bucket, written beside the bar. ax: as for `lines`.
    most: the value of the darkest colour, to make two pictures comparable.
    """
    import matplotlib.dates as dates
    import numpy as np

    axes = _axes(ax)
    table = frame[sorted(frame.columns, key=float)]
    shown = np.ma.masked_less_equal(np.nan_to_num(table.to_numpy().T), 0)
    times = dates.date2num(_utc(table.index))
    picture = axes.pcolormesh(
        times,
        range(len(table.columns)),
        shown,
        shading="nearest",
        vmin=0,
        vmax=most,
    )
    axes.grid(False)
    names = [f"≤ {float(bound) * 1000:g} ms" if float(bound) < 1 else f"≤ {float(bound):g} s"
             for bound in table.columns]  # fmt: skip
    axes.set_yticks(range(len(names)), [name.replace("≤ inf s", "more") for name in names])
    locator = dates.AutoDateLocator(tz="UTC", maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator, tz="UTC"))
    axes.set_xlabel("time (UTC)")
    axes.set_ylabel("time that a request took")
    axes.set_title(title)
    axes.figure.colorbar(picture, ax=axes).set_label(unit)
    return axes


def _axes(ax: "Axes | None") -> "Axes":
    """Give the axes to draw on, in this style."""
    use_style()
    import matplotlib.pyplot as plt

    return plt.subplots()[1] if ax is None else ax


def _utc(moments: Any) -> Any:
    """Give moments as numpy times in UTC: matplotlib needs no zone to be told then."""
    import pandas as pd

    index = pd.DatetimeIndex(moments)
    return (index if index.tz is None else index.tz_convert("UTC").tz_localize(None)).to_numpy()


def _name(column: Any) -> str:
    """Name a series in the legend; a leading underscore would hide it there."""
    parts = column if isinstance(column, tuple) else (column,)
    return " · ".join(str(part) for part in parts if str(part)).lstrip("_") or "(no labels)"


def _legend(axes: "Axes", table: "pd.DataFrame") -> None:
    handles, names = axes.get_legend_handles_labels()
    more = len(names) - _LEGEND_ROWS
    title = " · ".join(str(n) for n in table.columns.names if n not in (None, "__name__"))
    axes.legend(
        handles[:_LEGEND_ROWS],
        names[:_LEGEND_ROWS],
        title=f"{title}\n(and {more} more)" if more > 0 else title or None,
        loc="upper left",
        bbox_to_anchor=(1.01, 1.02),
        borderaxespad=0,
        alignment="left",
    )


def _unit_axis(axes: "Axes", unit: str) -> None:
    """Write the y axis in a unit, with ticks at round numbers of it: 512 MiB, not 500,000,000 B."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    sizes, suffix = _UNITS.get(unit, _PLAIN)

    def scale() -> tuple[float, str]:
        """Choose the largest size that the axis reaches."""
        top = max(map(abs, axes.get_ylim()))
        return next((s for s in reversed(sizes) if top >= s[0]), sizes[0])

    class RoundTicks(MaxNLocator):
        def tick_values(self, vmin: float, vmax: float) -> Any:
            size, _ = scale()
            return [tick * size for tick in super().tick_values(vmin / size, vmax / size)]

    def show(value: float, _position: int | None = None) -> str:
        size, name = scale()
        return f"{value / size:.6g}{name}{suffix}"

    axes.yaxis.set_major_locator(RoundTicks(nbins=6))
    axes.yaxis.set_major_formatter(FuncFormatter(show))
    if unit not in _UNITS:
        axes.set_ylabel(unit)
