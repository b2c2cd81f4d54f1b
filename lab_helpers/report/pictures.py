"""The report's pictures, each drawn for a white page, for a black one, and as vectors for paper."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lab_helpers.pictures.plots import use_style
from lab_helpers.report import words
from lab_helpers.report.document import Picture
from lab_helpers.report.figures import AVAILABILITY, LATENCY, LIMIT, Figures
from lab_helpers.report.incidents import Incident
from lab_helpers.report.weeks import LENGTH


@dataclass(frozen=True)
class Theme:
    """The colours of a picture: told apart in grey too, and by the colour-blind."""

    paper: str
    ink: str
    grid: str
    now: str
    then: str
    bad: str


LIGHT = Theme("#FFFFFF", "#222222", "#DDDDDD", "#0072B2", "#9A9A9A", "#D55E00")
DARK = Theme("#16191D", "#E8E8E8", "#3C4147", "#56B4E9", "#8C8C8C", "#F0863C")

Draw = Callable[[Axes, Theme], None]


def draw(name: str, title: str, alt: str, on: Draw, height: float = 3.0) -> Picture:
    """Make a picture of what `on` draws."""

    def drawn(form: str) -> bytes:
        if form == "vector":
            return _saved(on, LIGHT, height, format="svg", metadata={"Date": None})
        return _saved(on, DARK if form == "dark" else LIGHT, height, format="png", dpi=200)

    return Picture(name, title, alt, drawn)


def _saved(on: Draw, theme: Theme, height: float, **how: Any) -> bytes:
    with mpl.rc_context():
        use_style()
        names = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
        colours: Any = dict.fromkeys(names, theme.ink)
        mpl.rcParams.update(colours)
        mpl.rcParams.update(
            {
                "grid.color": theme.grid,
                "font.size": 12,  # it shall be read on a phone as well
                "svg.fonttype": "none",
                "svg.hashsalt": "report",
            }
        )
        figure = Figure(figsize=(6.2, height), facecolor=theme.paper, layout="constrained")
        axes = figure.subplots()
        axes.set_facecolor(theme.paper)
        axes.set_axisbelow(True)
        on(axes, theme)
        with io.BytesIO() as file:
            figure.savefig(file, **how)
            return file.getvalue()


def traffic(now: Figures, then: Figures | None, incidents: Sequence[Incident]) -> Picture:
    """Requests an hour, beside those of the week before."""
    requests = now.hourly["requests"]

    def on(axes: Axes, theme: Theme) -> None:
        if then is not None:
            earlier = then.hourly["requests"]
            moved = earlier.set_axis(earlier.index + LENGTH)
            axes.plot(moved, color=theme.then, linestyle="--", label="the week before")
        axes.plot(requests, color=theme.now, linestyle="-", label="this week")
        for number, incident in enumerate(incidents, 1):
            began: Any = incident.start
            axes.axvline(began, color=theme.bad, linewidth=2, linestyle=":", zorder=0)
            axes.annotate(f" incident {number}", (began, 1.0), color=theme.bad,
                          xycoords=("data", "axes fraction"), va="bottom", ha="center")  # fmt: skip
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(lambda value, _: words.count(value))
        axes.set_ylabel("requests per hour")
        _days(axes, now)
        axes.legend(loc="upper left", labelcolor=theme.ink, facecolor=theme.paper, ncols=2,
                    bbox_to_anchor=(0, -0.16), borderaxespad=0)  # fmt: skip

    top, low = requests.idxmax(), requests.idxmin()
    alt = (
        f"Line: requests per hour, hour by hour. Most are {words.count(requests.max())} in the "
        f"hour from {words.moment(top)}, fewest {words.count(requests.min())} from "
        f"{words.moment(low)}."
    )
    alt += " A dashed line beside it is the week before." if then is not None else ""
    return draw("traffic", "Requests per hour", alt, on, height=3.4)


def failures(now: Figures, then: Figures | None) -> Picture:
    """Failed requests by day, beside those that the promise allows."""
    days = daily(now)
    allowed = days["requests"] * (1 - AVAILABILITY)
    places = range(len(days))

    def on(axes: Axes, theme: Theme) -> None:
        width = 0.4 if then is not None else 0.7
        shift = width / 2 if then is not None else 0.0
        axes.bar([at + shift for at in places], days["failed"], width, color=theme.bad,
                 label="this week")  # fmt: skip
        if then is not None:
            earlier = daily(then)["failed"].to_numpy()[: len(days)]
            axes.bar([at - shift for at in range(len(earlier))], earlier, width, color=theme.then,
                     hatch="//", edgecolor=theme.paper, label="the week before")  # fmt: skip
        axes.hlines(allowed, [at - 0.45 for at in places], [at + 0.45 for at in places],
                    color=theme.ink, linestyle="--", linewidth=1.5, label="allowed")  # fmt: skip
        axes.set_xticks(list(places), [f"{day:%a} {day.day}" for day in days.index])
        axes.grid(False, axis="x")
        axes.yaxis.set_major_formatter(lambda value, _: words.count(value))
        axes.set_ylabel("failed requests")
        axes.legend(loc="upper left", labelcolor=theme.ink, facecolor=theme.paper)

    worst, best = days["failed"].idxmax(), days["failed"].idxmin()
    over = int((days["failed"] > allowed).sum())
    alt = (
        f"Bars: failed requests, day by day, with a mark at what is allowed. Most are "
        f"{words.count(days['failed'].max())} on {worst:%A}, fewest "
        f"{words.count(days['failed'].min())} on {best:%A}; {words.counted(over, 'day')} above the "
        "mark."
    )
    return draw("failures", "Failed requests, day by day", alt, on)


def daily(figures: Figures) -> pd.DataFrame:
    """The hourly numbers, day by day."""
    return figures.hourly.groupby(pd.DatetimeIndex(figures.hourly.index).normalize()).sum()


def quickness(now: Figures) -> Picture:
    """The share of requests that were answered in time, hour by hour."""
    quick = now.hourly["quick"] / now.hourly["requests"] * 100

    def on(axes: Axes, theme: Theme) -> None:
        axes.plot(quick, color=theme.now, linestyle="-", label="this week")
        axes.axhline(LATENCY * 100, color=theme.ink, linestyle="--", linewidth=1.5,
                     label=f"promised: {LATENCY:.0%}")  # fmt: skip
        axes.set_ylim(0, 103)
        axes.set_ylabel(f"% within {LIMIT:g} s")
        _days(axes, now)
        axes.legend(loc="lower left", labelcolor=theme.ink, facecolor=theme.paper)

    below = int((quick < LATENCY * 100).sum())
    alt = (
        f"Line: the share of requests answered within {LIMIT:g} s, hour by hour, with a line at "
        f"{LATENCY:.0%}. Lowest is {quick.min():.0f} % in the hour from "
        f"{words.moment(quick.idxmin())}; {words.counted(below, 'hour')} below the line."
    )
    return draw("quickness", f"Requests answered within {LIMIT:g} s, hour by hour", alt, on)


def slowest(now: Figures, then: Figures | None) -> Picture:
    """How long the slowest twentieth of each page's visitors waits, at least."""
    pages = now.pages["p95"] * 1000
    places = range(len(pages))

    def on(axes: Axes, theme: Theme) -> None:
        height = 0.4 if then is not None else 0.7
        shift = height / 2 if then is not None else 0.0
        bars = axes.barh([at - shift for at in places], pages, height, color=theme.now,
                         label="this week")  # fmt: skip
        axes.bar_label(bars, [words.duration(each / 1000) for each in pages], padding=4)
        if then is not None:
            earlier = then.pages["p95"].reindex(pages.index) * 1000
            axes.barh([at + shift for at in places], earlier.fillna(0), height, color=theme.then,
                      hatch="//", edgecolor=theme.paper, label="the week before")  # fmt: skip
        axes.set_yticks(list(places), list(pages.index))
        axes.invert_yaxis()
        axes.grid(False, axis="y")
        axes.margins(x=0.15)
        axes.set_xlabel("milliseconds within which 95 of 100 requests are answered")
        if then is not None:
            axes.legend(loc="lower right", labelcolor=theme.ink, facecolor=theme.paper)

    listed = ", ".join(f"{page} {words.duration(ms / 1000)}" for page, ms in pages.items())
    alt = f"Bars: the time within which 95 of 100 requests are answered, page by page: {listed}."
    return draw("slowest", "The slowest pages", alt, on)


def _days(axes: Axes, figures: Figures) -> None:
    """Write the days below the time axis, each at its noon."""
    days = pd.date_range(figures.week.start, figures.week.end, freq="D")
    axes.set_xlim(days[0], days[-1])
    axes.set_xticks(list(days), [""] * len(days))
    noons = days[:-1] + pd.Timedelta(hours=12)
    axes.set_xticks(list(noons), [f"{day:%a} {day.day}" for day in noons], minor=True)
    axes.tick_params(axis="x", which="minor", length=0)
