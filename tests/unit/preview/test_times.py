"""The axis of time, and what annotations mark on it."""

from typing import Any

import pandas as pd
import pytest
from matplotlib.text import Annotation

from lab_helpers import dashboards
from lab_helpers.preview import Asked, preview
from tests.unit.preview.known import Known, page


def test_annotations_are_moments_and_spans() -> None:
    class Marks(Known):
        def raw(self, path: str, **params: Any) -> Any:
            start = params["start"]
            values = [[start + n, "1"] for n in (3, 4, 5, 20, 21)]
            if "shop_build_info" in params["query"]:  # the moment in ms, which moves a little
                values = [[t, str((start + 9) * 1000 + t % 3 * 10)] for t, _ in values]
            return {"result": [{"metric": {"alertname": "Slow", "version": "2"}, "values": values}]}

    model = page(dashboards.text("x"), annotations=[dashboards.releases(), dashboards.alerts()])
    prometheus: Any = Marks()
    asked = Asked.of(model, prometheus, last="1m")
    begin = pd.Timestamp(asked.until - asked.last, unit="s", tz="UTC")
    found = [
        ((a - begin).seconds, None if b is None else (b - begin).seconds, word)
        for a, b, word, _ in asked.marks()
    ]
    assert found == [(9, None, "2"), (3, 5, "Slow"), (20, 21, "Slow")]


@pytest.mark.parametrize(
    ("last", "ticks"),
    [
        ("1m", ["12:00:00", "11:59:30", "11:59:00"]),
        ("2m", ["12:00", "11:59", "11:58"]),
        ("1h", ["12:00", "11:30", "11:00"]),
        ("7d", ["03/02", "02/27"]),
    ],
)
@pytest.mark.filterwarnings("error")
def test_the_times_are_round_and_as_many_as_fit(last: str, ticks: list[str]) -> None:
    prometheus: Any = Known()
    narrow = [(dashboards.graph("G", "m", unit="s"), 6)]
    figure = preview(page(*narrow), prometheus, last=last, until="2026-03-04 12:00")
    found = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert found[::-1] == ticks


def test_words_of_annotations_do_not_lie_on_one_another() -> None:
    class Alerts(Known):
        def raw(self, path: str, **params: Any) -> Any:
            if "ALERTS" not in params["query"]:
                return super().raw(path, **params)
            start = params["start"]
            return {
                "result": [
                    {"metric": {"alertname": f"Alert{n}"}, "values": [[start + at, "1"]]}
                    for n, at in enumerate((10, 10, 10, 10, 40))
                ]
            }

    prometheus: Any = Alerts()
    graph = dashboards.graph("G", "m", unit="s")
    figure = preview(page(graph, annotations=[dashboards.alerts()]), prometheus, last="1m")
    places = {t.get_text(): t.xyann[1] for t in figure.axes[0].findobj(Annotation)}
    assert places == {"Alert0": -2, "Alert1": -11, "Alert2": -20, "Alert4": -2}


def test_the_words_of_two_alerts_stand_at_their_shades_and_not_in_one_row() -> None:
    class Alerts(Known):
        def raw(self, path: str, **params: Any) -> Any:
            if "ALERTS" not in params["query"]:
                return super().raw(path, **params)
            spans = {"Errors": range(20, 24), "Slow": range(45, 49), "Late": range(58, 61)}
            return {
                "result": [
                    {
                        "metric": {"alertname": name},
                        "values": [[params["start"] + at, "1"] for at in span],
                    }
                    for name, span in spans.items()
                ]
            }

    prometheus: Any = Alerts()
    graph = dashboards.graph("G", "m", unit="s")
    figure = preview(page(graph, annotations=[dashboards.alerts()]), prometheus, last="1m")
    axes = figure.axes[0]
    words = {t.get_text(): t for t in axes.findobj(Annotation)}
    assert {name: t.xyann[1] for name, t in words.items()} == {
        "Errors": -2, "Slow": -11, "Late": -20
    }  # fmt: skip
    assert [round(60 * words[name].xy[0]) for name in ("Errors", "Slow")] == [20, 45]
    figure.draw_without_rendering()
    ends = {name: t.get_window_extent().x1 for name, t in words.items()}
    assert all(end <= axes.get_window_extent().x1 + 4 for end in ends.values()), ends
