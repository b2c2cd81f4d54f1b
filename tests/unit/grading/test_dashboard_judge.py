"""The judge of dashboards: what needs no Prometheus."""

import os
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lab_helpers.grading import Verdict
from lab_helpers.grading.judges.dashboard import program
from lab_helpers.grading.judges.dashboard.colours import colour, thresholds
from lab_helpers.grading.judges.dashboard.grid import grid
from lab_helpers.grading.judges.dashboard.legend import legend
from lab_helpers.grading.judges.dashboard.model import Board, Panel, Place
from lab_helpers.grading.judges.dashboard.view import View
from lab_helpers.preview import Asked
from lab_helpers.waiting import wait_until

GREEN, ORANGE, RED = ("green", None), ("orange", 0.1), ("red", 0.25)
WANTED = {float("-inf"): "green", 0.1: "orange", 0.25: "red"}


def panel(*steps: tuple[str, float | None], kind: str = "stat", legend: str = "") -> Panel:
    """A panel with thresholds and a query."""
    thresholds = [{"color": name, "value": value} for name, value in steps]
    described = {
        "type": kind,
        "targets": [{"expr": "up", "legendFormat": legend}],
        "fieldConfig": {"defaults": {"thresholds": {"mode": "absolute", "steps": thresholds}}},
    }
    return msgspec.convert(described, Panel)


def said(answer: str) -> Verdict:
    verdict = program.run(answer)
    assert isinstance(verdict, Verdict)
    return verdict


# The program


def test_a_program_gives_its_dashboard() -> None:
    board = program.run(
        "from lab_helpers.dashboards import *\n"
        "print('x' * 1_000_000)\n"
        "dashboard = page('Mine', (4, [stat('One', 'up', unit='s')]), uid='mine')"
    )
    assert isinstance(board, Board)
    (one,) = board.all_panels()
    assert (one.title, one.type, one.shown()[0].expr) == ("One", "stat", "up")
    assert one.field_config.defaults.unit == "s"


def test_rows_and_plain_dictionaries_are_dashboards_too() -> None:
    board = program.run(
        "one = {'type': 'stat', 'title': 'One'}\n"
        "dashboard = {'panels': [{'type': 'row', 'title': 'Row', 'panels': [one]}, one]}"
    )
    assert isinstance(board, Board)
    assert [found.title for found in board.all_panels()] == ["One", "One"]


@pytest.mark.parametrize(
    ("answer", "diagnosis", "message"),
    [
        ("x = 1\ny = (2", "syntax error", r"line 2, `y = \(2`: '\(' was never closed"),
        ("x = 1\n\n1 / 0", "raises", r"Line 3, `1 / 0`, raises ZeroDivisionError"),
        ("def f():\n    return 1 / 0\n\nf()", "raises", r"Line 2, `return 1 / 0`"),
        ("import sys\nsys.exit(1)", "raises", "Line 2, .* raises SystemExit"),
        ("input()", "raises", "Line 1, .* EOFError"),
        ("x = 1", "no dashboard", "nothing in it is called `dashboard`"),
        ("from grafanalib.core import *\nmine = Stat()", "no dashboard", "is called mine"),
        (
            "from grafanalib.core import *\ndashboard = Dashboard('x', rows=[Row()])",
            "rows",
            "gridPos",
        ),
        ("dashboard = [1]", "no dashboard", "is a list"),
        ("dashboard = {'panels': 1}", "not a dashboard", r"got `int` - at `dashboard\.panels`"),
        ("dashboard = {1: {2, 3}}", "not JSON", "set is not JSON"),
        ("dashboard = {'a': float('inf')}", "not JSON", "Out of range"),
        ("from grafanalib.core import *\npanel = Stat(title={1})", "raises", "grafanalib cannot"),
        ("import os\nos._exit(0)", "stopped early", "before it had made"),
        ("dashboard = {'title': 'x' * 10_000_000}", "stopped early", "before it had made"),
        ("x = '1' * 10**11", "raises", "MemoryError"),
    ],
)
def test_a_program_that_gives_none_is_told_why(answer: str, diagnosis: str, message: str) -> None:
    verdict = said(answer)
    assert verdict.diagnosis == diagnosis
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(verdict.message)


