"""Explanations held against Prometheus itself: types, series, values, pairs."""

import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from lab_helpers.errors import PromQLError, WorkshopError
from lab_helpers.grading import catalogue
from lab_helpers.promql.explain import Explanation, Part
from lab_helpers.promql.explain.asking import Labels, NativeHistogram, nameless
from lab_helpers.promql.explain.parts import parts_below
from lab_helpers.promql.explain.tree import Node, bare, parsed
from lab_helpers.services.prometheus import WATCH_ITSELF, PrometheusContainer
from lab_helpers.waiting import wait_until
from tests.any_promql import expressions

NOON = "2026-03-03T12:00Z"
GAP = "2026-03-03T13:27Z"
OUTAGE = "2026-03-05T22:20Z"
TYPES = {
    "vector": "instant vector",
    "matrix": "range vector",
    "scalar": "scalar",
    "string": "string",
}
OWN = (
    "up",
    'up{job="shop"}[5m]',
    "(up[1h:7m] offset 3m)",
    "max_over_time((rate(shop_http_requests_total[5m]) > 0.1)[1h:10m] @ 1772618400)",
    "count_over_time(avg_over_time(up[10m] @ end())[30m:])",
    "sum by (route) (rate(shop_http_requests_total[5m]))",
    "topk(3, shop_http_requests_total)",
    "sort_desc(sum without (status) (shop_http_requests_total))",
    'count by (__name__) ({__name__=~"shop_.+", instance!=""})',
    "histogram_quantile(0.95, sum by (le) (rate(shop_http_request_duration_seconds_bucket[5m])))",
    "up * on (job, instance) group_right (version) shop_build_info",
    "shop_build_info * on (job, instance) group_left sum without (x) (up)",
    "up unless on (instance) shop_build_info",
    "up and ignoring (version) shop_build_info",
    'up{job="shop"} or on (job) up',
    "up == on (instance) shop_build_info",
    "sum by (instance) (up) + up",
    "vector(scalar(sum(up))) + time() * 2 ^ 3",
    "absent(up) or absent(nothing_of_this_name)",
    'label_replace(up, "host", "$1", "instance", "(.*):.*")',
    "-up % 2 == bool 1",
    "rate(process_cpu_seconds_total[1m])",
    "sum(shop_orders_total) - sum(shop_orders_total offset 1d)",
    "predict_linear(process_resident_memory_bytes[1h], 3600) > 5e8",
    "'text'",
    "24 * 3600",
)
ANSWERS = [
    expr
    for number in ("02", "03", "06")
    for exercise in catalogue.exercises(number).values()
    if exercise.kind == "PromQL"
    for expr in (exercise.solution, *exercise.also_right, *(w.answer for w in exercise.wrong))
]


@pytest.fixture(scope="module")
def week() -> Iterator[PrometheusContainer]:
    with PrometheusContainer("global: {evaluation_interval: 30s}\n", history=True) as server:
        yield server


def whole(explanation: Explanation) -> list[Part]:
    """The parts of which the answer does not depend on the end of a larger question."""
    return [
        part
        for part in explanation
        if part.at == explanation.at or not any(word in part.expr for word in ("start()", "end()"))
    ]


def agree(server: PrometheusContainer, explanation: Explanation) -> None:
    """Each part says what Prometheus answers to the part's own PromQL."""
    for part in whole(explanation):
        try:
            told = server.raw("query", query=part.expr, time=f"{part.at:.3f}")
        except PromQLError as refusal:
            assert part.refused, f"{part.expr}: {refusal}"
            continue
        assert not part.refused, part.expr
        assert part.type == TYPES[told["resultType"]], part.expr
        if told["resultType"] == "vector":
            same(part, {labels(one): one["value"][1] for one in told["result"]})
        elif told["resultType"] == "matrix":
            same(part, {labels(one): one["values"][-1][1] for one in told["result"]})
            if part.in_window:
                sizes = [len(one["values"]) for one in told["result"]]
                assert part.in_window == (min(sizes), max(sizes)), part.expr
        else:
            assert part.count is None and part.answer is not None
            said = part.answer.text or part.answer.samples[frozenset()]
            assert str(said) == told["result"][1] or close(said, told["result"][1]), part.expr


