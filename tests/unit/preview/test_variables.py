"""What variables may be and what they are, as Grafana finds out."""

from typing import Any

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.preview.asked import Asked
from tests.unit.preview.known import Known


class Names(Known):
    """Answers each end point of the API with what it is asked for, or with what is set."""

    def raw(self, path: str, **params: Any) -> Any:
        self.asked.append(f"{path} {params.get('match[]') or params.get('query') or ''}".strip())
        return {
            "label/job/values": ["api", "db-1", "db-2", "web"],
            "label/instance/values": ["a:9100", "b:9100"],
            "label/__name__/values": ["node_cpu", "node_disk"],
            "labels": ["__name__", "instance", "job"],
            "series": [{"__name__": "up", "job": "api"}],
            "query": {"resultType": "vector", "result": [
                {"metric": {"__name__": "up", "job": "api"}, "value": [7, "1"]},
                {"metric": {"__name__": "up", "job": "web"}, "value": [7, "0"]}]},
        }[path]  # fmt: skip


def asked(*variables: dict[str, Any], **given: Any) -> Asked:
    prometheus: Any = Names()
    model = {"title": "x", "panels": [], "templating": {"list": list(variables)}}
    return Asked.of(model, prometheus, last="1m", variables=given)


def query(text: Any, **more: Any) -> dict[str, Any]:
    return {"name": "v", "type": "query", "query": text, **more}


@pytest.mark.parametrize(
    ("variable", "values"),
    [
        (query("label_values(job)"), ["api", "db-1", "db-2", "web"]),
        (query("label_values(up{a=\"b\"}, job)"), ["api", "db-1", "db-2", "web"]),
        (query({"qryType": 1, "metric": "up", "label": "job"}), ["api", "db-1", "db-2", "web"]),
        (query({"query": "label_values(job)", "refId": "A"}), ["api", "db-1", "db-2", "web"]),
        (query("label_names()"), ["instance", "job"]),
        (query("metrics(node_.*)"), ["node_cpu", "node_disk"]),
        (query("query_result(up)"), ['up{job="api"} 1 7000', 'up{job="web"} 0 7000']),
        (query("up"), ['up{job="api"}']),
        (query("label_values(job)", regex="db.*"), ["db-1", "db-2"]),
        (query("label_values(job)", regex="/^db-(\\d)$/"), ["1", "2"]),
        (query("label_values(job)", regex="/^WEB/i"), ["web"]),
        (query("query_result(up)", regex='/job="(?<text>\\w+)".* (?<value>[01]) /'), ["1", "0"]),
        (query("label_values(job)", sort=2), ["web", "db-2", "db-1", "api"]),
        (query("label_values(job)", sort=4), ["db-2", "db-1", "api", "web"]),
        ({"name": "v", "type": "custom", "query": "a, b\\,c, Long : l"}, ["a", "b,c", "l"]),
        ({"name": "v", "type": "interval", "query": "30s,1m,5m"}, ["30s", "1m", "5m"]),
    ],
)  # fmt: skip
def test_what_a_variable_may_be(variable: dict[str, Any], values: list[str]) -> None:
    assert asked(variable).values(variable) == values


@pytest.mark.parametrize(
    ("variable", "values", "filled"),
    [
        (query("label_values(job)"), ["api"], "api"),
        (query("label_values(job)", current={"value": "web"}), ["web"], "web"),
        (query("label_values(job)", current={"value": "gone"}), ["api"], "api"),
        (query("label_values(job)", current={"value": "gone"}, includeAll=True),
         ["api", "db-1", "db-2", "web"], "(api|db-1|db-2|web)"),
        (query("label_values(job)", multi=True, current={"value": ["web", "gone"]}),
         ["web"], "web"),
        (query("label_values(job)", multi=True, includeAll=True, allValue=".+",
               current={"value": ["$__all"]}), ["api", "db-1", "db-2", "web"], ".+"),
        ({"name": "v", "type": "custom", "query": "a,b", "current": {"value": "b"}}, ["b"], "b"),
        ({"name": "v", "type": "textbox", "query": "x.y"}, ["x.y"], "x.y"),
        ({"name": "v", "type": "constant", "query": "k"}, ["k"], "k"),
        ({"name": "v", "type": "datasource", "query": "prometheus", "current": {"value": "uid"}},
         ["uid"], "uid"),
        ({"name": "v", "type": "interval", "query": "1m,5m", "auto": True, "auto_min": "10s",
          "current": {"value": "$__auto_interval_v"}}, ["1m"], "1m"),
    ],
)  # fmt: skip
def test_what_a_variable_is(variable: dict[str, Any], values: list[str], filled: str) -> None:
    found = asked(variable)
    assert found.chosen["v"] == values
    assert found.fill("$v") == filled


