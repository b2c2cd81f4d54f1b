"""Dashboards as code: what is kept, what the linter finds, what is exported and imported."""

import copy
import json
from typing import Any

import pytest
from grafanalib import core

from lab_helpers import dashboards
from lab_helpers.dashboards import answered, as_json, lint, panels_of, portable
from lab_helpers.errors import WorkshopError

NAMES = dashboards.names()


def test_the_shop_and_every_exporter_of_chapter_03_has_a_dashboard() -> None:
    exporters = {"node", "nginx", "apache", "haproxy", "mysql", "memcached", "blackbox", "switch"}
    assert set(NAMES) == {"shop", "orders", "pages"} | exporters


@pytest.mark.parametrize("name", NAMES)
def test_the_json_that_is_kept_is_what_the_python_makes(name: str) -> None:
    kept = (dashboards.FOLDER / f"{name}.json").read_text()
    assert kept == dashboards.json_text(dashboards.load(name)), (
        "run `.venv/bin/python -m lab_helpers.dashboards`"
    )


def test_no_json_is_kept_without_its_python() -> None:
    assert sorted(file.stem for file in dashboards.FOLDER.glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_with_it(name: str) -> None:
    board = dashboards.load(name)
    assert lint(board, dashboards.UNITS) == []
    assert as_json(board)["uid"] == name


def test_every_limit_is_sorted_and_the_lowest_has_none() -> None:
    for name in NAMES:
        for panel in panels_of(as_json(dashboards.load(name))):
            steps = panel["fieldConfig"]["defaults"].get("thresholds", {}).get("steps", [])
            limits = [step["value"] for step in steps]
            assert limits[:1] in ([], [None]), panel["title"]
            assert limits[1:] == sorted(limits[1:]), panel["title"]


def test_a_dashboard_that_is_not_there_says_which_there_are() -> None:
    with pytest.raises(WorkshopError, match=r"no dashboard coffee.*memcached, mysql"):
        dashboards.load("coffee")


def test_a_file_without_a_dashboard_says_so(tmp_path: Any) -> None:
    (tmp_path / "mine.dashboard.py").write_text("board = 1\n")
    with pytest.raises(WorkshopError, match=r"mine\.dashboard\.py makes no variable `dashboard`"):
        dashboards.load(tmp_path / "mine.dashboard.py")


def board(**changes: Any) -> dict[str, Any]:
    """A dashboard of one panel with nothing wrong, but for ``changes`` to the panel."""
    graph = dashboards.graph("Up", ("up", "{{job}}"), unit="short")
    model = as_json(dashboards.page("Mine", (8, [graph]), uid="mine"))
    model["panels"][0] |= changes
    return model


def target(**changes: Any) -> dict[str, Any]:
    return {"refId": "A", "expr": "up", "datasource": dashboards.PROMETHEUS} | changes


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"title": ""}, "Panel 1: no title."),
    ({"targets": []}, "Panel 'Up': no query."),
    ({"targets": [target(), target()]}, "Panel 'Up': two queries have the same refId: A, A."),
    ({"targets": [target(expr=" ")]}, "Panel 'Up': query A asks nothing."),
    (
        {"datasource": None, "targets": [target(), target(refId="B", datasource={})]},
        "Panel 'Up': query B does not say which data source it asks.",
    ),
    (
        {"targets": [target(expr='up{job="$job"}')]},
        "Panel 'Up': query A uses $job, and there is no such variable.",
    ),
    (
        {"targets": [target(expr="rate(a_total[5m])")]},
        "Panel 'Up': query A has a window of its own; [$__rate_interval] always holds four "
        "scrapes, however long the scrape interval is.",
    ),
    ({"fieldConfig": {"defaults": {}}}, "Panel 'Up': no unit."),
    ({"fieldConfig": {"defaults": {"unit": "furlongs"}}}, "Panel 'Up': its unit is 'furlongs', "),
    ({"gridPos": None}, "Panel 'Up': no place in the grid."),
    (
        {"gridPos": {"x": 20, "y": 0, "w": 8, "h": 4}},
        "Panel 'Up': it sticks out of the grid, which is 24 columns wide.",
    ),
    ({"id": None}, "Panels have no number or share one: call auto_panel_ids()."),
]


@pytest.mark.parametrize(("changes", "told"), FAULTS, ids=[told for _, told in FAULTS])
def test_the_linter_finds(changes: dict[str, Any], told: str) -> None:
    assert lint(board(), dashboards.UNITS) == []
    (problem,) = lint(board(**changes), dashboards.UNITS)
    assert problem.startswith(told)


def test_the_linter_finds_what_is_wrong_with_the_whole() -> None:
    twice = board()
    twice["panels"].append(copy.deepcopy(twice["panels"][0]) | {"id": 2, "title": "Again"})
    assert lint(twice) == ["Panel 'Again': it lies on Up."]
    problems = lint({"panels": []})
    assert problems[0] == "The dashboard has no title."
    assert problems[1].startswith("The dashboard has no uid")


def test_a_text_without_words_is_found() -> None:
    model = as_json(dashboards.page("Mine", (4, [dashboards.text("")]), uid="mine"))
    assert lint(model) == ["Panel 1: no text."]


def test_old_forms_are_brought_up_to_date() -> None:
    """What grafanalib writes for Grafana 6 and 7 stands where later ones look for it."""
    source, steps = dashboards.PROMETHEUS, dashboards.steps(0.5)
    asked = [core.Target("up", refId="A", datasource=source)]
    common = {"dataSource": source, "targets": asked, "gridPos": core.GridPos(4, 4, 0, 0)}
    model = as_json(
        core.Dashboard(
            "t",
            uid="t",
            panels=[
                core.BarGauge(title="b", format="s", max=2, calc="max", thresholds=steps, **common),
                core.GaugePanel(title="g", format="s", max=3, thresholds=steps, **common),
                core.Heatmap(title="h", yAxis=core.YAxis(format="s"), **common),
            ],
        ).auto_panel_ids()
    )
    bar, gauge, heat = model["panels"]
    assert bar["options"]["reduceOptions"]["calcs"] == ["max"]
    for panel, top in ((bar, 2), (gauge, 3)):
        fields = panel["fieldConfig"]["defaults"]
        assert (fields["unit"], fields["min"], fields["max"]) == ("s", 0, top)
        assert fields["thresholds"]["steps"] == [
            {"color": "green", "value": None},
            {"color": "red", "value": 0.5},
        ]
        assert "fieldOptions" not in panel["options"]
    assert heat["options"]["yAxis"]["unit"] == "s"
    assert "rows" not in model
    assert model["schemaVersion"] >= 36


def test_what_is_exported_can_be_imported_elsewhere() -> None:
    model = as_json(dashboards.load("orders"))
    exported = portable(model)
    assert [one["name"] for one in exported["__inputs"]] == ["DS_PROMETHEUS", "DS_MYSQL"]
    text = json.dumps({k: v for k, v in exported.items() if k != "__inputs"})
    assert '"uid": "prometheus"' not in text
    assert '"uid": "mysql"' not in text
    assert answered(exported, DS_PROMETHEUS="prometheus", DS_MYSQL="mysql") == model
    elsewhere = answered(exported, DS_PROMETHEUS="theirs", DS_MYSQL="mysql")
    assert '"uid": "theirs"' in json.dumps(elsewhere)
    with pytest.raises(WorkshopError, match="asks for DS_MYSQL"):
        answered(exported, DS_PROMETHEUS="theirs")


def test_the_alert_that_always_fires_is_not_marked() -> None:
    assert 'alertname!="Watchdog"' in dashboards.alerts()["expr"]
