"""Dashboards of any age and in any wrapping, brought to one form."""

import json
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.dashboards import lint, panels_of
from lab_helpers.dashboards.migration import normal
from lab_helpers.errors import WorkshopError


def graph(**options: Any) -> dict[str, Any]:
    return {"type": "graph", "title": "G", "targets": [{"expr": "up"}], **options}


def rows(*found: dict[str, Any]) -> dict[str, Any]:
    return {"title": "Old", "schemaVersion": 14, "rows": list(found)}


def places(model: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [tuple(panel["gridPos"][key] for key in "xywh") for panel in model["panels"]]


def test_rows_of_old_become_places_in_the_grid() -> None:
    """Spans of twelve; what does not fit begins a line; 250 pixels are seven rows."""
    first = {"height": 250, "panels": [graph(span=6), graph(span=3), graph(span=3)]}
    second = {"height": "300px", "panels": [graph(span=8), graph(span=8)]}
    model = normal(rows(first, second))
    assert places(model) == [
        (0, 0, 12, 7), (12, 0, 6, 7), (18, 0, 6, 7), (0, 7, 16, 8), (0, 15, 16, 8),
    ]  # fmt: skip
    assert [panel["id"] for panel in model["panels"]] == [1, 2, 3, 4, 5]
    assert "rows" not in model


def test_panels_of_different_heights_stand_on_one_another() -> None:
    small = [graph(span=6, height=133) for _ in range(2)]
    row = {"height": 266, "panels": [graph(span=6), *small]}
    assert places(normal(rows(row))) == [(0, 0, 12, 7), (12, 0, 12, 4), (12, 4, 12, 4)]


def test_a_collapsed_row_keeps_its_panels_to_itself() -> None:
    closed = {"title": "closed", "collapse": True, "panels": [graph(span=12)]}
    copy = {"title": "copy", "repeatIteration": 1, "panels": [graph()]}
    model = normal(rows({"title": "open", "panels": [graph()]}, closed, copy))
    kinds = [(panel["type"], panel["title"]) for panel in model["panels"]]
    assert kinds == [("row", "open"), ("timeseries", "G"), ("row", "closed")]
    assert model["panels"][2]["collapsed"]
    assert len(panels_of(model)) == 2
    assert not [one for one in lint(model) if "lies on" in one]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda m: m,
        lambda m: {"dashboard": m, "overwrite": True},
        lambda m: {"meta": {"slug": "x"}, "dashboard": m},
        lambda m: {"apiVersion": "dashboard.grafana.app/v1beta1", "kind": "Dashboard",
                   "metadata": {"name": "u"}, "spec": m},
        lambda m: {"id": 1, "json": m},
        lambda m: {"kind": "GrafanaDashboard", "spec": {"json": json.dumps(m)}},
        json.dumps,
        lambda m: "\ufeff" + json.dumps(m),
    ],
)  # fmt: skip
def test_what_a_dashboard_is_wrapped_in_is_taken_off(wrap: Any) -> None:
    model = {"title": "Mine", "schemaVersion": 38, "panels": [graph(gridPos={"w": 6, "h": 4})]}
    before = json.dumps(model)
    found = normal(wrap(model))
    assert (found["title"], len(found["panels"])) == ("Mine", 1)
    assert json.dumps(model) == before


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text('{"title": "Filed", "panels": []}')
    assert normal(file)["title"] == "Filed"
    file.write_bytes("{é}".encode("latin-1"))
    with pytest.raises(WorkshopError, match=r"mine\.json is not in UTF-8: save it as UTF-8"):
        normal(file)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"groups": []}, "That is no dashboard of Grafana's: it has 'groups', and neither"),
        ({}, "it has nothing"), ({"type": "graph", "targets": []}, "That is a panel, no dashboard"),
        ("[1]", "The text holds a list, not a dashboard"), ("{", "The text is no JSON"),
        (None, "nothing was given"), (7, "a int was given"),
    ],
)  # fmt: skip
def test_what_is_no_dashboard_says_what_it_is(given: Any, told: str) -> None:
    with pytest.raises(WorkshopError, match=told.replace("[", r"\[")):
        normal(given)


def only(panel: dict[str, Any], version: int = 16) -> dict[str, Any]:
    """One panel of a dashboard of that schema, as it is today."""
    (found,) = normal({"title": "x", "schemaVersion": version, "panels": [panel]})["panels"]
    one: dict[str, Any] = found
    return one


