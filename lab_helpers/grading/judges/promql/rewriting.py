"""Parts of a tree written anew: the same PromQL with one thing changed."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import promql_parser as promql

from lab_helpers.grading.judges.promql.tree import Node, label, metric, text


def changed(tree: Node, change: Callable[[Node], str | None]) -> str:
    """The tree as PromQL, with other PromQL in the place of those nodes for which `change` has it.

    It is told every node from the top, in the order of `below`. Empty where the other does not fit.
    """

    def visit(node: Node) -> Node | None:
        other = change(node)
        return None if other is None else promql.parse(other)

    try:
        return text(promql.transform(tree, visit))
    except ValueError:
        return ""


def changed_at(tree: Node, number: int, expr: str) -> str:
    """The tree with `expr` in the place of the node of this number, counted by `below`."""
    numbers = count()
    return changed(tree, lambda _: expr if next(numbers) == number else None)


def other_window(tree: Node, kind: type, old: timedelta, new: timedelta) -> str:
    """The tree with another window, wherever a selector or subquery (`kind`) has the old one."""

    def change(node: Node) -> str | None:
        if not isinstance(node, kind) or node.range != old:  # type: ignore[attr-defined]
            return None
        before, inside, after = _in_brackets(node)
        _, colon, step = inside.partition(":")
        return f"{before}[{_milliseconds(new)}{colon}{step}]{after}"

    return changed(tree, change)


def other_step(tree: Node, old: timedelta | None, new: timedelta) -> str:
    """The tree with another step, wherever a subquery has the old one."""

    def change(node: Node) -> str | None:
        if not isinstance(node, promql.SubqueryExpr) or node.step != old:
            return None
        before, inside, after = _in_brackets(node)
        return f"{before}[{inside.partition(':')[0]}:{_milliseconds(new)}]{after}"

    return changed(tree, change)


def other_number(tree: Node, old: float, new: float) -> str:
    """The tree with another number, wherever the old one stands."""

    def change(node: Node) -> str | None:
        return repr(new) if isinstance(node, promql.NumberLiteral) and node.val == old else None

    return changed(tree, change)


def with_window(selector: Node, window: timedelta) -> str:
    """A selector with a window, as PromQL."""
    time = time_of(selector)
    return f"{text(selector).removesuffix(time)}[{_milliseconds(window)}]{time}"


def time_of(selector: Node) -> str:
    """What moves a selector to another time, as PromQL: its `offset` and `@`."""
    whole = text(selector)
    return whole.rpartition("}")[2] if "}" in whole else whole.removeprefix(metric(selector))


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
    return " ".join(words)


def _in_brackets(node: Node) -> tuple[str, str, str]:
    """What stands before, within and behind the brackets of a range or subquery."""
    before, _, behind = text(node).rpartition("[")
    inside, _, after = behind.partition("]")
    return before, inside, after


def _milliseconds(duration: timedelta) -> str:
    return f"{duration // timedelta(milliseconds=1)}ms"