def test_variables_are_asked_for_in_the_order_in_which_they_need_one_another() -> None:
    inner = query('label_values(up{job="$job"}, instance)') | {"name": "instance"}
    found = asked(inner, query("label_values(job)") | {"name": "job"})
    prometheus: Any = found.prometheus
    assert prometheus.asked == ["label/job/values", 'label/instance/values up{job="api"}']
    assert found.chosen == {"job": ["api"], "instance": ["a:9100"]}


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("$v", "(web|db-1)"), ("${v:csv}", "web,db-1"), ("${v:pipe}", "web|db-1"),
        ("[[v]]", "(web|db-1)"),
        ("${v:regex}", "(web|db-1)"), ("${v:json}", '["web", "db-1"]'), ("${v:text}", "web + db-1"),
        ("${v:doublequote}", '"web","db-1"'), ("${v:sqlstring}", "'web','db-1'"),
        ("${v:glob}", "{web,db-1}"), ("${v:raw}", "web,db-1"), ("$1 $nobody", "$1 $nobody"),
        ("${__from:date:YYYY}", "2026"), ("$__range_s", "60"), ("$__interval_ms", "1000"),
    ],
)  # fmt: skip
def test_formats(form: str, text: str) -> None:
    prometheus: Any = Names()
    variable = query("label_values(job)", multi=True)
    model = {"title": "x", "panels": [], "templating": {"list": [variable]}}
    chosen: Any = {"v": ["web", "db-1"]}
    found = Asked.of(model, prometheus, last="1m", until="2026-03-04", variables=chosen)
    assert found.fill(form) == text


def test_a_function_that_variables_do_not_have_is_named_and_ends_nothing() -> None:
    found = asked(query("label_vals(job)"))
    assert "label_vals(…) is none of the functions that variables have" in found.problems["v"]
    assert found.chosen["v"] == [""]
    with pytest.raises(WorkshopError, match="label_values, label_names, metrics, query_result"):
        found.values(query("label_vals(job)"))


def test_a_variable_of_another_data_source_keeps_what_is_stored() -> None:
    source = {"type": "influxdb", "uid": "i"}
    stored = query("SHOW TAGS", datasource=source, current={"value": "kept"})
    found = asked(stored)
    assert found.chosen["v"] == ["kept"]
    assert "influxdb" in found.problems["v"]


@pytest.mark.parametrize(
    ("panel", "target", "step", "window"),
    [
        ({}, {}, "5m", "6m0s"), ({"interval": "10m"}, {}, "10m", "11m0s"),
        ({"maxDataPoints": 100}, {}, "15m", "16m0s"), ({}, {"intervalFactor": 2}, "10m", "6m0s"),
        ({}, {"interval": "2m"}, "5m", "8m0s"), ({}, {"interval": "20m"}, "20m", "1h20m0s"),
        ({"timeFrom": "1h"}, {}, "1m", "4m0s"),
    ],
)  # fmt: skip
def test_a_panel_and_a_query_have_a_say_in_the_distance_between_points(
    panel: dict[str, Any], target: dict[str, Any], step: str, window: str
) -> None:
    prometheus: Any = Names()
    found = Asked.of({"title": "x", "panels": []}, prometheus, last="1d", scrape_interval="1m")
    assert found.fill("$__interval", panel, target) == step
    assert found.fill("$__rate_interval", panel, target) == window


@pytest.mark.parametrize(
    ("begin", "end", "span"),
    [("now-6h", "now", 21600), ("now-7d", "now-1d", 518400), ("2026-03-02T00:00:00Z",
      "2026-03-03T00:00:00Z", 86400), ("now-2h", "now-1h", 3600), ("now-1M/M", "now-1M/M", None)],
)  # fmt: skip
def test_the_dashboards_own_time(begin: str, end: str, span: float | None) -> None:
    prometheus: Any = Names()
    model = {"title": "x", "panels": [], "time": {"from": begin, "to": end}}
    found = Asked.of(model, prometheus)
    assert found.last == span if span else 27 * 86400 < found.last < 32 * 86400


def test_all_is_called_so_in_a_title_whatever_it_stands_for() -> None:
    every = query("label_values(job)", multi=True, includeAll=True, allValue=".+",
                  current={"value": ["$__all"]})  # fmt: skip
    found = asked(every)
    assert found.title({"title": "Rate ($v)"}) == "Rate (All)"
    assert found.fill('{job=~"$v"}') == '{job=~".+"}'
