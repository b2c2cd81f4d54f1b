"""Parts of a tree written anew: the same PromQL with one thing changed."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import promql_parser as promql

from lab_helpers.promql.explain.tree import Node, text, time_of


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


def _in_brackets(node: Node) -> tuple[str, str, str]:
    """What stands before, within and behind the brackets of a range or subquery."""
    before, _, behind = text(node).rpartition("[")
    inside, _, after = behind.partition("]")
    return before, inside, after


def _milliseconds(duration: timedelta) -> str:
    return f"{duration // timedelta(milliseconds=1)}ms"
