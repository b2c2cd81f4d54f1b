"""Pictures: one style, told apart without colour, UTC, round ticks in the unit."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

mpl = pytest.importorskip("matplotlib")
mpl.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.colors import to_rgb  # noqa: E402
from matplotlib.dates import date2num  # noqa: E402

from lab_helpers.pictures import plots  # noqa: E402


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    with mpl.rc_context():
        yield
    plt.close("all")


def table(names: list[str], rows: int = 60, top: float = 1.0) -> pd.DataFrame:
    index = pd.date_range("2026-03-02 10:00", periods=rows, freq="1min", tz="UTC", name="timestamp")
    values = np.linspace(0, top, rows)[:, None] * np.ones(len(names))
    return pd.DataFrame(values, index=index, columns=pd.Index(names, name="instance"))


def tick_labels(frame: pd.DataFrame, unit: str) -> list[str]:
    axes = plots.lines(frame, unit=unit)
    axes.figure.canvas.draw()
    low, high = axes.get_ylim()
    ticks = axes.yaxis.get_major_ticks()
    return [t.label1.get_text() for t in ticks if low <= t.get_loc() <= high]


def test_series_differ_without_colour_too() -> None:
    """No two of 28 series look alike; neighbours differ in dashes, and in grey."""
    plots.use_style()
    looks = [(s["color"], str(s["linestyle"])) for s in mpl.rcParams["axes.prop_cycle"]]
    assert len(set(looks)) == len(looks) == 28
    greys = [np.dot(to_rgb(colour), (0.2126, 0.7152, 0.0722)) for colour, _ in looks]
    for n in range(27):
        assert looks[n][1] != looks[n + 1][1]
        assert abs(greys[n] - greys[n + 1]) > 0.03


def test_pandas_own_plot_takes_colours_and_dashes() -> None:
    plots.use_style()
    lines = table(["a", "b", "c"]).plot().get_lines()
    assert [line.get_color() for line in lines] == list(plots.COLOURS[:3])
    assert [line.get_linestyle() for line in lines] == ["-", "--", "-."]


def test_legend_names_the_labels_and_a_lone_series_needs_none() -> None:
    legend = plots.lines(table(["web-1", "web-2"]), "Up").get_legend()
    assert legend is not None
    assert legend.get_title().get_text() == "instance"
    assert [t.get_text() for t in legend.get_texts()] == ["web-1", "web-2"]
    assert plots.lines(table(["value"])).get_legend() is None

    several = table(["x", "y"])
    pairs = [("GET", "/cart"), ("", "__hidden")]  # matplotlib leaves out what begins with _
    several.columns = pd.MultiIndex.from_tuples(pairs, names=["method", "route"])
    legend = plots.lines(several).get_legend()
    assert legend is not None
    assert legend.get_title().get_text() == "method · route"
    assert [t.get_text() for t in legend.get_texts()] == ["GET · /cart", "hidden"]


def test_a_crowd_of_series_says_how_many_it_leaves_out() -> None:
    legend = plots.lines(table([f"web-{n}" for n in range(20)])).get_legend()
    assert legend is not None
    assert len(legend.get_texts()) == 14
    assert "6 more" in legend.get_title().get_text()


@pytest.mark.parametrize(
    ("unit", "top", "expected"),
    [
        ("s", 0.4, ["0 ms", "80 ms", "160 ms", "240 ms", "320 ms", "400 ms"]),
        ("s", 7200, ["0 h", "0.4 h", "0.8 h", "1.2 h", "1.6 h", "2 h"]),
        ("By", 1024**2 * 500, ["0 MiB", "100 MiB", "200 MiB", "300 MiB", "400 MiB", "500 MiB"]),
        ("By/s", 2048, ["0 KiB/s", "0.4 KiB/s", "0.8 KiB/s", "1.2 KiB/s", "1.6 KiB/s", "2 KiB/s"]),
        ("%", 100, ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]),
        ("ratio", 1, ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]),
        ("req/s", 5000, ["0k", "1k", "2k", "3k", "4k", "5k"]),
        ("req/s", 5, ["0", "1", "2", "3", "4", "5"]),
    ],
)
def test_ticks_are_round_in_the_unit(unit: str, top: float, expected: list[str]) -> None:
    assert tick_labels(table(["a"], top=top), unit) == expected


def test_time_is_utc_whatever_zone_the_frame_is_in() -> None:
    berlin = table(["a"]).tz_convert("Europe/Berlin")
    axes = plots.lines(berlin, unit="req/s")
    axes.figure.canvas.draw()
    assert axes.get_xlabel() == "time (UTC)"
    assert axes.get_ylabel() == "req/s"
    assert axes.get_xticklabels()[0].get_text() == "10:00"


@pytest.mark.parametrize("how", ["lines", "pandas"])
def test_annotations_land_on_their_moment(how: str) -> None:
    frame = table(["a", "b"])
    axes = plots.lines(frame) if how == "lines" else frame.plot()
    limits = axes.get_xlim()
    plots.annotate(axes, "2026-03-02 10:30", "release")
    plots.annotate(axes, frame.index[40], "outage", until="2026-03-02 10:50")
    axes.figure.canvas.draw()
    assert axes.get_xlim() == limits
    marked: Any = axes.get_lines()[-1].get_xdata()
    x = axes.convert_xunits(marked[0])
    middle = limits[0] + (limits[1] - limits[0]) * (30 / 59 if how == "pandas" else 0.5)
    assert float(x) == pytest.approx(middle, abs=(limits[1] - limits[0]) / 50)
    assert [t.get_text() for t in axes.texts] == ["release", "outage"]


def test_gaps_single_samples_and_nothing_at_all() -> None:
    gap = table(["a"])
    gap.iloc[20:30] = np.nan
    drawn: Any = plots.lines(gap).get_lines()[0].get_ydata()
    assert np.isnan(drawn[25])
    assert plots.lines(table(["a"], rows=1)).get_lines()[0].get_marker() == "o"
    nothing = plots.lines(table([], rows=0), "Nothing", "s")
    nothing.figure.canvas.draw()
    assert [t.get_text() for t in nothing.texts] == ["no data"]
    assert plots.lines(table(["a"])["a"]).get_lines()


def test_heatmap_has_a_row_a_day_and_a_column_an_hour() -> None:
    index = pd.date_range("2026-03-02", periods=48 * 4 - 4, freq="15min", tz="UTC")
    hours = pd.Series(index.hour, index=index, dtype="float64")
    axes = plots.heatmap(hours, "Requests", "req/s")
    cells: Any = axes.images[0].get_array()
    assert cells.shape == (2, 24)
    assert cells[0].tolist() == list(range(24))
    assert np.isnan(np.asarray(cells)[1, 23]), "an hour without samples is blank"
    assert [t.get_text() for t in axes.get_yticklabels()] == ["Mon 2 Mar", "Tue 3 Mar"]
    morning: Any = plots.heatmap(hours[hours < 9]).images[0].get_array()
    assert morning.shape == (2, 24), "hours that no day has are there too"
    abroad: Any = plots.heatmap(hours.to_frame().tz_convert("Asia/Tokyo")).images[0].get_array()
    assert abroad[0].tolist() == list(range(24))


def test_buckets_have_a_row_each_from_the_fastest_up_and_white_where_nothing_was() -> None:
    index = pd.date_range("2026-03-02", periods=4, freq="1s", tz="UTC")
    counts = pd.DataFrame({"+Inf": 0.0, "0.25": 3.0, "2.5": [0.0, 1.0, 2.0, np.nan]}, index=index)
    axes = plots.buckets(counts, "Requests", "req/s", most=9)
    cells: Any = axes.collections[0].get_array()
    assert [t.get_text() for t in axes.get_yticklabels()] == ["≤ 250 ms", "≤ 2.5 s", "more"]
    assert cells.reshape(3, 4).tolist() == [[3] * 4, [None, 1, 2, None], [None] * 4]
    assert axes.collections[0].get_clim() == (0, 9)
    little, much = (sum(axes.collections[0].to_rgba(np.array(value))[:3]) for value in (1, 9))
    assert much < little, "the more there is, the darker"
    assert axes.figure.axes[-1].get_ylabel() == "req/s"
    assert axes.get_title(loc="left") == "Requests"


def test_an_axes_may_be_given() -> None:
    _, two = plt.subplots(2)
    assert plots.lines(table(["a"]), ax=two[1]) is two[1]
    assert float(date2num(pd.Timestamp("2026-03-02"))) < two[1].get_xlim()[0]


def test_matplotlib_loads_with_the_first_picture() -> None:
    code = "import sys; from lab_helpers import plots; print('matplotlib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
