"""Explanations held against Prometheus itself: types, series, values, pairs."""

import math
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from lab_helpers.errors import PromQLError, WorkshopError
from lab_helpers.grading import catalogue
from lab_helpers.promql.explain import Explanation, Part
from lab_helpers.promql.explain.asking import NativeHistogram
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


def full(short: frozenset[tuple[str, str]], told: Any) -> frozenset[tuple[str, str]]:
    return next(each for each in told if short <= each)


def close(mine: Any, theirs: str) -> bool:
    if isinstance(mine, NativeHistogram | str):
        return False
    one, other = float(mine), float(theirs)
    return math.isclose(one, other, rel_tol=1e-9) or (math.isnan(one) and math.isnan(other))


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


JOINS = (
    ("up", "on (instance)", "shop_build_info"),
    ("up", "on (job, instance)", "mysql_up"),
    ("up", "", "mysql_up"),
    ("up", "ignoring (x)", "mysql_up"),
    ("up", "ignoring (version)", "shop_build_info"),
    ("up", "ignoring (version, x)", 'shop_build_info{instance!="web-2:8000"}'),
    ("shop_http_requests_total", "on (instance)", "shop_build_info"),
    ("shop_build_info", "on (job)", "shop_http_requests_total"),
    ("sum by (route) (shop_http_requests_total)", "", "count by (route, le) (shop_orders_total)"),
    ('{job="shop", __name__=~"up|shop_build_info"}', "on (__name__)", "up"),
)


@pytest.mark.parametrize(("left", "by", "right"), JOINS)
def test_pairs_are_counted_as_promql_counts_them(
    left: str, by: str, right: str, week: PrometheusContainer
) -> None:
    def counted(expr: str) -> int:
        found = week.query(f"count({expr})", NOON).value
        return int(found.sum())

    sides = {"group_left": (left, right), "group_right": (right, left), "": (left, right)}
    for group, (many, one) in sides.items():
        if group and not by:
            continue
        top = week.explain(f"{left} + {by} {group} {right}", NOON).top
        pairs = top.pairing
        assert pairs is not None
        assert pairs.pairs == counted(f"{many} and {by} {one}")
        assert len(pairs.left_alone) == counted(f"{left} unless {by} {right}")
        assert len(pairs.right_alone) == counted(f"{right} unless {by} {left}")
        assert bool(pairs.problem) == bool(top.refused), top.refused
        if pairs.problem and pairs.problem.name == "many-to-many join":
            assert "many-to-many" in top.refused
        elif pairs.problem:
            assert "many-to-one matching must be explicit" in top.refused
        elif group and by:
            assert top.count == pairs.pairs


def part_of(explanation: Explanation, head: str) -> Part:
    return next(part for part in explanation if part.head == head)


@pytest.mark.parametrize(
    ("expr", "at", "head", "reason", "said"),
    [
        ("sum(rate(shop_http_request_total[5m]))", NOON, "shop_http_request_total[5m]",
         "no such metric", "Did you mean `shop_http_requests_total`"),
        ('up{job="web"}', NOON, 'up{job="web"}', "empty selector", "`apache`, `memcached`"),
        ('up{jbo="shop"}', NOON, 'up{jbo="shop"}', "no such label", "no label `jbo`"),
        ('up{instance="web-.*"}', NOON, 'up{instance="web-.*"}', "pattern with =", "letter"),
        ('up{instance=~"web"}', NOON, 'up{instance=~"web"}', "anchored pattern", "whole value"),
        ('up{instance="web-1:8000"} == 1', GAP, 'up{instance="web-1:8000"}', "not there then",
         "the last one before is of 13:19:03 on Tuesday 03 March, the next one comes at 13:32:03"),
        ('{__name__=~"shops_.+"}', NOON, '{__name__=~"shops_.+"}', "empty selector", "shops_"),
        ("rate(up[1m])", NOON, "rate(…)", "window too short", "no series has more than 1"),
        ('avg_over_time(up{instance="web-1:8000"}[5s])', "2026-03-03T12:00:20Z",
         'up{instance="web-1:8000"}[5s]', "window too short", "no series has one"),
        ("up > 7", NOON, "… > 7", "nothing passes", "on its left is 1, on its right 7"),
        ("up + on (version) count by (version) (shop_build_info)", NOON, "… + on (version) …",
         "no partners",
         "only the right side has `version`"),
        ("sum by (job) (up) / sum(up)", NOON, "… / …", "grouped differently", "by nothing"),
        ("up unless up", NOON, "… unless …", "all excluded", "takes away all"),
        ("absent(up)", NOON, "absent(…)", "nothing absent", "is there"),
        ("histogram_quantile(0.9, up)", NOON, "histogram_quantile(0.9, …)", "quantile without le",
         "`le`"),
        ("histogram_count(up)", NOON, "histogram_count(…)", "no native histograms", "plain"),
        ("abs(up > 7)", NOON, "abs(…)", "empty below", "What is below is empty"),
        ("up and (up > 7)", NOON, "… and …", "empty below", "The right side is empty"),
    ],
)  # fmt: skip
def test_it_says_where_the_nothing_begins_and_why(
    expr: str, at: str, head: str, reason: str, said: str, week: PrometheusContainer
) -> None:
    part = part_of(week.explain(expr, at), head)
    assert part.because is not None
    assert part.because.name == reason
    assert said in part.because.message


def test_what_is_lost_on_the_way_is_told(week: PrometheusContainer) -> None:
    explanation = week.explain('sum by (rout) (up{job="shop"} < 1 or up) > scalar(up)', NOON)
    notes = {part.head: " ".join(part.notes) for part in explanation}
    assert (
        "No series below has a label `rout`: they have `instance` and `job`"
        in notes["sum by (rout) (…)"]
    )
    assert "NaN: there are 8 series, not one." in notes["scalar(…)"]
    some = week.explain("up != 1 or (node_load1 > 0) or sum(up) >= bool 9", OUTAGE)
    assert any("The comparison drops 7 of 8." in part.notes for part in some)
    young = week.explain("rate(mysql_up[10m])", "2026-03-05T22:33Z")
    assert young.top.count == 0 or young.top.notes


def test_bad_questions_are_answered_in_a_sentence(week: PrometheusContainer) -> None:
    with pytest.raises(PromQLError, match=r"parse error(.|\n)*\n +\^"):
        week.explain("sum by (a (up)", NOON)
    with pytest.raises(WorkshopError, match="too large"):
        week.explain("+".join(["up"] * 100), NOON)
    with pytest.raises(WorkshopError, match="no moment"):
        week.explain("up", "yesterday")
    assert repr(week.explain("up[5m]", NOON)).count("8 series, 5 samples each") == 1


def test_labels_of_any_kind_are_shown_as_text(week: PrometheusContainer) -> None:
    odd = week.explain('label_replace(up, "x", "<b>`&", "", "")', NOON)
    assert '{instance="apache-exporter:9117", job="apache", x="<b>`&"} 1' in repr(odd)
    page = odd._repr_html_()
    assert "&lt;b&gt;" in page and "<b>`" not in page
    assert "+Inf" not in repr(odd) and "-Inf" in repr(week.explain("-up / 0", NOON))


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


def test_many_series_are_counted_not_listed(week: PrometheusContainer) -> None:
    huge = f'label_replace({{__name__=~".+"}}, "x", "{"y" * 20_000}", "", "")'
    explanation = week.explain(f"count({huge})", NOON)
    inner = explanation.top.parts[0]
    assert (inner.count, inner.answer) == (300, None)
    assert len(repr(week.explain('{__name__=~".+"}', NOON))) < 1_000