def test_a_graph_is_a_time_series() -> None:
    panel = only(
        graph(
            yaxes=[{"format": "bytes", "min": "0", "label": "size"}, {"format": "percent"}],
            fill=2, linewidth=3, stack=True, nullPointMode="connected", steppedLine=True,
            aliasColors={"used": "#BF1B00"},
            seriesOverrides=[
                {"alias": "/^free/", "yaxis": 2, "fill": 0, "transform": "negative-Y"},
                {"alias": "total", "stack": False, "lines": False},
            ],
            thresholds=[{"value": 9, "op": "gt", "line": True, "colorMode": "critical"},
                        {"value": 2, "op": "lt", "fill": True, "colorMode": "warning"}],
            legend={"show": True, "alignAsTable": True, "rightSide": True, "values": True,
                    "avg": True, "current": True, "max": False},
        )
    )  # fmt: skip
    fields, custom = panel["fieldConfig"]["defaults"], panel["fieldConfig"]["defaults"]["custom"]
    assert (panel["type"], fields["unit"], fields["min"]) == ("timeseries", "bytes", 0)
    assert custom["fillOpacity"] == 20
    assert custom["stacking"]["mode"] == "normal"
    assert custom["lineInterpolation"] == "stepAfter"
    assert custom["spanNulls"] is True
    assert custom["thresholdsStyle"] == {"mode": "line+area"}
    assert fields["thresholds"]["steps"] == [
        {"value": None, "color": "orange"},
        {"value": 2, "color": "transparent"},
        {"value": 9, "color": "red"},
    ]
    used, free, total = panel["fieldConfig"]["overrides"]
    assert used["properties"][0]["value"] == {"mode": "fixed", "fixedColor": "#BF1B00"}
    assert free["matcher"] == {"id": "byRegexp", "options": "/^free/"}
    changed = {one["id"]: one["value"] for one in free["properties"]}
    assert changed["unit"] == "percent"
    assert changed["custom.transform"] == "negative-Y"
    assert total["matcher"]["id"] == "byName"
    assert panel["options"]["legend"] == {
        "showLegend": True, "displayMode": "table", "placement": "right",
        "calcs": ["mean", "lastNotNull"],
    }  # fmt: skip


def test_a_graph_of_schema_11_has_its_axes_and_limits_in_its_grid() -> None:
    old = graph(
        y_formats=["ms", "short"],
        grid={"leftMin": 0, "leftMax": 5, "threshold1": 3, "threshold1Color": "rgba(1, 2, 3, 0.4)"},
    )
    fields = only(old, 11)["fieldConfig"]["defaults"]
    assert (fields["unit"], fields["min"], fields["max"]) == ("ms", 0, 5)
    assert fields["thresholds"]["steps"][1] == {"value": 3, "color": "rgba(1, 2, 3, 0.4)"}


def test_a_singlestat_is_a_stat() -> None:
    panel = only(
        {
            "type": "singlestat", "format": "percentunit", "decimals": 1, "valueName": "current",
            "thresholds": "0.5, 0.8", "colors": ["green", "orange", "red"], "colorBackground": True,
            "sparkline": {"show": True}, "nullText": "-", "mappingType": 1,
            "valueMaps": [{"op": "=", "value": "null", "text": "N/A"}],
            "gauge": {"show": True, "minValue": 0, "maxValue": 1},
        }
    )  # fmt: skip
    fields, options = panel["fieldConfig"]["defaults"], panel["options"]
    assert (panel["type"], options["reduceOptions"]["calcs"]) == ("stat", ["lastNotNull"])
    assert (options["colorMode"], options["graphMode"]) == ("background", "area")
    assert [step["value"] for step in fields["thresholds"]["steps"]] == [None, 0.5, 0.8]
    assert fields["mappings"] == [
        {"type": "special", "options": {"match": "null", "result": {"text": "N/A"}}}
    ]
    assert (fields["unit"], fields["min"], fields["max"]) == ("percentunit", 0, 1)