def test_a_program_without_end_is_ended_with_all_that_it_began(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(program, "SECONDS", 2.0)
    note = tmp_path / "pid"
    answer = f"""\
import subprocess, time
process = subprocess.Popen(["sleep", "60"])
open({str(note)!r}, "w").write(str(process.pid))
time.sleep(60)"""
    began = time.monotonic()
    assert said(answer).diagnosis == "endless"
    assert time.monotonic() - began < 20
    stat = Path(f"/proc/{note.read_text()}/stat")

    def is_over() -> bool:
        try:
            return stat.read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            return True

    wait_until(is_over, "what it has started is over", timeout=10)  # a kill takes a moment


def test_computing_without_end_has_a_limit_of_its_own() -> None:
    began = os.times()
    assert said("while True: pass").diagnosis == "endless"
    assert os.times().children_user - began.children_user < 8


# Data sources


@pytest.mark.parametrize(
    ("source", "other"),
    [
        (None, ""),
        ("Prometheus", ""),
        ({"type": "prometheus", "uid": "prometheus"}, ""),
        ({"uid": "$source"}, ""),
        ({"uid": "${source}"}, ""),
        ("Orders", "Orders"),
        ({"type": "prometheus", "uid": "elsewhere"}, "elsewhere"),
        ({"type": "mysql"}, "mysql"),
        ({"uid": "$instance"}, "$instance"),
    ],
)
def test_panels_ask_prometheus(source: Any, other: str) -> None:
    variables = [{"name": "source", "type": "datasource"}, {"name": "instance"}]
    described = {"templating": {"list": variables}, "panels": [{"datasource": source}]}
    board = msgspec.convert(described, Board)
    assert board.other_source(panel.datasource for panel in board.all_panels()) == other


# Thresholds


@pytest.mark.parametrize(
    ("pairs", "diagnosis"),
    [
        ((GREEN, ORANGE, RED), ""),
        ((("#73BF69", 0.0), ("semi-dark-yellow", 0.1), ("rgba(245, 54, 54, 0.9)", 0.25)), ""),
        ((GREEN, ("green", 0.05), ORANGE, RED), ""),
        ((), "threshold missing"),
        ((GREEN,), "threshold missing"),
        ((GREEN, RED), "threshold missing"),
        ((GREEN, RED, ORANGE), "threshold unsorted"),
        ((GREEN, ("orange", 0.1), ("red", 0.1)), "threshold unsorted"),
        ((("red", None), ("orange", 0.1), ("green", 0.25)), "colours reversed"),
        ((GREEN, ("red", 0.1), ("purple", 0.25)), "wrong colours"),
        ((GREEN, ("orange", 100), ("red", 250)), "off by a unit"),
        ((GREEN, ("orange", 0.1), ("red", 0.5)), "threshold misplaced"),
    ],
)
def test_colours_change_where_they_should(pairs: Any, diagnosis: str) -> None:
    finding = thresholds(panel(*pairs), WANTED, 1)
    assert (finding.diagnosis if finding else "") == diagnosis


def test_thresholds_are_in_the_unit_of_the_panel() -> None:
    milliseconds = panel(GREEN, ("orange", 100), ("red", 250))
    assert thresholds(milliseconds, WANTED, 1e-3) is None


def test_thresholds_of_a_graph_have_to_be_drawn() -> None:
    graph = panel(GREEN, ORANGE, RED, kind="timeseries")
    unseen = thresholds(graph, WANTED, 1)
    assert unseen is not None and unseen.diagnosis == "threshold not drawn"
    graph.field_config.defaults.custom.thresholds_style.mode = "area"
    assert thresholds(graph, WANTED, 1) is None


def test_thresholds_that_are_percentages_move_with_the_axis() -> None:
    moving = panel(GREEN, ORANGE, RED)
    moving.field_config.defaults.thresholds.mode = "percentage"
    finding = thresholds(moving, WANTED, 1)
    assert finding is not None and finding.diagnosis == "threshold misplaced"


def test_grafanalibs_own_thresholds_and_colours_are_read() -> None:
    made = program.run(
        "from grafanalib.core import *\n"
        "steps = [Threshold(GREEN, 0, 0.0), Threshold(ORANGE, 1, 0.1), Threshold(RED, 2, 0.25)]\n"
        "panel = GaugePanel(thresholds=steps)"
    )
    assert isinstance(made, Board)
    assert thresholds(made.all_panels()[0], WANTED, 1) is None


@pytest.mark.parametrize(
    ("name", "is_"),
    [("dark-red", "red"), ("yellow", "orange"), ("#1f0", "#1f0"), ("#F2CC0C", "orange")],
)
def test_colours_have_many_names(name: str, is_: str) -> None:
    assert colour(name) == is_


# The grid


@pytest.mark.parametrize(
    ("places", "diagnosis"),
    [
        (((0, 4, 24, 4), (12, 0, 12, 4), (0, 0, 12, 4)), ""),
        (((0, 0, 12, 4), (12, 0, 12, 4), (0, 4, 24, 4)), ""),
        (((0, 0, 12, 4), (11, 3, 12, 4)), "panels overlap"),
        (((0, 0, 12, 4), (13, 0, 12, 4)), "outside the grid"),
        (((0, 0, 12, 0), (12, 0, 12, 4)), "outside the grid"),
        (((0, 0, 12, 4), None), "no place"),
        (((0, 0, 1, 10**12),) * 2, "panels overlap"),
        ((None,) * 101, "too many panels"),
    ],
)
def test_panels_have_places_of_their_own(places: Any, diagnosis: str) -> None:
    panels = [
        Panel(title=str(n), grid_pos=place and Place(**dict(zip("xywh", place, strict=True))))
        for n, place in enumerate(places)
    ]
    finding = grid(panels)
    assert (finding.diagnosis if finding else "") == diagnosis


# The legend


class TwoReplicas:
    """A Prometheus in which every query has two series."""

    def raw(self, _: str, **__: Any) -> Any:
        names = ("web-1", "web-2")
        return {"result": [{"metric": {"__name__": "up", "host": n, "job": "w"}} for n in names]}


@pytest.mark.parametrize(
    ("form", "diagnosis"),
    [
        ("{{host}}", ""),
        ("replica {{ host }}", ""),
        ("__auto", ""),
        ("", "raw legend"),
        ("{{job}}", "wrong legend"),
        ("{{nothing}}", "wrong legend"),
    ],
)
def test_lines_are_named_by_what_tells_them_apart(form: str, diagnosis: str) -> None:
    client: Any = TwoReplicas()
    view = View(Asked({"templating": {"list": []}}, client), {})
    finding = legend(panel(legend=form), ("host",), view, "2026-03-04", client)
    assert (finding.diagnosis if finding else "") == diagnosis


def test_lines_of_one_name_cannot_be_told_apart() -> None:
    client: Any = TwoReplicas()
    view = View(Asked({"templating": {"list": []}}, client), {})
    finding = legend(panel(legend="requests"), (), view, "2026-03-04", client)
    assert finding is not None
    assert (finding.diagnosis, finding.message) == (
        "wrong legend",
        "2 lines are called 'requests'.",
    )
