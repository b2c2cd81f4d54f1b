"""The parts of a query, each with what it answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import promql_parser as promql

from lab_helpers.promql.explain.asking import Answer, Labels, NativeHistogram, nameless
from lab_helpers.promql.explain.partners import Pairing
from lab_helpers.promql.explain.tree import (
    Node,
    bare,
    children,
    label,
    modifier_of,
    selectors,
    text,
)
from lab_helpers.promql.explain.words import Reason

Type = Literal["instant vector", "range vector", "scalar", "string"]

_IN_ORDER = {"sort", "sort_desc", "sort_by_label", "sort_by_label_desc", "topk", "bottomk"}


@dataclass
class Part:
    """A part of a query, and what it answers.

    expr: its PromQL. head: the same, with … in the place of the parts below it.
    what: what it is, in plain words.
    at: the instant at which it was asked, Unix seconds; inside of a subquery that of its last step.
    count: how many series it answers; None for a scalar or string, or if there is no answer.
    answer: the samples; of a range vector the newest of each series. None if they are too many.
    in_window: of a range vector, the least and the most samples that a series has.
    because: why it is empty. refused: Prometheus's words, if it does not answer.
    pairing: how the two sides of an operator pair up.
    notes: what else there is to say.
    """

    expr: str
    head: str
    what: str
    type: Type
    at: float
    parts: "tuple[Part, ...]" = ()
    count: int | None = None
    answer: Answer | None = None
    in_window: tuple[int, int] | None = None
    because: Reason | None = None
    refused: str = ""
    pairing: Pairing | None = None
    notes: list[str] = field(default_factory=list)

    def __iter__(self) -> "Iterator[Part]":
        """This part and all that are below it, from the top."""
        yield self
        for part in self.parts:
            yield from part

    @property
    def is_empty(self) -> bool:
        """Whether it answers no series."""
        return self.count == 0

    @property
    def labels(self) -> list[str]:
        """The names of the labels that its series have, sorted, without the metric's name."""
        if self.answer is None or self.count is None:
            return []
        return sorted({name for each in self.answer.samples for name, _ in nameless(each)})

    def examples(self, most: int = 2) -> list[tuple[Labels, float | NativeHistogram]]:
        """Some of its series with their values; the metric's name only where it is needed."""
        if self.answer is None:
            return []
        found = list(self.answer.samples.items())
        if self.head.partition("(")[0].split(" ")[0] not in _IN_ORDER:
            found.sort(key=lambda one: sorted(one[0]))
        one_name = len({dict(labels).get("__name__") for labels, _ in found}) == 1
        return [(nameless(each) if one_name else each, value) for each, value in found[:most]]


def type_of(node: Node) -> Type:
    """The type of what a node answers."""
    node = bare(node)
    if isinstance(node, promql.MatrixSelector | promql.SubqueryExpr):
        return "range vector"
    if isinstance(node, promql.NumberLiteral):
        return "scalar"
    if isinstance(node, promql.StringLiteral):
        return "string"
    if isinstance(node, promql.UnaryExpr):
        return type_of(node.expr)
    if isinstance(node, promql.BinaryExpr):
        both = {type_of(node.lhs), type_of(node.rhs)}
        return "scalar" if both == {"scalar"} else "instant vector"
    if isinstance(node, promql.Call) and node.func.return_type == promql.ValueType.Scalar:
        return "scalar"
    return "instant vector"


def parts_below(node: Node) -> list[Node]:
    """The nodes below that are worth a question: a range is one part, and numbers are none."""
    node = bare(node)
    if isinstance(node, promql.MatrixSelector):
        return []
    return [bare(each) for each in children(node) if not _is_inline(node, each)]


def head(node: Node) -> str:
    """A node as PromQL, with … in the place of the parts below it."""
    node = bare(node)
    if isinstance(node, promql.Call):
        return f"{node.func.name}({', '.join(_inline(node, arg) for arg in node.args)})"
    if isinstance(node, promql.AggregateExpr):
        given = [_inline(node, each) for each in children(node)]
        return f"{node.op}{_grouping(node)} ({', '.join(given)})"
    if isinstance(node, promql.BinaryExpr):
        left, right = (_inline(node, side) for side in (node.lhs, node.rhs))
        behind = modifier_of(node).replace("group_left ()", "group_left")
        return f"{left} {node.op}{behind.replace('group_right ()', 'group_right')} {right}"
    if isinstance(node, promql.UnaryExpr):
        return f"-{_inline(node, node.expr)}"
    if isinstance(node, promql.SubqueryExpr):
        return f"…{text(node)[len(text(node.expr)) :]}"
    return text(node)


def _inline(node: Node, child: Node) -> str:
    return text(child) if _is_inline(node, child) else "…"


def _is_inline(node: Node, child: Node) -> bool:
    """Whether a child is shown where it stands: it is made of numbers alone, or never asked."""
    if isinstance(node, promql.Call) and node.func.name == "info":
        return child is not node.args[0]
    if isinstance(bare(child), promql.StringLiteral):
        return True
    return not selectors(child) and not _calls(child)


def _calls(node: Node) -> bool:
    return isinstance(bare(node), promql.Call) or any(map(_calls, children(node)))


def _grouping(aggregation: Node) -> str:
    modifier = aggregation.modifier
    if modifier is None:
        return ""
    word = "by" if modifier.type == promql.AggModifierType.By else "without"
    return f" {word} ({', '.join(map(label, modifier.labels))})"
