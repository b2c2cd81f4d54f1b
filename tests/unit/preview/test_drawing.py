"""What is seen of each kind of panel, on a Prometheus whose answers are known."""

from typing import Any

import numpy as np
import pytest

from lab_helpers import dashboards
from lab_helpers.dashboards import as_json
from lab_helpers.preview import preview
from tests.unit.preview.known import Known, drawn, page, shown


@pytest.mark.parametrize("name", dashboards.names())
def test_every_dashboard_is_drawn_with_all_its_titles(name: str) -> None:
    model = as_json(dashboards.load(name))
    prometheus: Any = Known()
    figure = preview(model, prometheus, last="1m", sql=lambda _: "time\tvalue\n60\t2\n")
    text = shown(figure)
    for panel in model["panels"]:
        assert panel.get("title", "").replace("$route", "") in text
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


def test_a_line_from_a_database_is_called_by_its_column() -> None:
    panel = dashboards.sql("Turnover", "SELECT 1 AS time, 2 AS euros", "s", kind="timeseries")
    prometheus: Any = Known()
    rows = "time\teuros\n60\t2\n61\t3\n"
    text = shown(preview(page(panel), prometheus, last="1m", until=90, sql=lambda _: rows))
    assert "euros" in text
    assert "Value" not in text


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
            (areas,) = axes.collections
            assert len(areas.get_paths()) == 2 * 2  # two series, before the hole and behind it
        else:
            holes = [np.isnan(line.get_ydata()).sum() for line in axes.lines]
            assert holes == [1, 1]


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
