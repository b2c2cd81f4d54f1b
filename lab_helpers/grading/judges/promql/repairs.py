"""The one small change that makes an answer right: what has to be changed is what is wrong.

Each part of the answer is exchanged for the one that the reference has in such a place, and the
result is asked. So these diagnoses are never a guess.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import promql_parser as promql

from lab_helpers.grading.exercise import missed
from lab_helpers.grading.judges.promql.case import Case, Finding
from lab_helpers.grading.judges.promql.rewriting import (
    changed,
    changed_at,
    other_number,
    other_step,
    other_window,
    with_window,
)
from lab_helpers.promql.explain.tree import (
    Node,
    bare,
    below,
    is_comparison,
    is_filter,
    is_subquery_of_selector,
    label,
    metric,
    modifier_of,
    of_kind,
    selectors,
    text,
    written,
)
from lab_helpers.promql.explain.words import listed

#: A change: the diagnosis if it makes the answer right, the message, and the changed answer.
Repair = tuple[str, str, str]

_FUNCTIONS: tuple[tuple[str, ...], ...] = (
    ("rate", "irate", "increase"),
    ("avg_over_time", "max_over_time", "min_over_time", "sum_over_time", "last_over_time"),
    ("count_over_time", "sum_over_time", "changes", "resets"),
    ("deriv", "delta", "idelta"),
    ("floor", "ceil", "round"),
)
_AGGREGATIONS: tuple[tuple[str, ...], ...] = (
    ("sum", "avg", "max", "min", "count"),
    ("topk", "bottomk"),
)
_CUTS = ("topk", "bottomk")
_ROUNDING = {"round", "ceil", "floor", "abs", "clamp", "clamp_min", "clamp_max", "sgn"}


def repaired(case: Case) -> Finding:
    """What is wrong, where one small change makes the answer right."""
    if case.tree is None:
        return None
    seen = {""}
    for diagnosis, message, expr in changes(case.tree, case.right_tree):
        if expr not in seen and case.is_right(expr):
            return missed(diagnosis, message)
        seen.add(expr)
    return None


def changes(tree: Node, right: Node) -> Iterator[Repair]:
    """All changes that the reference suggests, the likely ones first."""
    yield from _selectors(tree, right)
    yield from _windows(tree, right)
    yield from _numbers(tree, right)
    yield from _names(tree)
    yield from _needless(tree)
    yield from _missing(tree, right)
    yield from _groupings(tree, right)
    yield from _operators(tree, right)


def unfinished(case: Case) -> Finding:
    """A part of the reference, such as one side of its division."""
    for node in below(case.right_tree):
        if node is case.right_tree or isinstance(node, promql.ParenExpr):
            continue
        is_vector = isinstance(node, promql.BinaryExpr | promql.Call | promql.AggregateExpr)
        if is_vector and case.is_same(text(node)):
            return missed(
                "not finished",
                "That is right as far as it goes, a step on the way to what is asked for. "
                "Compare it with the task: what has still to be done with it?",
            )
    return None


def _selectors(tree: Node, right: Node) -> Iterator[Repair]:
    mine, theirs = selectors(tree), selectors(right)
    for i, selector in enumerate(mine):
        for other in theirs:
            if text(selector) != text(other):
                yield (*_compared(selector, other), _exchanged(tree, {i: other}))
    if len(mine) == len(theirs):
        for selector, other in zip(mine, theirs, strict=True):
            if text(selector) != text(other):
                both = dict(enumerate(theirs))
                yield (*_compared(selector, other), _exchanged(tree, both))


def _exchanged(tree: Node, others: dict[int, Node]) -> str:
    """The tree with other selectors in the place of those of these numbers."""
    numbers = iter(range(len(selectors(tree))))

    def change(node: Node) -> str | None:
        if not isinstance(node, promql.VectorSelector):
            return None
        other = others.get(next(numbers))
        return text(other) if other else None

    return changed(tree, change)


def _compared(mine: Node, right: Node) -> tuple[str, str]:
    """What is wrong with a selector in whose place another is right."""
    if metric(mine) != metric(right):
        return "wrong metric", f"`{metric(mine)}` measures something else: look for another metric."
    yours, theirs = ({written(m) for m in each.matchers.matchers} for each in (mine, right))
    if yours == theirs:
        return "wrong time", f"`{text(mine)}` looks at another time than what is asked for."
    if yours < theirs:
        return (
            "matcher missing",
            f"`{text(mine)}` lets too much through: there is a condition in the task that none of "
            "its matchers states.",
        )
    if theirs < yours:
        return "matcher too many", f"{listed(yours - theirs)} shuts out what is asked for."
    return (
        "wrong matcher",
        f"{listed(yours - theirs)} does not pick the series that are asked for.",
    )


def _windows(tree: Node, right: Node) -> Iterator[Repair]:
    for kind in (promql.MatrixSelector, promql.SubqueryExpr):
        for mine, other in _pairs(tree, right, kind, "range"):
            message = f"It is the window that is not right: {_shown(mine)} is not asked for."
            yield "wrong window", message, other_window(tree, kind, mine, other)
    for mine, other in _pairs(tree, right, promql.SubqueryExpr, "step"):
        if other:
            message = (
                "It is not right how often the subquery looks, the second duration in its "
                f"brackets: {_shown(mine)} is not what is asked for."
            )
            yield "wrong step", message, other_step(tree, mine, other)


def _numbers(tree: Node, right: Node) -> Iterator[Repair]:
    for mine, other in _pairs(tree, right, promql.NumberLiteral, "val"):
        yield (*_number_of(tree, mine), other_number(tree, mine, other))


def _pairs(tree: Node, right: Node, kind: type, attribute: str) -> list[tuple[Any, Any]]:
    """What only the answer has, beside each that the reference has in such a place."""
    mine, theirs = (
        list(dict.fromkeys(getattr(node, attribute) for node in of_kind(each, kind)))
        for each in (tree, right)
    )
    return [(one, other) for one in mine if one not in theirs for other in theirs]


def _shown(duration: timedelta | None) -> str:
    return promql.display_duration(duration) if duration else "none"


def _number_of(tree: Node, value: float) -> tuple[str, str]:
    """What a wrong number is called, by where it stands."""
    for node in below(tree):
        if isinstance(node, promql.Call) and _is(node.args[:1], value):
            if node.func.name == "histogram_quantile":
                return "wrong quantile", f"The quantile {value:g} is not the one asked for."
        elif isinstance(node, promql.AggregateExpr) and _is([node.param], value):
            return "wrong limit", f"`{node.op}` keeps {value:g}: that many are not asked for."
        elif is_comparison(node) and _is([node.lhs, node.rhs], value):
            return "wrong threshold", f"{value:g} is not the limit that is asked for."
    return "wrong number", f"It is a number that is not right: look at {value:g}."


def _is(nodes: Iterable[Node], value: float) -> bool:
    return any(isinstance(bare(n), promql.NumberLiteral) and bare(n).val == value for n in nodes)


def _names(tree: Node) -> Iterator[Repair]:
    """Other functions and aggregations of the same family."""
    for i, node in enumerate(below(tree)):
        if isinstance(node, promql.Call):
            name, families = node.func.name, _FUNCTIONS
            message = f"It is `{name}` that is not right here: what does it make of the samples?"
            diagnosis = "wrong function"
        elif isinstance(node, promql.AggregateExpr):
            name, families = str(node.op), _AGGREGATIONS
            message = (
                f"It is the `{name}` that is not right here: what should the number do when one "
                "more series joins?"
            )
            diagnosis = "wrong aggregation"
        else:
            continue
        for other in _relatives(name, families):
            yield (
                diagnosis,
                message,
                changed_at(tree, i, re.sub(r"^\w+", other, text(node).strip())),
            )


def _relatives(name: str, families: tuple[tuple[str, ...], ...]) -> list[str]:
    """The other names in the families of a name."""
    found = dict.fromkeys(each for family in families if name in family for each in family)
    return [each for each in found if each != name]


def _groupings(tree: Node, right: Node) -> Iterator[Repair]:
    """Other labels to aggregate by, where that does not show in the labels of the answer."""
    theirs = {_grouping(each) for each in of_kind(right, promql.AggregateExpr)}
    for i, node in enumerate(below(tree)):
        if isinstance(node, promql.AggregateExpr):
            mine = _grouping(node)
            inner = ", ".join(text(each) for each in (node.param, node.expr) if each is not None)
            for other in sorted(theirs - {mine}):
                yield (
                    "wrong grouping",
                    f"The inner `{node.op} {mine}`".rstrip(" `")
                    + "` does not group as it should: of what are these to be the numbers?",
                    changed_at(tree, i, f"{node.op} {other} ({inner})"),
                )


def _grouping(node: Node) -> str:
    if node.modifier is None:
        return ""
    word = "by" if node.modifier.type == promql.AggModifierType.By else "without"
    return f"{word} ({', '.join(map(label, node.modifier.labels))})"


def _operators(tree: Node, right: Node) -> Iterator[Repair]:
    """Another comparison, set operator or arithmetic."""
    theirs = {str(each.op) for each in of_kind(right, promql.BinaryExpr)}
    for i, node in enumerate(below(tree)):
        if isinstance(node, promql.BinaryExpr):
            message = f"It is the `{node.op}` that is not right here."
            left, right_side = text(node.lhs), text(node.rhs)
            for other in sorted(theirs - {str(node.op)}):
                expr = f"({left}) {other}{modifier_of(node)} ({right_side})"
                yield "wrong operator", message, changed_at(tree, i, expr)


def _needless(tree: Node) -> Iterator[Repair]:
    """Something around a part that should not be there."""
    for i, node in enumerate(below(tree)):
        if isinstance(node, promql.AggregateExpr) and str(node.op) in _CUTS:
            message = f"`{node.op}` leaves out series that are asked for."
            yield "limited", message, changed_at(tree, i, f"({text(node.expr)})")
        elif is_comparison(node):
            message = f"The comparison `{node.op}` leaves out what is asked for."
            if not is_filter(node):
                message = f"`{node.op} bool` makes 0 or 1 of the values that are asked for."
            yield "compared", message, changed_at(tree, i, f"({text(node.lhs)})")
        elif isinstance(node, promql.Call) and node.func.name in _ROUNDING:
            message = f"`{node.func.name}` changes the values: nobody asked for that."
            yield "rounded", message, changed_at(tree, i, f"({text(node.args[0])})")
        elif is_subquery_of_selector(node):
            message = (
                f"With a colon, `{text(node)}` looks at the series anew in steps, and so sees some "
                "samples twice or not at all. A selector needs no more than its window."
            )
            expr = with_window(bare(node.expr), node.range)
            yield "needless subquery", message, changed_at(tree, i, expr)


def _missing(tree: Node, right: Node) -> Iterator[Repair]:
    """Something that is missing around the whole."""
    outer = bare(right)
    message = "The values are right, but only some of these series are asked for: which?"
    if isinstance(outer, promql.AggregateExpr) and str(outer.op) in _CUTS:
        yield "not limited", message, f"{outer.op}({text(outer.param)}, {text(tree)})"
    elif is_comparison(outer):
        yield "not filtered", message, f"({text(tree)}) {outer.op} {text(outer.rhs)}"
