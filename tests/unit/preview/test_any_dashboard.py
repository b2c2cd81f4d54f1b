"""Whatever a dashboard has in it: its page is drawn, and what cannot be drawn says why."""

from typing import Any

import numpy as np
import pytest

from lab_helpers.errors import PrometheusAway
from lab_helpers.preview import preview
from lab_helpers.preview.asked import Asked
from lab_helpers.preview.page import drawn
from tests.unit.preview.known import Known, shown


def panel(kind: str = "stat", **options: Any) -> dict[str, Any]:
    place = {"x": 0, "y": 0, "w": 12, "h": 8}
    asks = [{"refId": "A", "expr": "m", "legendFormat": "{{job}}"}]
    return {"id": 1, "type": kind, "title": "P", "gridPos": place, "targets": asks, **options}


def board(*panels: dict[str, Any], **more: Any) -> dict[str, Any]:
    for number, one in enumerate(panels):
        one |= {"id": number + 1, "gridPos": one["gridPos"] | {"y": 8 * number}}
    return {"title": "Mine", "schemaVersion": 39, "panels": list(panels), **more}


def words(*panels: dict[str, Any], **more: Any) -> str:
    """All that is written on the page, on one line."""
    prometheus: Any = Known()
    return " ".join(shown(preview(board(*panels, **more), prometheus, last="1m")).split())


def fields(**defaults: Any) -> dict[str, Any]:
    return {"defaults": defaults, "overrides": []}


@pytest.mark.parametrize(
    "colour",
    ["rgba(50, 172, 45, 0.97)", "rgb(255,255,255)", "semi-dark-red", "super-light-blue", "text",
     "transparent", "#d44a3a", "no colour at all", None],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["stat", "gauge", "bargauge", "timeseries", "table"])
def test_any_colour_is_drawn(kind: str, colour: Any) -> None:
    limits = {"mode": "absolute", "steps": [{"value": None, "color": colour}]}
    custom = {"cellOptions": {"type": "color-background"}, "thresholdsStyle": {"mode": "line+area"}}
    assert "cannot be drawn" not in words(
        panel(kind, fieldConfig=fields(thresholds=limits, custom=custom))
    )


def test_a_variable_that_has_no_value_leaves_its_panel_without_data() -> None:
    class Nobody(Known):
        def raw(self, path: str, **params: Any) -> Any:
            return [] if path.startswith("label/") else super().raw(path, **params)

    variable = {"name": "node", "type": "query", "query": "label_values(up, node)"}
    asks = [{"refId": "A", "expr": 'nothing{node="$node"}'}]
    prometheus: Any = Nobody()
    model = board(panel("timeseries", targets=asks), templating={"list": [variable]})
    assert "No data" in shown(preview(model, prometheus, last="1m"))
    assert prometheus.asked == ['nothing{node=""}']


def test_what_is_refused_says_why_in_its_own_box_and_the_others_are_drawn() -> None:
    loki = {"refId": "A", "expr": '{app="x"}', "datasource": {"type": "loki", "uid": "l"}}
    maths = {"refId": "B", "expression": "$A*2", "type": "math", "datasource": {"uid": "__expr__"}}
    both = [{"refId": "A", "expr": "m"}, maths]
    text = words(
        panel("flamegraph"), panel("logs"), panel("stat", targets=[loki]), panel("dashlist"),
        panel("timeseries", targets=both),
        panel("stat", targets=[{"refId": "A", "expr": "refused"}]),
        panel("library-panel", targets=[]), panel("gauge", fieldConfig=fields(unit="percent")),
    )  # fmt: skip
    for told in (
        "does not draw panels of the type 'flamegraph'", "of the type 'logs'",
        "query A asks a data source of the type 'loki'; here Prometheus is asked alone",
        "shows Grafana's dashboards", "query B is an expression of Grafana's own (math)",
        "query A: Prometheus says: parse error", "kept in Grafana's library", "● 2%",
    ):  # fmt: skip
        assert told in text, told


def test_a_panel_that_holds_what_no_grafana_writes_does_not_end_the_page() -> None:
    steps = {"mode": "absolute", "steps": [{"value": []}]}
    broken = panel("gauge", fieldConfig=fields(thresholds=steps, unit=["list"]))
    text = words(broken, panel("stat", title="Whole"))
    assert "This gauge panel cannot be drawn" in text
    assert "Whole" in text


def test_nobody_who_answers_ends_it() -> None:
    class Away(Known):
        def raw(self, path: str, **params: Any) -> Any:
            raise PrometheusAway("Prometheus cannot be reached")

    prometheus: Any = Away()
    with pytest.raises(PrometheusAway):
        preview(board(panel("timeseries")), prometheus, last="1m")


