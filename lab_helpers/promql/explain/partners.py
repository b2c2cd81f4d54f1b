"""How the series of an operator's two sides pair up, and why nothing comes of it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import promql_parser as promql

from lab_helpers.promql.explain.asking import Answer, Labels, Prometheus, Refused, nameless
from lab_helpers.promql.explain.tree import Node, bare, is_comparison, label, text
from lab_helpers.promql.explain.words import Reason, counted, listed, shown

_SETS = ("and", "or", "unless")


@dataclass(frozen=True)
class Pairing:
    """How two vectors pair up.

    by: which labels must be the same, in words.
    pairs: how many pairs there are; for `and`, `or` and `unless`, series on the left that have
        a partner.
    left_alone, right_alone: the series without a partner, by their labels.
    problem: why Prometheus refuses to pair them, if it does.
    """

    by: str
    pairs: int
    left_alone: tuple[Labels, ...]
    right_alone: tuple[Labels, ...]
    problem: Reason | None = None


def pairing(node: Node, left: Iterable[Labels], right: Iterable[Labels]) -> Pairing:
    """Pair up the series of the two sides of an operator, as Prometheus does.

    left, right: the labels of the series, the metrics' names among them.
    """
    compared = _compared(node)
    one, other = ([(_key(labels, compared), labels) for labels in side] for side in (left, right))
    here, there = Counter(key for key, _ in one), Counter(key for key, _ in other)
    many_on_the_right = _card(node) == promql.VectorMatchCardinality.OneToMany
    matched = [key for key, _ in (other if many_on_the_right else one) if key in here & there]
    return Pairing(
        by=_by(node),
        pairs=len(matched),
        left_alone=tuple(labels for key, labels in one if key not in there),
        right_alone=tuple(labels for key, labels in other if key not in here),
        problem=_problem(node, here, there),
    )


def why_nothing(prometheus: Prometheus, node: Node, at: float) -> Reason:
    """Say why the series of the two sides of an operator do not come to anything."""
    left, right = (_ask(prometheus, side, at) for side in (node.lhs, node.rhs))
    if str(node.op) == "unless":
        return Reason("all excluded", "`unless` takes away all that is on its left side.")
    are_paired = (
        "scalar" in (left.kind, right.kind) or pairing(node, left.samples, right.samples).pairs
    )
    if is_comparison(node) and are_paired:
        return Reason(
            "nothing passes",
            f"No series passes the comparison `{node.op}`: on its left is {_span(left)}, "
            f"on its right {_span(right)}.",
        )
    if found := _grouped_differently(node):
        return found
    return Reason(
        "no partners",
        f"Both sides of `{node.op}` find series, but no two that belong together. They would have "
        f"to be the same in {_by(node)}, and {_difference(left, right, _compared(node))}.",
    )


def _ask(prometheus: Prometheus, side: Node, at: float) -> Answer:
    try:
        return prometheus.ask(text(side), at)
    except Refused:
        return Answer("vector", {})


def _card(node: Node) -> promql.VectorMatchCardinality:
    if node.modifier is None:
        return promql.VectorMatchCardinality.OneToOne
    return node.modifier.card


def _key(labels: Labels, compared: Callable[[str], bool]) -> Labels:
    return frozenset(pair for pair in labels if compared(pair[0]))


def _problem(node: Node, here: Counter[Labels], there: Counter[Labels]) -> Reason | None:
    """Why the groups of series that belong together are too large, if they are."""
    if str(node.op) in _SETS:
        return None
    card = _card(node)
    both = here & there
    one_side = here if card == promql.VectorMatchCardinality.OneToMany else there
    side = "left" if one_side is here else "right"
    if crowded := [key for key in both if one_side[key] > 1]:
        first = min(crowded, key=sorted)
        return Reason(
            "many-to-many join",
            f"On the {side} side {counted(one_side[first], 'series', 'series')} have the same "
            f"{shown(first)}: each of the other side would have several partners. Aggregate "
            f"the {side} side, or compare more labels.",
        )
    crowded = [key for key in both if here[key] > 1]
    if card == promql.VectorMatchCardinality.OneToOne and crowded:
        first = min(crowded, key=sorted)
        return Reason(
            "group_left missing",
            f"On the left side {counted(here[first], 'series', 'series')} belong to one of "
            f"the right side, {shown(first)}. If that is meant, write `group_left` behind "
            "`on (…)` or `ignoring (…)`.",
        )
    return None


def _by(node: Node) -> str:
    """Which labels must be the same, in words."""
    matching = node.modifier.matching if node.modifier else None
    if matching is None:
        return "all labels but the name"
    names = ", ".join(map(label, matching.labels))
    if matching.type == promql.LabelModifierType.Include:
        return names or "no label (all series belong together)"
    return f"all labels but {names}" if names else "all labels but the name"


def _compared(node: Node) -> Callable[[str], bool]:
    """Which labels an operator compares."""
    matching = node.modifier.matching if node.modifier else None
    if matching is None:
        return lambda name: name != "__name__"
    if matching.type == promql.LabelModifierType.Include:
        return lambda name: name in matching.labels
    return lambda name: name not in matching.labels and name != "__name__"


def _grouped_differently(node: Node) -> Reason | None:
    """The reason, if two aggregations keep other labels each, and are to be paired by all."""
    sides = [bare(node.lhs), bare(node.rhs)]
    if node.modifier and node.modifier.matching:
        return None
    if not all(isinstance(side, promql.AggregateExpr) for side in sides):
        return None
    left, right = (_grouping(side) for side in sides)
    if left == right:
        return None
    return Reason(
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


def _span(side: Answer) -> str:
    """The values of a side, in words."""
    values = sorted(side.series.values())
    if not values or values[0] == values[-1]:
        return f"{values[0]:.4g}" if values else "nothing"
    return f"{values[0]:.4g} to {values[-1]:.4g}"


def _difference(left: Answer, right: Answer, compared: Callable[[str], bool]) -> str:
    """In which labels the two sides differ, in words."""
    one, other = (
        {_key(nameless(each), compared) for each in side.samples} for side in (left, right)
    )
    names = [{name for key in side for name, _ in key} for side in (one, other)]
    only = [
        f"only the {side} side has {listed(mine - theirs)}"
        for side, mine, theirs in (("left", names[0], names[1]), ("right", names[1], names[0]))
        if mine - theirs
    ]
    if only:
        return ", and ".join(only)
    for name in sorted(names[0]):
        mine, theirs = ({dict(key).get(name, "") for key in side} for side in (one, other))
        if not mine & theirs:
            return f"`{name}` is {listed(mine, 3)} on the left and {listed(theirs, 3)} on the right"
    return "the labels have the same names, but not the same values"
