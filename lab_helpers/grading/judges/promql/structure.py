"""Mistakes that an answer's tree shows, if the reference's does not show them too.

They count only because the answer is known to be wrong.
"""

from collections.abc import Callable, Iterator

import promql_parser as promql

from lab_helpers.grading.exercise import missed
from lab_helpers.grading.judges.groups import odd_reference
from lab_helpers.grading.judges.promql.case import Case, Finding
from lab_helpers.promql.explain import mistakes
from lab_helpers.promql.explain.tree import (
    RATES,
    Node,
    bare,
    below,
    calls,
    children,
    is_comparison,
    is_filter,
    metric,
    ranged,
    selectors,
)

#: Functions over a range that make sense of a gauge's ups and downs only.
OF_GAUGES = {
    *("delta", "idelta", "deriv", "predict_linear", "holt_winters", "double_exponential_smoothing"),
    *("avg_over_time", "min_over_time", "max_over_time", "sum_over_time", "quantile_over_time"),
    *("stddev_over_time", "stdvar_over_time", "mad_over_time", "changes"),
}
_COUNTER = ("_total", "_count", "_sum", "_bucket")

#: A mistake: its diagnosis and a message.
Suspicion = tuple[str, str]


def quantile_without_le(tree: Node, _: Node) -> Iterator[Suspicion]:
    """A quantile of buckets whose bounds have been aggregated away."""
    for call in calls(tree, {"histogram_quantile"}):
        merged = bare(call.args[1])
        if isinstance(merged, promql.AggregateExpr) and not _keeps(merged, "le"):
            yield (
                "quantile without le",
                f"The `{merged.op}` inside of `histogram_quantile` loses the label `le`, the "
                "bounds of the buckets. Without them there is no histogram.",
            )


def quantile_of_series(tree: Node, right: Node) -> Iterator[Suspicion]:
    """A quantile over series or samples, where one of the observations is asked for."""
    if not list(calls(right, {"histogram_quantile"})):
        return
    for node in below(tree):
        name = str(node.op) if isinstance(node, promql.AggregateExpr) else ""
        if name == "quantile" or next(calls(node, {"quantile_over_time"}), None) is node:
            yield (
                "quantile of series",
                f"`{name or 'quantile_over_time'}` compares whole series or samples with each "
                "other. The single observations are in the buckets of the histogram.",
            )


def mean_not_quantile(tree: Node, right: Node) -> Iterator[Suspicion]:
    """The mean of a histogram's observations where a quantile is asked for."""
    names = {metric(each).rpartition("_")[2] for each in selectors(tree)}
    if list(calls(right, {"histogram_quantile"})) and {"sum", "count"} <= names:
        yield (
            "mean, not quantile",
            "The sum by the count is the mean. It hides the slow ones: the time within which a "
            "share of the observations lies is asked for.",
        )


def gauge_function_on_counter(tree: Node, right: Node) -> Iterator[Suspicion]:
    """A function that takes a counter's ever growing total for a state."""
    for call in calls(tree, OF_GAUGES):
        for name in _ranged(call):
            if name.endswith(_COUNTER) or name in _rated(right):
                yield (
                    "gauge's function on a counter",
                    f"`{name}` is a counter: it only grows, and falls to 0 when its process "
                    f"restarts. `{call.func.name}` is made for gauges and takes that for a fact.",
                )


def counter_function_on_gauge(tree: Node, right: Node) -> Iterator[Suspicion]:
    """A function that takes every fall of a gauge for a restart."""
    gauges = {metric(each) for each in selectors(right)} - _rated(right)
    for call in calls(tree, RATES | {"resets"}):
        for name in _ranged(call):
            if name in gauges and not name.endswith(_COUNTER):
                yield (
                    "counter's function on a gauge",
                    f"`{name}` is a gauge: a state, not a running total. `{call.func.name}` is "
                    "made for counters, and takes every fall for a restart of the process.",
                )


