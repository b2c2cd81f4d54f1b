"""The preview, on a Prometheus whose answers are known."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Annotation

from lab_helpers import dashboards
from lab_helpers.dashboards import as_json
from lab_helpers.errors import PromQLError, WorkshopError
from lab_helpers.preview import Asked, PanelFailed, empty_panels, freeze, preview
from lab_helpers.preview.units import words


class Known:
    """A Prometheus in which every query has the same two series, or what the query's name says."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def raw(self, path: str, **params: Any) -> Any:
        if path.startswith("label/"):
            return ["/", "/cart", "/a.b"]
        expr = params["query"]
        self.asked.append(expr)
        if "refused" in expr:
            raise PromQLError("Prometheus says: parse error")
        times = np.arange(params["start"], params["end"] + 1, params["step"])
        if "nothing" in expr:
            return {"result": []}
        key, names = ("le", ["0.1", "+Inf", "0.5"]) if "bucket" in expr else ("job", ["a", "b"])
        return {
            "result": [
                {
                    "metric": {"__name__": "m", key: name, "zone": "x"},
                    "values": [[t, str(n + 1)] for t in times],
                }
                for n, name in enumerate(names)
            ]
        }

    def query(self, expr: str, at: Any = None) -> pd.DataFrame:
        self.asked.append(expr)
        rows = {
            "job": ["a", "b"],
            "timestamp": [pd.Timestamp(0, tz="UTC")] * 2,
            "value": [1.0, 3.0],
        }
        return pd.DataFrame(rows).iloc[: 0 if "nothing" in expr else 2]


def shown(figure: Any) -> str:
    """Every word on a picture."""
    import matplotlib.text

    return "\n".join(t.get_text() for t in figure.findobj(matplotlib.text.Text) if t.get_text())


def page(*panels: Any, **options: Any) -> dict[str, Any]:
    return as_json(dashboards.page("Mine", (8, list(panels)), uid="mine", **options))


@pytest.mark.parametrize("name", dashboards.names())
def test_every_dashboard_is_drawn_with_all_its_titles(name: str) -> None:
    model = as_json(dashboards.load(name))
    prometheus: Any = Known()
    figure = preview(model, prometheus, last="1m", sql=lambda _: "time\tvalue\n60\t2\n")
    text = shown(figure)
    for panel in model["panels"]:
        assert panel.get("title", "") in text
    assert "$" not in "".join(prometheus.asked), "a variable was not replaced"


def test_each_kind_shows_its_values_in_its_unit() -> None:
    prometheus: Any = Known()
    figure = preview(
        page(
            dashboards.graph("G", ("m", "line {{job}}"), unit="bytes"),
            dashboards.stat("S", ("m", "{{job}}"), unit="percentunit", limits=(1.5,)),
            dashboards.gauge("A", ("m", "{{job}}"), "s", limits=(1.5,), max=4),
            dashboards.bars("B", ("m", "bar {{job}}"), unit="reqps"),
            dashboards.table("T", "m", unit="ms", value="held"),
            dashboards.heatmap("H", "m_bucket", unit="s"),
            dashboards.text("**bold** [link](x)"),
        ),
        prometheus,
        last="1m",
    )
    text = shown(figure)
    for word in ("line a  1 B", "● 100%", "■ 200%", "● 1 s", "■ 2 s", "bar b", "3 req/s"):
        assert word in text
    for word in ("held", "3 ms", "≤ 100 ms", "≤ 500 ms", "≤ ∞", "bold link"):
        assert word in text


def test_panels_stand_where_the_grid_says() -> None:
    prometheus: Any = Known()
    two = [dashboards.stat(title, "m", unit="s") for title in ("left", "right")]
    figure = preview(page(*two), prometheus, last="1m")
    place = {t.get_text(): t.get_position() for t in figure.texts}
    assert place["left"][0] < 0.05 < 0.5 < place["right"][0] < 0.55
    assert place["left"][1] == place["right"][1]