def labels(one: dict[str, Any]) -> frozenset[tuple[str, str]]:
    return frozenset(one["metric"].items())


def same(part: Part, told: dict[frozenset[tuple[str, str]], str]) -> None:
    assert part.count == len(told), part.expr
    assert part.answer is not None and part.answer.samples.keys() == told.keys(), part.expr
    for each, value in part.answer.samples.items():
        assert close(value, told[each]), (part.expr, each)
    assert all(close(value, told[full(each, told)]) for each, value in part.examples())


def full(short: Labels, told: Iterable[Labels]) -> Labels:
    """What an example stands for, which may be without the metric's name."""
    return next(each for each in told if short in (each, nameless(each)))


def close(mine: Any, theirs: str) -> bool:
    if isinstance(mine, NativeHistogram | str):
        return False
    one, other = float(mine), float(theirs)
    return math.isclose(one, other, rel_tol=1e-9) or (math.isnan(one) and math.isnan(other))


def test_an_example_without_its_name_is_the_series_that_has_no_more(
    week: PrometheusContainer,
) -> None:
    agree(week, week.explain('0 / bottomk(0x1f, {__name__=~"shop_.+"})', NOON))


@pytest.mark.parametrize("at", [NOON, GAP, OUTAGE])
@pytest.mark.parametrize("expr", OWN)
def test_each_part_says_what_prometheus_answers(
    expr: str, at: str, week: PrometheusContainer
) -> None:
    explanation = week.explain(expr, at)
    agree(week, explanation)
    for drawn in (repr(explanation), explanation._repr_html_()):
        assert len(drawn) > 20
    assert all(len(line) <= 140 for line in repr(explanation).splitlines())


@pytest.mark.parametrize("expr", ANSWERS)
def test_answers_to_exercises_are_taken_apart(expr: str, week: PrometheusContainer) -> None:
    try:
        explanation = week.explain(expr, NOON)
    except PromQLError as refusal:
        with pytest.raises(PromQLError, match=re.escape(str(refusal).partition("\n")[0])):
            week.query(expr, NOON)
        return
    agree(week, explanation)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(expr=expressions())
def test_whatever_is_asked_is_taken_apart(expr: str, week: PrometheusContainer) -> None:
    try:
        explanation = week.explain(expr, NOON)
    except WorkshopError as problem:
        assert str(problem)
        return
    agree(week, explanation)
    assert repr(explanation) and explanation._repr_html_()
    for part in explanation:
        assert not part.is_empty or part.because


@pytest.mark.parametrize("expr", [*OWN, *ANSWERS])
def test_parts_and_types_are_those_of_prometheus_own_parser(
    expr: str, week: PrometheusContainer
) -> None:
    try:
        tree = week.raw("parse_query", query=expr)
    except PromQLError as problem:
        if "404" in str(problem):
            pytest.skip("this Prometheus has no parse_query")
        return
    mine = parsed(expr)
    assert mine is not None
    assert shape(bare(mine)) == their_shape(bare_node(tree))


def shape(node: Node) -> Any:
    from lab_helpers.promql.explain.parts import type_of

    return type_of(node), [shape(each) for each in parts_below(node)]


def bare_node(node: dict[str, Any]) -> dict[str, Any]:
    while node["type"] == "parenExpr":
        node = node["expr"]
    return node


def their_shape(node: dict[str, Any]) -> Any:
    inner = [bare_node(each) for each in below(node)]
    return their_type(node), [their_shape(each) for each in inner if not is_constant(each)]


