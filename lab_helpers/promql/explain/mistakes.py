"""Mistakes that a part of a query shows by itself, although Prometheus has an answer to it."""

from collections.abc import Iterator

import promql_parser as promql

from lab_helpers.promql.explain.tree import RATES, Node, bare, below, calls, ranged, selectors
from lab_helpers.promql.explain.words import Reason

_MERGE = {"sum", "avg", "min", "max", "count", "quantile", "stddev"}


def rate_after_sum(node: Node) -> Iterator[Reason]:
    """A rate of what has been aggregated before there was any rate."""
    if not (isinstance(node, promql.Call) and node.func.name in RATES):
        return
    for inner in below(node.args[0]):
        if isinstance(inner, promql.AggregateExpr) and not list(calls(inner, RATES)):
            yield Reason(
                "rate after sum",
                f"`{node.func.name}` has to see each counter by itself: in the `{inner.op}` of "
                "several, the restart of one looks like a restart of all. Which of the two "
                "comes first?",
            )


def average_of_quantiles(node: Node) -> Iterator[Reason]:
    """Quantiles that are merged, rather than the buckets that they come from."""
    if isinstance(node, promql.AggregateExpr) and str(node.op) in _MERGE:
        inner = bare(node.expr)
        if isinstance(inner, promql.Call) and inner.func.name == "histogram_quantile":
            yield Reason(
                "average of quantiles",
                f"The `{node.op}` of quantiles is no quantile: one replica with few requests "
                "weighs as much as another with many. Merge the buckets instead.",
            )


def average_of_ratios(node: Node) -> Iterator[Reason]:
    """Ratios that are merged, rather than what they are ratios of."""
    merges = isinstance(node, promql.AggregateExpr) and str(node.op) in {"avg", "sum"}
    if merges and _is_ratio(bare(node.expr)):
        yield Reason(
            "average of ratios",
            f"The `{node.op}` of ratios is not the ratio of the whole: those with few "
            "requests weigh as much as those with many. Sum up both sides first, then divide.",
        )
    if isinstance(node, promql.Call) and node.func.name == "avg_over_time":
        span = ranged(node)
        if isinstance(span, promql.SubqueryExpr) and _is_ratio(bare(span.expr)):
            yield Reason(
                "average of ratios",
                "A mean of ratios over time weighs the quiet hours like the busy ones. "
                "Count both sides over the whole time, then divide.",
            )


def mistakes(node: Node) -> Iterator[Reason]:
    """All mistakes that a node shows."""
    for mistake in (rate_after_sum, average_of_quantiles, average_of_ratios):
        yield from mistake(node)


def _is_ratio(node: Node) -> bool:
    return (
        isinstance(node, promql.BinaryExpr)
        and str(node.op) == "/"
        and all(selectors(side) for side in (node.lhs, node.rhs))
    )
