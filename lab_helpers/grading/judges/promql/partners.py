"""Why an operator answers nothing although there is something on both its sides."""

from collections.abc import Callable

import promql_parser as promql

from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.promql.asking import Answer, Prometheus, Refused
from lab_helpers.grading.judges.promql.case import listed
from lab_helpers.grading.judges.promql.tree import Node, bare, is_comparison, text

_NOTHING = Answer("vector", {})


def explain_operator(prometheus: Prometheus, node: Node, at: float) -> Verdict:
    """Say why the series of the two sides do not come to anything."""

    def ask(side: Node) -> Answer:
        try:
            return prometheus.ask(text(side), at)
        except Refused:
            return _NOTHING

    left, right = ask(node.lhs), ask(node.rhs)
    compared = _compared(node)
    if str(node.op) == "unless":
        return missed("all excluded", "`unless` takes away all that is on its left side.")
    if is_comparison(node) and _pairs_up(left, right, compared):
        return missed(
            "nothing passes",
            f"No series passes the comparison `{node.op}`: on its left is {_span(left)}, "
            f"on its right {_span(right)}.",
        )
    if found := _grouped_differently(node):
        return found
    return missed(
        "no partners",
        f"Both sides of `{node.op}` find series, but no two that belong together: those pair up "
        f"whose labels are all the same. Here {_difference(left, right, compared)}.",
    )


def _grouped_differently(node: Node) -> Verdict | None:
    """The verdict on two aggregations that keep other labels each, and are to be paired by all."""
    sides = [bare(node.lhs), bare(node.rhs)]
    if node.modifier and node.modifier.matching:
        return None
    if not all(isinstance(side, promql.AggregateExpr) for side in sides):
        return None
    left, right = (_grouping(side) for side in sides)
    if left == right:
        return None
    return missed(
        "grouped differently",
        f"The left side of `{node.op}` is grouped {left}, the right side {right}: no two series "
        "have the very same labels, and so none belong together. Which labels shall count?",
    )


def _grouping(aggregation: Node) -> str:
    modifier = aggregation.modifier
    if modifier is None or not modifier.labels:
        return "by nothing"
    word = "by" if modifier.type == promql.AggModifierType.By else "without"
    return f"{word} {listed(set(modifier.labels))}"


def _compared(node: Node) -> Callable[[str], bool]:
    """Which labels an operator compares."""
    matching = node.modifier.matching if node.modifier else None
    if matching is None:
        return lambda _: True
    on = matching.type == promql.LabelModifierType.Include
    return lambda name: (name in matching.labels) == on


def _pairs_up(left: Answer, right: Answer, compared: Callable[[str], bool]) -> bool:
    if "scalar" in (left.kind, right.kind):
        return True
    one, other = (
        {frozenset(pair for pair in labels if compared(pair[0])) for labels in side.series}
        for side in (left, right)
    )
    return bool(one & other)


def _span(side: Answer) -> str:
    """The values of a side, in words."""
    values = sorted(side.series.values())
    if not values or values[0] == values[-1]:
        return f"{values[0]:.4g}" if values else "nothing"
    return f"{values[0]:.4g} to {values[-1]:.4g}"


def _difference(left: Answer, right: Answer, compared: Callable[[str], bool]) -> str:
    """In which labels the two sides differ, in words."""
    names = [set(filter(compared, side.label_names())) for side in (left, right)]
    only = [
        f"only the {side} side has {listed(mine - other)}"
        for side, mine, other in (("left", names[0], names[1]), ("right", names[1], names[0]))
        if mine - other
    ]
    if only:
        return ", and ".join(only)
    for name in sorted(names[0]):
        mine, other = (side.values_of(name) for side in (left, right))
        if not mine & other:
            return f"`{name}` is {listed(mine, 3)} on the left and {listed(other, 3)} on the right"
    return "the labels have the same names, but not the same values"
