"""What the judge of PromQL sees in the trees of answers, and the changes that it tries on them."""

import re
import threading

import promql_parser
import pytest

from lab_helpers.grading import catalogue
from lab_helpers.grading.judges.promql import repairs, structure
from lab_helpers.grading.judges.promql.refusals import no_vector
from lab_helpers.grading.judges.promql.rewriting import (
    other_step,
    other_window,
)
from lab_helpers.promql.explain.tree import (
    below,
    metric,
    modifier_of,
    parsed,
    selectors,
    text,
    time_of,
)

RATE = "sum by (route) (rate(requests_total[5m]))"


@pytest.mark.parametrize("sign", ["(", "-", "x + ", "abs(", "1 ^ ", "sum by (a) (", "x[1m:]", '"'])
def test_deep_answers_are_not_read_as_a_tree(sign: str) -> None:
    """The parser would overflow its stack, and the whole process with it."""
    read: list[object] = []
    for deep in (sign * 20_000, sign * 300 + "x" + ")" * 300):
        thread = threading.Thread(target=lambda deep=deep: read.append(parsed(deep)))
        thread.start()
        thread.join(timeout=5)
    assert read == [None, None]


def test_a_tree_knows_its_selectors() -> None:
    tree = parsed('rate(a_total{x="1"}[5m] offset 1d) / on (y) {__name__="b"} @ 1772618400')
    assert [metric(each) for each in selectors(tree)] == ["a_total", "b"]
    assert [time_of(each) for each in selectors(tree)] == [" offset 1d", " @ 1772618400.000"]
    assert parsed("what is this?") is None


def test_parts_are_written_anew() -> None:
    tree = parsed("max_over_time((rate(a[5m] offset 1h) > 1)[1d:5m])")
    window, step = (promql_parser.parse_duration(each) for each in ("5m", "15m"))
    longer = other_window(tree, promql_parser.MatrixSelector, window, step)
    assert longer == "max_over_time((rate(a[15m] offset 1h) > 1)[1d:5m])"
    assert other_step(tree, window, step) == "max_over_time((rate(a[5m] offset 1h) > 1)[1d:15m])"
    for modifier in (
        "",
        " bool",
        " on (x, y) group_left (z)",
        " bool ignoring (x) group_right (y)",
    ):
        assert modifier_of(parsed(f"a >{modifier} b")) == modifier


@pytest.mark.parametrize(
    ("expr", "reference", "diagnosis"),
    [
        ("rate(sum(a_total)[5m:1m])", RATE, "rate after sum"),
        ("rate((sum(a_total) / 2)[5m:])", RATE, "rate after sum"),
        ("rate(sum(rate(a_total[5m]))[1h:])", RATE, ""),
        ("delta(a_total[5m])", RATE, "gauge's function on a counter"),
        ("avg_over_time(requests_total[5m])", RATE, "gauge's function on a counter"),
        ("avg_over_time(memory_bytes[5m])", "memory_bytes", ""),
        ("rate(memory_bytes[5m])", "memory_bytes", "counter's function on a gauge"),
        ("rate(memory_bytes[5m])", "deriv(memory_bytes[5m])", "counter's function on a gauge"),
        ("sum by (route) (requests_total)", RATE, "raw counter"),
        ("requests_total - requests_total offset 5m", RATE, "raw counter"),
        ("sum(rate(requests_total[5m:1m]))", RATE, ""),
        ("requests_total", "requests_total", ""),
        ("avg(rate(a_total[5m]) / rate(b_total[5m]))", RATE, "average of ratios"),
        ("avg_over_time((a / b)[1h:5m])", RATE, "average of ratios"),
        ("avg(rate(a_total[5m]) / 60)", RATE, ""),
        ("avg(a / b)", "avg(a / b)", ""),
        ("histogram_quantile(0.9, sum(rate(a_bucket[5m])))", RATE, "quantile without le"),
        ("histogram_quantile(0.9, sum without (le) (a))", RATE, "quantile without le"),
        ("histogram_quantile(0.9, sum without (x) (a))", RATE, ""),
        ("max(histogram_quantile(0.9, rate(a_bucket[5m])))", RATE, "average of quantiles"),
        ("quantile(0.9, a)", "histogram_quantile(0.9, a)", "quantile of series"),
        ("quantile(0.9, a)", "quantile(0.5, a)", ""),
        ("rate(a_sum[5m]) / rate(a_count[5m])", "histogram_quantile(0.9, a)", "mean, not quantile"),
        ("a > bool 1", "a > 1", "bool, not a filter"),
        ("a > 1", "a > bool 1", "filter, not bool"),
        ("a > 1", "a < 1", ""),
    ],
)
def test_a_mistake_is_seen_in_the_tree(expr: str, reference: str, diagnosis: str) -> None:
    found = structure.suspicions(parsed(expr), parsed(reference))
    assert {name for name, _ in found} == ({diagnosis} if diagnosis else set())


