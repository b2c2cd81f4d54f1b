"""The text of a picture says what the picture shows, and a notebook shows both."""

import base64
import io
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from PIL import Image

mpl = pytest.importorskip("matplotlib")
mpl.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

from lab_helpers.pictures import alt, plots, shown  # noqa: E402

START = "2026-03-02 10:00"
INDEX = pd.date_range(START, periods=60, freq="1min", tz="UTC", name="timestamp")


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    with mpl.rc_context():
        yield
    plt.close("all")


def frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns, index=INDEX, dtype="float64")


def test_lines_their_span_extremes_and_names() -> None:
    rising, flat = np.linspace(0, 59, 60), np.full(60, 7.0)
    axes = plots.lines(frame(web=rising, db=flat), "Requests", unit="req/s")
    assert alt.text_of(axes.figure) == (
        "Line chart “Requests”: req/s, over time, from 10:00 to 10:59 UTC. 2 lines: web, db. "
        "Highest web: 59 at 10:59; lowest web: 0 at 10:00."
    )


def test_values_are_written_in_the_unit_of_the_axis() -> None:
    axes = plots.lines(frame(web=np.linspace(1, 3, 60) * 2**20), "Memory", unit="By")
    assert "Highest: 3 MiB at 10:59; lowest: 1 MiB at 10:00." in alt.text_of(axes.figure)


def test_a_gap_is_told_and_what_lacks_at_the_ends_is_none() -> None:
    values = np.ones(60)
    values[[0, 1, 20, 21, 22, 59]] = np.nan
    axes = plots.lines(frame(web=values, db=np.ones(60)), "Up")
    text = alt.text_of(axes.figure)
    assert "A gap in web: from 10:19 to 10:23 UTC." in text
    assert "Always 1." in text


def test_a_level_and_a_mark() -> None:
    axes = plots.lines(frame(web=np.arange(60)), "Load")
    axes.axhline(30, label="limit")
    axes.axhline(100)
    plots.annotate(axes, "2026-03-02 10:20", "release")
    text = alt.text_of(axes.figure)
    assert "A level line, limit at 30: crossed at 10:31." in text
    assert "A level line, 100: not crossed." in text
    assert text.endswith("Marked: release (at 10:20).")


def test_pandas_own_plots_have_their_times_too() -> None:
    for values in (frame(web=np.arange(60)), frame(web=np.arange(60)).iloc[[0, 3, 4, 59]]):
        axes = values.plot(title="Load", ylabel="req/s")
        text = alt.text_of(axes.figure)
        assert text.startswith("Line chart “Load”: req/s, over time, from 10:00 to 10:59 UTC.")
        assert "Highest: 59 at 10:59" in text or "Highest web: 59 at 10:59" in text


def test_a_heat_map_names_its_strongest_cell() -> None:
    hours = pd.date_range("2026-03-02", periods=48, freq="1h", tz="UTC")
    values = pd.Series(np.where(np.arange(48) == 33, 9.0, 1.0), index=hours)
    axes = plots.heatmap(values, "Week", unit="req/s")
    text = alt.text_of(axes.figure)
    assert text.startswith("Heat map “Week”: req/s, rows by hour of the day (UTC).")
    assert "Most: 9 in Tue 3 Mar, at 09;" in text


def test_buckets_name_the_bucket_and_the_moment() -> None:
    columns = {"0.1": np.zeros(60), "+Inf": np.zeros(60)}
    columns["0.1"][10] = 5
    columns["+Inf"][20] = 2
    axes = plots.buckets(frame(**columns), "Latency")
    assert "Most: 5 in ≤ 100 ms, at 10:10; least: 2 in more, at 10:20." in alt.text_of(axes.figure)


def test_bars_standing_and_lying() -> None:
    series = pd.Series({"cart": 3.0, "checkout": 8.0})
    for kind in ("bar", "barh"):
        figure, axes = plt.subplots()
        series.plot(kind=kind, ax=axes, title="Routes")
        expected = "Bar chart “Routes”: 2 bars. Highest: checkout 8; lowest: cart 3."
        assert alt.text_of(figure) == expected


def test_several_charts_each_have_their_part() -> None:
    figure, (left, right) = plt.subplots(1, 2)
    left.scatter([1, 2, 5], [3, 4, 9])
    left.set(title="Cost", xlabel="requests", ylabel="MiB")
    plots.lines(frame(web=np.arange(60)), "Load", ax=right)
    figure.suptitle("Both")
    text = alt.text_of(figure)
    assert text.startswith(
        "“Both”. Two charts. Scatter plot “Cost”: 3 points. requests from 1 to 5."
    )
    assert "Line chart “Load”:" in text


def test_dots_over_time_have_their_times() -> None:
    axes = plots.lines(frame(web=np.arange(60)), "Requests and one of them")
    axes.scatter(INDEX[[3, 7]].tz_localize(None), [3, 9])
    assert "from 10:03 to 10:07 UTC" in alt.text_of(axes.figure)


def test_what_nobody_named_and_what_is_empty_is_said_so() -> None:
    figure, axes = plt.subplots()
    axes.plot([1, 2], [1, 2])
    assert alt.text_of(figure).startswith(alt.UNTITLED)
    assert alt.text_of(plt.figure()) == alt.UNTITLED
    empty = plots.lines(frame(web=np.arange(60)).iloc[:0], "Nothing")
    assert alt.text_of(empty.figure) == "Chart “Nothing”: Written in it: no data."


def test_a_picture_that_says_itself_what_it_shows_is_not_read() -> None:
    figure, _ = plt.subplots()
    alt.say(figure, "Drawing of\n the lab.")
    assert alt.text_of(figure) == "Drawing of the lab."


def test_a_notebook_gets_it_sharp_with_its_text_and_plain() -> None:
    plots.use_style()
    plots.lines(frame(web=np.arange(60)), 'A "title" & <more>')
    bundle = shown.bundle(plt.gcf())
    found = re.fullmatch(r'<img alt="([^"]+)" width="(\d+)" src="data:image/png;base64,(.+)">',
                         bundle["text/html"])  # fmt: skip
    assert found is not None
    assert "A &quot;title&quot; &amp; &lt;more&gt;" in found[1]
    sharp = Image.open(io.BytesIO(base64.b64decode(found[3])))
    plain = Image.open(io.BytesIO(bundle["image/png"]))
    assert sharp.width // 2 == int(found[2])
    assert abs(sharp.width - 2 * plain.width) <= 2
    assert 'A "title" & <more>' in bundle["text/plain"]
    assert shown.bundle(plt.figure()) == {}
