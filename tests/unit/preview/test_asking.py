"""What is asked for a dashboard: its variables, its windows, its snapshot."""

import json
from typing import Any

import pandas as pd
import pytest

from lab_helpers import dashboards
from lab_helpers.errors import WorkshopError
from lab_helpers.preview import Asked, PanelFailed, empty_panels, freeze, preview
from tests.unit.preview.known import Known, page, shown

ROUTE = 'm{route=~"$route"}'


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
        ("1h", 1, "11s", "10s"),
        ("1h", "15s", "1m0s", "15s"),
        ("1d", "1m", "6m0s", "5m"),
        ("7d", "1m", "31m0s", "30m"),
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