def raw_counter(tree: Node, right: Node) -> Iterator[Suspicion]:
    """A counter's total where its growth is asked for."""
    rated = _rated(right)
    for name in _unranged(tree):
        if name in rated:
            yield (
                "raw counter",
                f"`{name}` is a running total since the process began. How much it grows is asked "
                "for: per second, or in a span of time.",
            )


def bool_or_filter(tree: Node, right: Node) -> Iterator[Suspicion]:
    """A comparison that gives 0 or 1 where a filter is asked for, or the other way round."""
    mine, theirs = _bools(tree), _bools(right)
    if mine == {True} and theirs == {False}:
        yield (
            "bool, not a filter",
            "With `bool` a comparison answers 0 or 1 for every series. Those for which it holds "
            "are asked for, with their values.",
        )
    if mine == {False} and theirs == {True}:
        yield (
            "filter, not bool",
            "A comparison is a filter: it drops the series for which it does not hold and keeps "
            "the values of the others. Here 0 or 1 is asked for.",
        )


def odd_group(tree: Node, _: Node) -> Iterator[Suspicion]:
    """A replacement that speaks of a group of the regex which there is not."""
    for call in calls(tree, {"label_replace"}):
        texts = [bare(arg) for arg in call.args[1:]]
        if not all(isinstance(each, promql.StringLiteral) for each in texts):
            continue
        if why := odd_reference(texts[1].val, texts[3].val):
            yield "wrong group", f"In `label_replace`: {why}"


def _anywhere(
    mistake: Callable[[Node], Iterator[Suspicion]],
) -> Callable[[Node, Node], Iterator[Suspicion]]:
    """The same mistake, in any part of a tree."""

    def found(tree: Node, _: Node) -> Iterator[Suspicion]:
        return (suspicion for node in below(tree) for suspicion in mistake(node))

    return found


_MISTAKES: tuple[Callable[[Node, Node], Iterator[Suspicion]], ...] = (
    odd_group,
    _anywhere(mistakes.rate_after_sum),
    quantile_without_le,
    _anywhere(mistakes.average_of_quantiles),
    quantile_of_series,
    mean_not_quantile,
    _anywhere(mistakes.average_of_ratios),
    gauge_function_on_counter,
    counter_function_on_gauge,
    raw_counter,
    bool_or_filter,
)


def suspicions(tree: Node, right: Node) -> Iterator[Suspicion]:
    """The mistakes that a tree shows and the reference's does not, the gravest first."""
    for mistake in _MISTAKES:
        if not any(mistake(right, right)):
            yield from mistake(tree, right)


def suspicious(case: Case) -> Finding:
    """The gravest mistake that the answer's tree shows."""
    found = None if case.tree is None else next(suspicions(case.tree, case.right_tree), None)
    return missed(*found) if found else None


def _keeps(aggregation: Node, label: str) -> bool:
    modifier = aggregation.modifier
    if str(aggregation.op) in ("topk", "bottomk"):
        return True
    if modifier is None:
        return False
    return (label in modifier.labels) == (modifier.type == promql.AggModifierType.By)


def _ranged(call: Node) -> list[str]:
    """The metrics whose samples a call is given as they are."""
    span = ranged(call)
    return [metric(span.vector_selector)] if isinstance(span, promql.MatrixSelector) else []


def _rated(tree: Node) -> set[str]:
    """The metrics that are asked for their growth."""
    return {name for call in calls(tree, RATES) for name in _ranged(call)}


def _unranged(node: Node) -> Iterator[str]:
    """The metrics that are asked for their value, not as a span of samples."""
    if isinstance(node, promql.VectorSelector):
        yield metric(node)
    elif not isinstance(node, promql.MatrixSelector | promql.SubqueryExpr):
        for child in children(node):
            yield from _unranged(child)


def _bools(tree: Node) -> set[bool]:
    """How the comparisons answer: True with 0 or 1."""
    return {not is_filter(node) for node in below(tree) if is_comparison(node) and selectors(node)}