def test_what_is_left_out_is_said_at_the_foot() -> None:
    change = {"id": "spatial", "options": {}}
    override = {"matcher": {"id": "byValue", "options": {}}, "properties": []}
    text = words(
        panel("table", transformations=[change]),
        panel("stat", fieldConfig={"defaults": {}, "overrides": [override]}),
        annotations={"list": [{"name": "deploys", "enable": True, "datasource": {"type": "loki"}}]},
    )
    told = (
        "overrides by a field's values are left out; the annotations 'deploys' are left out; "
        "the transformation 'spatial' is left out."
    )
    assert "Not as in Grafana: " in text
    assert told in text


def test_a_page_without_panels_says_so() -> None:
    assert "This dashboard has no panels." in words()


def test_a_collapsed_row_says_how_much_it_hides() -> None:
    row = panel("row", title="Details", collapsed=True, panels=[panel(), panel()])
    prometheus: Any = Known()
    text = shown(preview(board(row), prometheus, last="1m"))
    assert "▸ Details  (2 panels)" in text
    assert not prometheus.asked


@pytest.mark.parametrize(
    ("mapping", "text"),
    [
        ({"type": "value", "options": {"2": {"color": "red"}}}, "2"),
        ({"type": "value", "options": {"2": {"text": "two", "color": "red"}}}, "two"),
        ({"type": "range", "options": {"from": 2, "to": 9, "result": {"text": "some"}}}, "some"),
        ({"type": "special", "options": {"match": "null", "result": {"text": "none"}}}, "2"),
    ],
)
def test_mappings_stand_for_values(mapping: dict[str, Any], text: str) -> None:
    found = words(panel("stat", fieldConfig=fields(mappings=[mapping], unit="none")))
    assert f" {text} b " in found


def test_a_panel_without_series_shows_what_it_maps_nothing_to() -> None:
    nothing = {"type": "special", "options": {"match": "null", "result": {"text": "N/A"}}}
    asks = [{"refId": "A", "expr": "nothing"}]
    text = words(panel("stat", targets=asks, fieldConfig=fields(mappings=[nothing])))
    assert "N/A" in text
    assert "No data" not in text


def test_thresholds_in_percent_are_of_the_scale() -> None:
    steps = [{"value": None, "color": "green"}, {"value": 50, "color": "red"}]
    limits = {"mode": "percentage", "steps": steps}
    assert "● 1 " in words(panel("gauge", fieldConfig=fields(thresholds=limits, min=0, max=3)))
    assert "■ 2 " in words(panel("gauge", fieldConfig=fields(thresholds=limits, min=0, max=3)))


@pytest.mark.parametrize(("expr", "end"), [("m", 4.0), ("0 * m", 4.0), ("9 * m", None)])
def test_a_soft_limit_is_where_the_axis_ends_unless_values_are_beyond(expr: str, end: Any) -> None:
    class Scaled(Known):
        def raw(self, path: str, **params: Any) -> Any:
            found = super().raw(path, **params)
            factor = {"9": 9, "0": 0}.get(params["query"][0], 1)
            for series in found["result"]:
                series["values"] = [[t, str(factor * float(v))] for t, v in series["values"]]
            return found

    prometheus: Any = Scaled()
    asks = [{"refId": "A", "expr": expr, "legendFormat": "{{job}}"}]
    limit = fields(custom={"axisSoftMax": 4}, min=0)
    model = board(panel("timeseries", targets=asks, fieldConfig=limit))
    figure = preview(model, prometheus, last="1m")
    _, high = figure.axes[0].get_ylim()
    assert high == (end or pytest.approx(20, abs=2))


def test_a_number_without_colours_has_no_mark() -> None:
    steps = [{"value": None, "color": "green"}, {"value": 1.5, "color": "red"}]
    limits = {"mode": "absolute", "steps": steps}
    for mode in ("value", "none"):
        text = words(
            panel("stat", fieldConfig=fields(thresholds=limits), options={"colorMode": mode})
        )
        assert ("■" in text) == (mode == "value")


def test_a_legend_by_labels_names_what_tells_series_apart() -> None:
    asks = [{"refId": "A", "expr": "m", "legendFormat": "__auto"}]
    text = words(panel("timeseries", targets=asks))
    assert '{job="a"}' in text
    assert "__auto" not in text
    without = [{"refId": "A", "expr": "m"}]
    assert 'm{job="a", zone="x"}' in words(panel("timeseries", targets=without))


def test_a_heatmap_has_its_rows_by_le_or_by_the_names_that_there_are() -> None:
    buckets = [{"refId": "A", "expr": "m_bucket", "legendFormat": "__auto", "format": "heatmap"}]
    text = words(panel("heatmap", targets=buckets, options={"yAxis": {"unit": "s"}}))
    assert "≤ 100 ms" in text
    assert "≤ ∞" in text
    named = [{"refId": "A", "expr": "m", "legendFormat": "{{job}}"}]
    assert "cannot be drawn" not in words(panel("heatmap", targets=named))


