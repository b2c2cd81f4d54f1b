"""A file of Grafana's alerting, as Grafana would take it; and its condition, on known answers."""

from typing import Any

import pytest

from lab_helpers.errors import PrometheusAway
from lab_helpers.grading import catalogue
from lab_helpers.grading.judges.grafana.condition import Condition
from lab_helpers.grading.judges.grafana.file import AlertFile, Refused

FILE = catalogue.exercise("07.e").solution


def refusal(text: str) -> str:
    with pytest.raises(Refused) as problem:
        AlertFile.of(text)
    assert len(problem.value.verdict.message) > 20
    return problem.value.verdict.diagnosis


@pytest.mark.parametrize(
    ("old", "new", "diagnosis"),
    [
        ("      - uid: checkout-fails\n        title", "      - title", "field missing"),
        ("    folder: Shop\n", "", "field missing"),
        ("        for: 5m\n", "", "field missing"),
        ("for: 5m", "for: five minutes", "not a duration"),
        ("interval: 1m", "interval: 0s", "interval refused"),
        ("interval: 1m", "interval: 5s", "interval refused"),
        ("noDataState: OK", "noDataState: Fire", "unknown state"),
        ("contactPoints:", "receivers:", "unknown field"),
        ("policies:", "route:", "unknown field"),
        ("  - receiver: team\n    group_by", "  - group_by", "field missing"),
        ("receiver: night", "receiver: nobody", "no such receiver"),
        ("    routes:\n", "    routes: &all\n      - routes: *all\n", "not yaml"),
        ("groups:", "groups: {{", "not yaml"),
        (FILE, "- a\n- list", "no fields"),
        (FILE, "apiVersion: 1", "field missing"),
    ],
)
def test_what_grafana_does_not_start_with(old: str, new: str, diagnosis: str) -> None:
    assert old in FILE
    assert refusal(FILE.replace(old, new)) == diagnosis


@pytest.mark.parametrize(
    ("matchers", "receiver"),
    [
        ("object_matchers: [[severity, =, critical]]", "night"),
        ("object_matchers: [[severity, '!=', critical]]", "team"),
        ("object_matchers: [[severity, =~, crit.*], [alertname, =, Other]]", "team"),
        ("object_matchers: [[severity, =~, crit]]", "team"),
        ("matchers: ['severity = critical']", "night"),
        ("matchers: ['severity=~\"warning|critical\"']", "night"),
        ("group_by: [alertname]", "night"),
    ],
)
def test_a_notification_takes_the_way_of_its_labels(matchers: str, receiver: str) -> None:
    text = FILE.replace("object_matchers: [[severity, =, critical]]", matchers)
    labels = {"alertname": "CheckoutFails", "severity": "critical"}
    assert AlertFile.of(text).receiver_of(labels) == receiver


class Known:
    """A Prometheus with one number now, and another one a minute ago."""

    def raw(self, path: str, **params: Any) -> Any:
        if params["query"] == "away":
            raise PrometheusAway("Nobody answers.")
        if path == "query":
            return {"resultType": "vector", "result": [{"metric": {"a": "b"}, "value": [0, "0.2"]}]}
        return {"result": [{"metric": {"a": "b"}, "values": [[0, "0.8"], [60, "0.2"]]}]}


def holds(*data: dict[str, Any], condition: str = "B") -> bool:
    rule = {"condition": condition, "data": list(data)}
    return Condition(rule, Known(), 60.0, "prometheus").holds()


def query(instant: bool, expr: str = "m") -> dict[str, Any]:
    model = {"refId": "A", "expr": expr, "instant": str(instant).lower()}
    return {"refId": "A", "datasourceUid": "prometheus", "model": model}


def expression(ref: str = "B", of: str = "A", **model: Any) -> dict[str, Any]:
    return {"refId": ref, "datasourceUid": "__expr__", "model": {"expression": of, **model}}


def threshold(kind: str, *limits: str) -> dict[str, Any]:
    return {"type": "threshold", "conditions": [{"evaluator": {"type": kind, "params": limits}}]}


@pytest.mark.parametrize(
    ("model", "holding"),
    [
        (threshold("gt", "0.1"), True),
        (threshold("gt", "0.2"), False),
        (threshold("lt", "0.3"), True),
        (threshold("within_range", "0.1", "0.3"), True),
        (threshold("outside_range", "0.1", "0.3"), False),
        ({"type": "math", "of": "$A >= 0.2"}, True),
        ({"type": "math", "of": "${A} < 0.2"}, False),
    ],
)
def test_an_expression_compares_a_number(model: dict[str, Any], holding: bool) -> None:
    assert holds(query(True), expression(**model)) is holding


@pytest.mark.parametrize(
    ("reducer", "holding"), [("last", False), ("max", True), ("mean", True), ("min", False)]
)
def test_a_series_is_reduced_first(reducer: str, holding: bool) -> None:
    reduced = expression(type="reduce", reducer=reducer)
    above = expression("C", "B", **threshold("gt", "0.4"))
    assert holds(query(False), reduced, above, condition="C") is holding


@pytest.mark.parametrize(
    ("data", "diagnosis"),
    [
        ([query(False), expression(**threshold("gt", "0"))], "not reduced"),
        ([query(True), expression(type="classic_conditions")], "expression not read"),
        ([query(True), expression(**threshold("gt"))], "expression not read"),
        ([query(True), expression(**threshold("gt", "much"))], "expression not read"),
        ([query(True), expression(type="math", of="$A > 1 && $A < 2")], "expression not read"),
        ([query(True), expression(of="B", **threshold("gt", "0"))], "no such refId"),
        ([query(True), expression(of="Z", **threshold("gt", "0"))], "no such refId"),
        ([query(True, " "), expression(**threshold("gt", "0"))], "query missing"),
    ],
)
def test_what_grafana_cannot_evaluate(data: list[dict[str, Any]], diagnosis: str) -> None:
    with pytest.raises(Refused) as problem:
        holds(*data)
    assert problem.value.verdict.diagnosis == diagnosis


def test_a_bench_that_failed_is_no_verdict() -> None:
    with pytest.raises(PrometheusAway):
        holds(query(True, "away"), expression(**threshold("gt", "0")))
