"""Dashboards as resources of version 2: their elements, and the layouts that these stand in."""

from typing import Any

import pytest

from lab_helpers.dashboards.migration import normal


def places(model: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [tuple(panel["gridPos"][key] for key in "xywh") for panel in model["panels"]]


def element(number: int, kind: str = "timeseries", beta: bool = True) -> dict[str, Any]:
    look = {"options": {}, "fieldConfig": {"defaults": {"unit": "s"}, "overrides": []}}
    query = {"kind": "DataQuery", "group": "prometheus", "datasource": {"name": "p"},
             "spec": {"expr": f"m{number}"}}  # fmt: skip
    if not beta:
        query = {"kind": "prometheus", "spec": {"expr": f"m{number}"}}
    named = {"kind": "VizConfig", "group": kind} if beta else {"kind": kind}
    drawn = named | {"spec": look}
    return {
        "kind": "Panel",
        "spec": {
            "id": number, "title": f"P{number}", "vizConfig": drawn,
            "data": {"kind": "QueryGroup", "spec": {
                "queries": [{"kind": "PanelQuery", "spec": {"refId": "A", "hidden": False,
                                                            "query": query}}],
                "transformations": [{"kind": "merge", "spec": {"options": {}}}],
                "queryOptions": {"interval": "30s"},
            }},
        },
    }  # fmt: skip


def resource(layout: dict[str, Any], beta: bool = True, **more: Any) -> dict[str, Any]:
    elements = {f"panel-{n}": element(n, beta=beta) for n in range(1, 6)}
    return {
        "apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard",
        "metadata": {"name": "my-uid"},
        "spec": {"title": "New", "elements": elements, "layout": layout, **more},
    }  # fmt: skip


def item(number: int, **place: Any) -> dict[str, Any]:
    reference = {"kind": "ElementReference", "name": f"panel-{number}"}
    return {"kind": "GridLayoutItem", "spec": {"element": reference, **place}}


def grid(*items: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "GridLayout", "spec": {"items": list(items)}}


def section(kind: str, **spec: Any) -> dict[str, Any]:
    return {"kind": kind, "spec": spec}


@pytest.mark.parametrize("beta", [True, False])
def test_a_resource_of_version_2_has_its_panels_in_its_grid(beta: bool) -> None:
    layout = grid(item(1, x=0, y=0, width=8, height=5), item(2, x=8, y=0, width=16, height=5))
    variables = [{"kind": "CustomVariable", "spec": {"name": "env", "query": "a,b", "current": {
        "text": "b", "value": "b"}, "hide": "hideVariable"}}]  # fmt: skip
    model = normal(resource(layout, beta, variables=variables))
    assert (model["title"], model["uid"]) == ("New", "my-uid")
    assert places(model) == [(0, 0, 8, 5), (8, 0, 16, 5)]
    panel = model["panels"][0]
    assert (panel["type"], panel["title"], panel["interval"]) == ("timeseries", "P1", "30s")
    assert panel["targets"][0]["expr"] == "m1"
    assert panel["targets"][0]["datasource"]["type"] == "prometheus"
    assert panel["transformations"] == [{"options": {}, "id": "merge"}]
    assert panel["fieldConfig"]["defaults"]["unit"] == "s"
    (variable,) = model["templating"]["list"]
    assert (variable["type"], variable["hide"]) == ("custom", 2)


def test_rows_tabs_and_grids_that_fill_themselves_stand_below_one_another() -> None:
    auto = {"kind": "AutoGridLayout", "spec": {"maxColumnCount": 2, "rowHeightMode": "short",
                                               "items": [item(1), item(2), item(3)]}}  # fmt: skip
    closed = section("RowsLayoutRow", title="Closed", collapse=True,
                     layout=grid(item(4, x=0, y=0, width=24, height=9)))  # fmt: skip
    opened = section("RowsLayoutRow", title="Open", layout=auto)
    inner = {"kind": "RowsLayout", "spec": {"rows": [opened, closed]}}
    last = grid(item(5, x=0, y=0, width=24, height=3))
    tabs = [section("TabsLayoutTab", title="One", layout=inner),
            section("TabsLayoutTab", title="Two", layout=last)]  # fmt: skip
    model = normal(resource({"kind": "TabsLayout", "spec": {"tabs": tabs}}))
    titles = [panel["title"] for panel in model["panels"]]
    found = [(title, *place) for title, place in zip(titles, places(model), strict=True)]
    assert found == [
        ("Tab 1: One", 0, 0, 24, 1), ("Open", 0, 1, 24, 1), ("P1", 0, 2, 12, 5),
        ("P2", 12, 2, 12, 5), ("P3", 0, 7, 12, 5), ("Closed", 0, 12, 24, 1),
        ("Tab 2: Two", 0, 13, 24, 1), ("P5", 0, 14, 24, 3),
    ]  # fmt: skip
    assert [panel["title"] for panel in model["panels"][5]["panels"]] == ["P4"]