def test_a_heatmap_is_empty_where_there_are_no_samples() -> None:
    class Gap(Known):
        def raw(self, path: str, **params: Any) -> Any:
            found = super().raw(path, **params)
            for series in found["result"]:
                del series["values"][20:30]
            return found

    asks = [{"refId": "A", "expr": "m_bucket", "legendFormat": "{{le}}", "format": "heatmap"}]
    prometheus: Any = Gap()
    figure = preview(board(panel("heatmap", targets=asks)), prometheus, last="1m")
    (mesh,) = figure.axes[0].collections
    shown_at = ~np.ma.getmaskarray(np.ma.asarray(mesh.get_array())).all(axis=0)
    assert shown_at.tolist() == [True] * 20 + [False] * 10 + [True] * 31


@pytest.mark.parametrize(
    ("colour", "scheme"),
    [
        ({"scheme": "Cividis"}, "cividis_r"),
        ({"scheme": "Oranges"}, "Oranges"),
        ({"scheme": "Oranges", "reverse": True}, "Oranges_r"),
        ({"scheme": "RdYlGn"}, "RdYlGn_r"),
        ({}, "Oranges"),
    ],
)
def test_few_are_light_and_many_are_dark_on_a_light_page(colour: Any, scheme: str) -> None:
    asks = [{"refId": "A", "expr": "m_bucket", "legendFormat": "{{le}}", "format": "heatmap"}]
    prometheus: Any = Known()
    model = board(panel("heatmap", targets=asks, options={"color": colour}))
    (mesh,) = preview(model, prometheus, last="1m").axes[0].collections
    assert mesh.get_cmap().name == scheme


@pytest.mark.parametrize("kind", ["timeseries", "bargauge", "barchart", "piechart", "histogram",
                                  "state-timeline", "status-history", "heatmap"])  # fmt: skip
@pytest.mark.parametrize("placement", ["right", "bottom"])
def test_every_kind_is_drawn_with_every_legend(kind: str, placement: str) -> None:
    legend = {"showLegend": True, "displayMode": "table", "placement": placement,
              "calcs": ["min", "mean", "lastNotNull"], "values": ["value", "percent"]}  # fmt: skip
    text = words(panel(kind, options={"legend": legend, "calculate": kind == "heatmap"}))
    assert "cannot be drawn" not in text
    if kind == "timeseries":
        assert "Min Mean Last *" in text


def test_tables_are_merged_grouped_and_renamed() -> None:
    asks = [{"refId": r, "expr": "m", "format": "table", "instant": True} for r in "AB"]
    names = {"Value #A": "first", "Value #B": "second"}
    changes = [
        {"id": "merge", "options": {}},
        {"id": "organize", "options": {"excludeByName": {"Time": True}, "renameByName": names}},
    ]
    text = words(panel("table", targets=asks, transformations=changes))
    assert "job a b first 1 3 second 1 3" in text  # column by column


def test_repeated_panels_and_rows_show_each_value_once() -> None:
    class Hosts(Known):
        def raw(self, path: str, **params: Any) -> Any:
            return ["h1", "h2", "h3"] if path.startswith("label/") else super().raw(path, **params)

    host = {"name": "host", "type": "query", "query": "label_values(host)", "includeAll": True,
            "multi": True, "current": {"value": ["$__all"]}}  # fmt: skip
    asks = [{"refId": "A", "expr": 'm{host="$host"}'}]
    repeated = panel("stat", title="on $host", repeat="host", targets=asks)
    prometheus: Any = Hosts()
    page = drawn(Asked.of(board(repeated, templating={"list": [host]}), prometheus, last="1m"))
    assert [one["heading"] for one, _, _ in page.verdicts] == ["on h1", "on h2", "on h3"]
    assert sorted(prometheus.asked) == [f'm{{host="h{n}"}}' for n in (1, 2, 3)]
    widths = {(one["gridPos"]["x"], one["gridPos"]["w"]) for one, _, _ in page.verdicts}
    assert widths == {(0, 8), (8, 8), (16, 8)}

    row = panel("row", title="Host $host", repeat="host", panels=[])
    rows = drawn(Asked.of(board(row, panel(targets=asks), templating={"list": [host]}), prometheus))
    assert [one["heading"] for one, _, _ in rows.verdicts] == [
        "Host h1", "P", "Host h2", "P", "Host h3", "P",
    ]  # fmt: skip


def test_panels_close_gaps_and_stand_beside_one_another() -> None:
    one, two = panel(), panel()
    two |= {"id": 2, "gridPos": {"x": 6, "y": 40, "w": 6, "h": 4}}
    model = {"title": "x", "panels": [one, two]}
    prometheus: Any = Known()
    page = drawn(Asked.of(model, prometheus, last="1m"))
    assert [found["gridPos"]["y"] for found, _, _ in page.verdicts] == [0, 8]