def test_an_empty_panel_a_refused_one_and_a_strange_one_say_so() -> None:
    model = page(
        dashboards.stat("Empty", "nothing", unit="s"),
        dashboards.stat("Bad", "refused", unit="s"),
        dashboards.sql("Orders", "SELECT 1", "short"),
        dashboards.stat("Odd", "m", unit="s"),
    )
    model["panels"][3]["type"] = "flamegraph"
    prometheus: Any = Known()
    text = " ".join(shown(preview(model, prometheus, last="1m")).split())
    for word in ("No data", "Panel 'Bad', query A: Prometheus says: parse error", "sql=mysql.sql"):
        assert word in text
    assert "does not draw panels of the type 'flamegraph'" in text


def test_empty_panels_are_named_and_a_refused_one_raises() -> None:
    prometheus: Any = Known()
    model = page(
        dashboards.stat("Full", "m", unit="s"),
        dashboards.stat("Empty", "nothing", unit="s"),
        dashboards.table("Rows", "nothing_now", unit="s"),
    )
    assert empty_panels(model, prometheus, last="1m") == [
        "Empty / A: nothing",
        "Rows / A: nothing_now",
    ]
    with pytest.raises(PanelFailed, match="Panel 'Bad', query A: Prometheus says"):
        empty_panels(page(dashboards.stat("Bad", "refused", unit="s")), prometheus)


ROUTE = 'm{route=~"$route"}'


@pytest.mark.parametrize(
    ("chosen", "filled"),
    [
        ("All", 'm{route=~"(/|/a\\\\.b|/cart)"}'),
        ("/cart", 'm{route=~"/cart"}'),
        ("/a.b", 'm{route=~"/a\\\\.b"}'),
        (["/", "/cart"], 'm{route=~"(/|/cart)"}'),
    ],
)
def test_variables_are_replaced_as_patterns(chosen: Any, filled: str) -> None:
    prometheus: Any = Known()
    model = page(
        dashboards.stat("S", ROUTE, unit="s"), variables=[dashboards.variable("route", "m")]
    )
    asked = Asked.of(model, prometheus, variables={"route": chosen})
    assert asked.fill(ROUTE) == filled
    assert asked.fill("$other ${other} $__range") == "$other ${other} 300s"
    with pytest.raises(WorkshopError, match=r"no variable colour\. It has: route"):
        Asked.of(model, prometheus, variables={"colour": "red"})


@pytest.mark.parametrize(
    ("last", "scrape", "window", "step"),
    [
        ("1m", 1, "4s", "1s"),
        ("1h", 1, "13s", "12s"),
        ("1h", "15s", "60s", "12s"),
        ("1d", "1m", "348s", "288s"),
    ],
)
def test_the_window_holds_four_scrapes_and_the_distance_between_points(
    last: str, scrape: Any, window: str, step: str
) -> None:
    prometheus: Any = Known()
    asked = Asked.of(page(dashboards.text("x")), prometheus, last=last, scrape_interval=scrape)
    assert asked.fill("$__rate_interval") == window
    assert asked.fill("$__interval") == step


def test_a_dashboard_can_be_seen_as_it_was() -> None:
    prometheus: Any = Known()
    model, until = page(dashboards.graph("Up", "up", unit="s")), "2026-03-04 12:00"
    (answer,) = Asked.of(model, prometheus, last="1m", until=until).panel(model["panels"][0])
    assert answer.lines is not None
    assert answer.lines.index[-1] == pd.Timestamp(until, tz="UTC")
    assert "11:59:00 to 12:00:00 UTC" in shown(preview(model, prometheus, last="1m", until=until))


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


