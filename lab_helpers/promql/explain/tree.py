"""PromQL as a tree: what stands where."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import promql_parser as promql

#: Answers with more signs are not read as a tree: the parser's stack and patience have an end.
_MOST_SIGNS = 80
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`|#.*")
_SIGN = re.compile(r"[-+*/%^<>=!(\[]|\b(?:and|or|unless|atan2)\b", re.IGNORECASE)

RATES = {"rate", "irate", "increase"}
_COMPARISONS = {"==", "!=", "<", ">", "<=", ">="}

_PLAIN_NAME = re.compile(r"[a-zA-Z_]\w*", re.ASCII)
_PLAIN_METRIC = re.compile(r"[a-zA-Z_:][\w:]*", re.ASCII)
_LOST = re.compile(r"([-+*/%^<>=]|\batan2|\bbool)\s+(group_(?:left|right)\b)")
_MATCHES = {
    "=": promql.MatchOp.Equal,
    "!=": promql.MatchOp.NotEqual,
    "=~": promql.MatchOp.Re,
    "!~": promql.MatchOp.NotRe,
}

Node = Any  # the parser's classes share no attributes


def is_too_large(expr: str) -> bool:
    """Whether an expression has too many operators, brackets and matchers to be read as a tree."""
    return len(_SIGN.findall(_STRING.sub("", expr))) > _MOST_SIGNS


def parsed(expr: str) -> Node | None:
    """The tree of an expression; None if the parser does not understand it, or it is enormous."""
    if is_too_large(expr):
        return None
    try:
        return promql.parse(expr)
    except ValueError:
        return None


def text(node: Node) -> str:
    """A node as PromQL."""
    # The parser leaves `ignoring ()` out, without which there is no group_left.
    return _LOST.sub(r"\1 ignoring () \2", str(node.prettify()))


def bare(node: Node) -> Node:
    """A node without the parentheses around it."""
    while isinstance(node, promql.ParenExpr):
        node = node.expr
    return node


def children(node: Node) -> list[Node]:
    """The nodes right below; a range has its selector or its expression below it."""
    if isinstance(node, promql.BinaryExpr):
        return [node.lhs, node.rhs]
    if isinstance(node, promql.Call):
        return list(node.args)
    if isinstance(node, promql.AggregateExpr):
        return [node.expr] if node.param is None else [node.param, node.expr]
    if isinstance(node, promql.MatrixSelector):
        return [node.vector_selector]
    if isinstance(node, promql.ParenExpr | promql.UnaryExpr | promql.SubqueryExpr):
        return [node.expr]
    return []


def below(node: Node) -> Iterator[Node]:
    """A node and all that are below it, from the top."""
    yield node
    for child in children(node):
        yield from below(child)


def is_comparison(node: Node) -> bool:
    """Whether a node compares its two sides."""
    return isinstance(node, promql.BinaryExpr) and str(node.op) in _COMPARISONS


def is_filter(node: Node) -> bool:
    """Whether a node drops the series for which a comparison does not hold."""
    return is_comparison(node) and not (node.modifier and node.modifier.return_bool)


def is_subquery_of_selector(node: Node) -> bool:
    """Whether a node is a subquery where a plain range would do."""
    return isinstance(node, promql.SubqueryExpr) and isinstance(
        bare(node.expr), promql.VectorSelector
    )


def of_kind(node: Node, kind: type) -> list[Node]:
    """The nodes of a class, at and below a node."""
    return [each for each in below(node) if isinstance(each, kind)]


def calls(node: Node, names: set[str]) -> Iterator[Node]:
    """The calls of functions of these names, at and below a node."""
    return (each for each in of_kind(node, promql.Call) if each.func.name in names)


def selectors(node: Node) -> list[Node]:
    """The selectors at and below a node."""
    return of_kind(node, promql.VectorSelector)


def is_span(node: Node) -> bool:
    """Whether a node is all samples of a span of time: a range or a subquery."""
    return isinstance(bare(node), promql.MatrixSelector | promql.SubqueryExpr)


def ranged(call: Node) -> Node | None:
    """The span of samples that a call is given: a range or a subquery; None if it is given none."""
    return next((arg for arg in map(bare, call.args) if is_span(arg)), None)


def label(name: str) -> str:
    """The name of a label as PromQL writes it: in quotes, where it is no plain word."""
    return name if _PLAIN_NAME.fullmatch(name) else _quoted(name)


def written(matcher: Node) -> str:
    """A matcher as PromQL; the parser's own words have no escapes."""
    op = next(op for op, kind in _MATCHES.items() if kind == matcher.op)
    return f"{label(matcher.name)}{op}{_quoted(matcher.value)}"


def named(metric: str) -> str:
    """A selector of all series of a metric."""
    plain = _PLAIN_METRIC.fullmatch(metric)
    return metric if plain else f"{{__name__={_quoted(metric)}}}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def metric(selector: Node) -> str:
    """The metric's name that a selector asks for; "" if it says none plainly."""
    if selector.name:
        return str(selector.name)
    for matcher in selector.matchers.matchers:
        if matcher.name == "__name__" and matcher.op == promql.MatchOp.Equal:
            return str(matcher.value)
    return ""


def time_of(selector: Node) -> str:
    """What moves a selector to another time, as PromQL: its `offset` and `@`."""
    whole = text(selector)
    return whole.rpartition("}")[2] if "}" in whole else whole.removeprefix(metric(selector))


def seen_at(node: Node, at: float) -> float:
    """At which instant a selector or subquery looks, when it is asked at another; Unix seconds."""
    if node.at is not None and node.at.type == promql.AtModifierType.At:
        at = node.at.at.timestamp()
    return at - (node.offset or timedelta()).total_seconds()


def modifier_of(node: Node) -> str:
    """What stands behind an operator, as PromQL: `bool`, `on`, `group_left` and the like."""
    modifier = node.modifier
    if modifier is None:
        return ""
    words = ["", "bool"] if modifier.return_bool else [""]
    if modifier.matching:
        on = modifier.matching.type == promql.LabelModifierType.Include
        words += [
            f"{'on' if on else 'ignoring'} ({', '.join(map(label, modifier.matching.labels))})"
        ]
    labels = ", ".join(map(label, modifier.group_labels or ()))
    if modifier.card == promql.VectorMatchCardinality.ManyToOne:
        words += [f"group_left ({labels})"]
    elif modifier.card == promql.VectorMatchCardinality.OneToMany:
        words += [f"group_right ({labels})"]
    left, right = modifier.fill_values.lhs, modifier.fill_values.rhs
    if left is not None and left == right:
        return " ".join([*words, f"fill ({left:g})"])
    words += [] if left is None else [f"fill_left ({left:g})"]
    words += [] if right is None else [f"fill_right ({right:g})"]
    return " ".join(words)


def grouping_labels(node: Node) -> Iterator[str]:
    """The labels that aggregations and joins name, at and below a node."""
    for each in below(node):
        if isinstance(each, promql.AggregateExpr) and each.modifier:
            yield from each.modifier.labels
        elif isinstance(each, promql.BinaryExpr) and each.modifier:
            yield from each.modifier.matching.labels if each.modifier.matching else ()
            yield from each.modifier.group_labels or ()


def strings(node: Node) -> set[str]:
    """The texts in quotes that functions are given, such as the label that `label_replace` sets."""
    return {each.val for each in of_kind(node, promql.StringLiteral)}