@pytest.mark.parametrize(
    "options",
    [
        {"valueOptions": {"unit": "percent", "stat": "avg"}, "minValue": 0, "maxValue": 100,
         "thresholds": [{"value": None, "color": "green"}, {"value": 80, "color": "red"}]},
        {"fieldOptions": {"calcs": ["mean"], "defaults": {"unit": "percent"}, "thresholds": [
            {"value": 80, "color": "red"}, {"index": 0, "value": None, "color": "green"}]}},
        {"fieldOptions": {"calcs": ["mean"], "defaults": {"unit": "percent", "thresholds": {
            "mode": "absolute", "steps": [{"value": None, "color": "green"},
                                          {"value": 80, "color": "red"}]}}}},
    ],
)  # fmt: skip
def test_a_gauge_of_grafana_6_keeps_unit_limits_and_calculation(options: dict[str, Any]) -> None:
    panel = only({"type": "gauge", "options": options}, 18)
    fields = panel["fieldConfig"]["defaults"]
    assert panel["options"]["reduceOptions"]["calcs"] == ["mean"]
    assert (fields["unit"], fields["min"], fields["max"]) == ("percent", 0, 100)
    steps = [(step["value"], step["color"]) for step in fields["thresholds"]["steps"]]
    assert steps == [(None, "green"), (80, "red")]


def test_an_old_table_has_overrides_and_a_transformation() -> None:
    panel = only(
        {
            "type": "table", "transform": "timeseries_aggregations", "columns": [{"value": "avg"}],
            "styles": [
                {"pattern": "Time", "type": "date", "dateFormat": "YYYY"},
                {"pattern": "/Value.*/", "type": "number", "unit": "s", "alias": "took",
                 "colorMode": "cell", "thresholds": ["1"], "colors": ["green", "red"]},
                {"pattern": "secret", "type": "hidden"},
                {"pattern": "/.*/", "type": "number", "unit": "short"},
            ],
        }
    )  # fmt: skip
    assert panel["type"] == "table"
    assert panel["transformations"] == [{"id": "reduce", "options": {"reducers": ["mean"]}}]
    assert panel["fieldConfig"]["defaults"]["unit"] == "short"
    time, value, secret = panel["fieldConfig"]["overrides"]
    assert time["properties"] == [{"id": "unit", "value": "time: YYYY"}]
    cell = {"id": "custom.cellOptions", "value": {"type": "color-background"}}
    assert cell in value["properties"]
    assert secret["properties"] == [{"id": "custom.hidden", "value": True}]


def test_mappings_cells_and_legends_of_grafana_7_and_8() -> None:
    fields = {"mappings": [{"type": 1, "value": "1", "text": "up"},
                           {"type": 2, "from": "2", "to": "5", "text": "some"}],
              "custom": {"displayMode": "gradient-gauge"}}  # fmt: skip
    override = {"matcher": {"id": "byName", "options": "a"}, "properties": [
        {"id": "custom.displayMode", "value": "color-background-solid"}]}  # fmt: skip
    panel = only(
        {
            "type": "table",
            "fieldConfig": {"defaults": fields, "overrides": [override]},
            "options": {"legend": {"displayMode": "hidden"}},
        },
        27,
    )
    found = panel["fieldConfig"]
    assert [one["type"] for one in found["defaults"]["mappings"]] == ["value", "range"]
    assert found["defaults"]["custom"]["cellOptions"] == {"type": "gauge", "mode": "gradient"}
    assert found["overrides"][0]["properties"] == [
        {"id": "custom.cellOptions", "value": {"type": "color-background", "mode": "basic"}}
    ]
    assert panel["options"]["legend"]["showLegend"] is False


def test_copies_of_a_repeated_panel_are_left_out() -> None:
    kept = graph(id=1, repeat="host", scopedVars={"host": {"text": "a", "value": "a"}})
    model = normal({"title": "x", "panels": [kept, graph(id=2, repeatPanelId=1)]})
    assert [panel["id"] for panel in model["panels"]] == [1]
    assert "scopedVars" not in model["panels"][0]


def test_a_panel_without_a_place_has_grafanas_and_the_linter_says_so() -> None:
    model = {
        "title": "x",
        "uid": "x",
        "panels": [graph(id=1), graph(id=2, gridPos={"w": 8, "h": 9})],
    }
    assert places(normal(model)) == [(0, 0, 6, 3), (0, 0, 8, 9)]
    assert lint(model) == ["Panel 'G': no place in the grid."]