PROMQL = [each for each in catalogue.exercises("02").values() if each.kind == "PromQL"]
TREES = [
    tree
    for exercise in PROMQL
    for expr in (exercise.solution, *exercise.also_right, *(w.answer for w in exercise.wrong))
    if (tree := parsed(expr)) and not no_vector(expr)
]


@pytest.mark.parametrize("reference", [exercise.solution for exercise in PROMQL])
def test_every_change_to_every_answer_is_promql(reference: str) -> None:
    right, changes = parsed(reference), 0
    for tree in TREES[::3]:
        for diagnosis, message, expr in repairs.changes(tree, right):
            assert diagnosis and message
            assert not expr or parsed(expr) is not None, (text(tree), diagnosis, expr)
            changes += 1
    assert changes > 100


@pytest.mark.parametrize(
    ("expr", "right", "diagnosis"),
    [
        ("sum(rate(a[5m]))", "sum(rate(a[1h]))", "wrong window"),
        ("max_over_time(a[1d:5m])", "max_over_time(a[1d:1h])", "wrong step"),
        ("max(a)", "min(a)", "wrong aggregation"),
        ("sum(irate(a[5m]))", "sum(rate(a[5m]))", "wrong function"),
        ("topk(3, a)", "topk(5, a)", "wrong limit"),
        ("topk(3, a)", "a", "limited"),
        ("a", "topk(3, a)", "not limited"),
        ("a", "a > 3", "not filtered"),
        ("a > 2", "a > 3", "wrong threshold"),
        ("a > bool 2", "a", "compared"),
        ("a < 3", "a > 3", "wrong operator"),
        ("a and b", "a unless b", "wrong operator"),
        ("histogram_quantile(0.9, a)", "histogram_quantile(0.5, a)", "wrong quantile"),
        ("predict_linear(a[1h], 60)", "predict_linear(a[1h], 3600)", "wrong number"),
        ("round(a)", "a", "rounded"),
        ("avg(sum by (x) (a))", "avg(sum by (y) (a))", "wrong grouping"),
        ("rate(a[5m:1m])", "rate(a[5m])", "needless subquery"),
        ("a / b", "a / c", "wrong metric"),
        ('a{x="1"} / a{x="1"}', 'a{x="1"} / a', "matcher too many"),
        ("a / a", 'a{x="1"} / a', "matcher missing"),
        ('a{x="2"} / a{x="2"}', 'a{x="1"} / a{x="1"}', "wrong matcher"),
        ("rate(a[5m] offset 1h)", "rate(a[5m])", "wrong time"),
        ("a @ 1772618400", "a", "wrong time"),
    ],
)
def test_the_change_that_makes_it_right_is_tried(expr: str, right: str, diagnosis: str) -> None:
    made = {
        (name, bare_text(changed))
        for name, _, changed in repairs.changes(parsed(expr), parsed(right))
        if changed
    }
    assert (diagnosis, bare_text(right)) in made


def bare_text(expr: str) -> str:
    """PromQL without the spaces and parentheses that mean nothing here."""
    return re.sub(r"[ ()]", "", text(parsed(expr)))


def test_below_counts_as_the_parser_does() -> None:
    """A change is made at the node of a number: both have to go the same way round."""
    for tree in TREES:
        visited: list[str] = []

        def note(node: object, visited: list[str] = visited) -> None:
            visited.append(type(node).__name__)

        promql_parser.transform(tree, note)
        assert [type(node).__name__ for node in below(tree)] == visited