def test_a_snapshot_has_its_data_and_no_query() -> None:
    prometheus: Any = Known()
    model = page(
        dashboards.graph("G", ("m", "{{job}}"), unit="s"),
        dashboards.table("T $route", "m", unit="s"),
        variables=[dashboards.variable("route", "m")],
    )
    frozen = freeze(model, prometheus, last="1m")
    assert json.loads(json.dumps(frozen)) == frozen
    assert [panel["targets"] for panel in frozen["panels"]] == [[], []]
    assert frozen["templating"] == {"list": []}
    first, second = frozen["panels"][0]["snapshotData"]
    assert [f["name"] for f in first["fields"]] == ["Time", "a"]
    assert second["fields"][1]["values"] == [2.0] * len(second["fields"][0]["values"])
    assert [f["type"] for f in frozen["panels"][1]["snapshotData"][0]["fields"]] == [
        "string",
        "number",
    ]
    assert model["panels"][0]["targets"], "the dashboard itself is left alone"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.25, "percentunit", "25%"), (0.0123, "percentunit", "1.23%"),
        (0.012, "s", "12 ms"), (0, "s", "0 s"), (90, "s", "1.50 min"), (float("inf"), "s", "∞"),
        (1536, "bytes", "1.50 KiB"), (5e5, "Bps", "500 kB/s"), (20.34, "reqps", "20.3 req/s"),
        (1_234_567, "short", "1.23 Mil"), (float("nan"), "s", "no value"),
        (2345.6, "currencyEUR", "€2.35K"), (3, "furlongs", "3 furlongs"), (5400, "s", "1.50 hour"),
        (1234, "ops", "1.23K ops/s"), (5, "currencyEUR", "€5"), (0, "dtdurations", "0 seconds"),
        (3601, "dtdurations", "1 hour"), (180.5, "dtdurations", "3 minutes"),
    ],
)  # fmt: skip
def test_units_are_written_as_grafana_does(value: float, unit: str, text: str) -> None:
    assert words(value, unit) == text


def test_a_duration_has_as_many_smaller_units_as_decimals() -> None:
    assert words(90061, "dtdurations", 2) == "1 day, 1 hour, 1 minute"


def drawn(panel: Any, rows: Any = None, **options: Any) -> Any:
    """The picture of one panel, whose query has two series, or an instant of ``rows``."""
    prometheus: Any = Known()
    if rows is not None:
        prometheus.query = lambda expr, at: pd.DataFrame(rows)
    return preview(page(panel), prometheus, last="1m", **options)


def test_a_scrape_that_is_missing_is_a_gap() -> None:
    class Gap(Known):
        def raw(self, path: str, **params: Any) -> Any:
            found = super().raw(path, **params)
            for series in found["result"]:
                del series["values"][20:30]
            return found

    for stacking in ({}, {"mode": "normal", "group": "A"}):
        panel = dashboards.graph("G", ("m", "{{job}}"), unit="s", stacking=stacking)
        prometheus: Any = Gap()
        (axes,) = preview(page(panel), prometheus, last="1m").axes
        if stacking:
            assert all(len(area.get_paths()) == 2 for area in axes.collections)
        else:
            assert [int(np.isnan(line.get_ydata()).sum()) for line in axes.lines] == [10, 10]


def test_a_cell_is_in_the_unit_if_it_reads_as_a_number_and_coloured_only_on_request() -> None:
    rows = {"port": ["eth0", "18302"], "value": [1.0, 2048.0]}
    plain = shown(drawn(dashboards.table("T", "m", unit="bytes"), rows))
    assert "17.9 KiB" in plain  # a label, and Grafana does so
    assert "eth0" in plain
    coloured = dashboards.table("T", "m", unit="bytes", limits=(9,))
    assert "2 KiB ■" in shown(drawn(coloured, rows))
    coloured.overrides = []
    assert "■" not in shown(drawn(coloured, rows))


def test_a_table_says_how_many_rows_do_not_fit() -> None:
    rows = {"job": list("abcdefghi"), "value": [1.0] * 9}
    assert "and 2 more" in shown(drawn(dashboards.table("T", "m", unit="s"), rows))


def test_an_only_bar_has_a_name_if_the_panel_names_it() -> None:
    rows = {"job": ["a"], "value": [1.0]}
    assert "bar a" in shown(drawn(dashboards.bars("B", ("m", "bar {{job}}"), unit="s"), rows))
    unnamed = as_json(dashboards.page("P", (8, [dashboards.bars("B", "m", unit="s")]), uid="p"))
    assert "displayName" not in unnamed["panels"][0]["fieldConfig"]["defaults"]
    assert "job" not in shown(drawn(dashboards.bars("B", "m", unit="s"), rows))


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
    assert [round(60 * words[name].xy[0]) for name in ("Errors", "Slow", "Late")] == [20, 45, 58]