def below(node: dict[str, Any]) -> list[dict[str, Any]]:
    found = [node.get(key) for key in ("param", "expr", "lhs", "rhs")] + node.get("args", [])
    return [each for each in found if each]


def is_constant(node: dict[str, Any]) -> bool:
    if node["type"] in ("vectorSelector", "matrixSelector", "call"):
        return False
    return all(map(is_constant, below(node)))


def their_type(node: dict[str, Any]) -> str:
    if node["type"] in ("matrixSelector", "subquery"):
        return "range vector"
    if node["type"] in ("numberLiteral", "stringLiteral"):
        return "scalar" if node["type"] == "numberLiteral" else "string"
    if node["type"] == "call":
        return TYPES[node["func"]["returnType"]]
    if node["type"] in ("unaryExpr", "parenExpr"):
        return their_type(node["expr"])
    if node["type"] == "binaryExpr":
        both = {their_type(node[side]) for side in ("lhs", "rhs")}
        return "scalar" if both == {"scalar"} else "instant vector"
    return "instant vector"


def test_utf8_names_are_quoted(week: PrometheusContainer) -> None:
    if week.raw("status/buildinfo")["version"].startswith("2."):
        pytest.skip("Prometheus 2 knows letters, digits and underscores only")
    odd = 'sum by ("a.b") (label_replace(up, "a.b", "x", "", "")) or {"http.requests", "c.d"="e"}'
    explanation = week.explain(odd, NOON)
    agree(week, explanation)
    assert '{"a.b"="x"} 8' in repr(explanation)
    (nothing,) = (part for part in explanation if part.because)
    assert nothing.because is not None and nothing.because.name == "no such metric"
    assert "There is no metric `http.requests`." in nothing.because.message


def test_native_histograms_are_told_by_count_and_sum() -> None:
    flags = ["--enable-feature=native-histograms"]  # up to 3.7; later a line of the configuration
    with PrometheusContainer(flags=flags) as server:
        version = server.raw("status/buildinfo")["version"].split(".")
        if tuple(map(int, version[:2])) >= (3, 8):
            server.reload("global: {scrape_native_histograms: true}\n" + WATCH_ITSELF)
        name = 'prometheus_http_request_duration_seconds{handler="/metrics"}'
        wait_until(
            lambda: len(server.query(f"histogram_count({name}) > 2")) == 1,
            "Prometheus has scraped itself three times",
            timeout=30,
        )
        at = float(server.query("time()").value[0])
        explanation = server.explain(f"histogram_sum({name}) / histogram_count({name})", at)
        (sample, *_) = server.raw("query", query=name, time=f"{at:.3f}")["result"]
        told = sample["histogram"][1]
        native = next(part for part in explanation if part.expr == name)
        assert native.answer is not None
        assert list(native.answer.samples.values()) == [
            NativeHistogram(float(told["count"]), float(told["sum"]))
        ]
        assert f"(native histogram: count {told['count']}, sum" in explanation._repr_html_()
        assert explanation.top.count == 1


def test_experiments_are_taken_apart_as_far_as_they_can_be_read() -> None:
    flags = ["--enable-feature=promql-duration-expr,promql-experimental-functions"]
    with PrometheusContainer(flags=flags) as server:
        if server.raw("status/buildinfo")["version"].startswith("2."):
            pytest.skip("Prometheus 2 has other experiments")
        wait_until(lambda: len(server.query("up")), "Prometheus has scraped itself", timeout=30)
        at = float(server.query("time()").value[0])
        whole = server.explain("count_over_time(up[1m*2])", at)
        assert [part.expr for part in whole] == ["count_over_time(up[1m*2])"]
        assert whole.top.count == 1 and "too new to be taken apart" in repr(whole)
        added = server.explain('info(up, {__name__="target_info"})', at)
        assert [part.expr for part in added][1:] == ["up"], "a selector of labels is not asked"
        agree(server, added)
