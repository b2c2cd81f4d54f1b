"""Where in an answer the nothing begins."""

import difflib
import re

import promql_parser as promql

from ...exercise import Verdict, missed
from .asking import Refused
from .case import Case, Finding, listed
from .tree import COMPARISONS, Node, bare, children, metric, text

_SAMPLES = {
    *("rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear"),
    *("holt_winters", "double_exponential_smoothing"),
}
_PATTERN = re.compile(r"[.*+?|\[\]^$\\()]")


def empty_answer(case: Case) -> Finding:
    """Nothing at all at an instant at which there should be something."""
    for index, (one, other) in enumerate(zip(case.found, case.wanted, strict=True)):
        if not one.series and other.series:
            return _Search(case, case.at[index]).explain(case.tree)
    return None


def empty_part(case: Case) -> Finding:
    """A selector that finds nothing, in an answer that is not empty, such as one with `or`."""
    if case.tree is None:
        return None
    for index, other in enumerate(case.wanted):
        search = _Search(case, case.at[index])
        if other.series and (selector := search.first_empty_selector(case.tree)):
            return search.selector(selector)
    return None


class _Search:
    """A search for what is empty, at one instant."""

    def __init__(self, case: Case, at: float) -> None:
        self._case = case
        self._prometheus = case.prometheus
        self._at = at

    def explain(self, tree: Node | None) -> Verdict:
        """Say what makes the answer empty."""
        node = None if tree is None else self._innermost(tree)
        if isinstance(node, promql.VectorSelector | promql.MatrixSelector):
            return self.selector(node)
        if isinstance(node, promql.Call):
            return self._call(node)
        if isinstance(node, promql.BinaryExpr):
            return self._operator(node)
        return missed("empty", "It answers nothing.")

    def first_empty_selector(self, tree: Node) -> Node | None:
        """The first selector that finds nothing, from left to right."""
        if isinstance(tree, promql.VectorSelector | promql.MatrixSelector):
            return tree if self._is_empty(tree) else None
        found = (self.first_empty_selector(child) for child in children(tree))
        return next(filter(None, found), None)

    def selector(self, node: Node) -> Verdict:
        """Say which part of a selector leaves nothing over."""
        ranged = isinstance(node, promql.MatrixSelector)
        selector = node.vector_selector if ranged else node
        name = metric(selector)
        known = self._prometheus.metric_names()
        if name and name not in known:
            close = difflib.get_close_matches(name, known, n=3)
            hint = f" Did you mean {listed(close)}?" if close else ""
            return missed("no such metric", f"There is no metric `{name}`.{hint}")
        matchers = [m for m in selector.matchers.matchers if m.name != "__name__"]
        for matcher in matchers:
            others = [str(m) for m in matchers if m is not matcher]
            rest = _selector(selector, others)
            values = self._values(matcher.name, rest)
            if values:
                return self._matcher(selector, matcher, others, values)
        return missed(
            "empty selector",
            f"`{text(node)}` finds nothing at this instant"
            + (", whichever of its matchers is left out." if matchers else "."),
        )

    def _matcher(
        self, selector: Node, matcher: promql.Matcher, others: list[str], values: list[str]
    ) -> Verdict:
        """Say why no series passes a matcher; `values` are those that its label has."""
        if values == [""]:
            return missed(
                "no such label",
                f"The series of `{_selector(selector, others)}` have no label `{matcher.name}`.",
            )
        if matcher.op == promql.MatchOp.Equal and _PATTERN.search(matcher.value):
            pattern = promql.Matcher(promql.MatchOp.Re, matcher.name, matcher.value)
            if self._values(matcher.name, _selector(selector, [*others, str(pattern)])):
                return missed(
                    "pattern with =",
                    f"`{matcher}` finds nothing: `=` compares plain text, letter by letter, and "
                    f"{matcher.value!r} looks like a pattern.",
                )
        if matcher.op == promql.MatchOp.Re:
            loose = promql.Matcher(promql.MatchOp.Re, matcher.name, f".*(?:{matcher.value}).*")
            if self._values(matcher.name, _selector(selector, [*others, str(loose)])):
                return missed(
                    "anchored pattern",
                    f"`{matcher}` finds nothing: a pattern must fit the whole value, from its "
                    f"first to its last letter. The label has {listed(values)}.",
                )
        return missed(
            "empty selector",
            f"In `{text(selector)}` it is `{matcher}` that leaves nothing over. "
            f"There the label has {listed(values)}.",
        )

    def _values(self, label: str, selector: str) -> list[str]:
        try:
            return self._prometheus.values(label, selector, self._at)
        except Refused:  # nothing but matchers that fit empty text
            return []

    def _call(self, call: Node) -> Verdict:
        """Say why a function answers nothing although its arguments are there."""
        name = call.func.name
        if name == "histogram_quantile":
            return missed(
                "quantile without le",
                "`histogram_quantile` answers nothing because the label `le`, the bounds of the "
                "buckets, is lost before, or was never there.",
            )
        if name in _SAMPLES:
            return missed(
                "window too short",
                f"`{text(call)}` needs two samples at least in its window. The shop is scraped "
                "every 60 s: how many fit in there?",
            )
        if name in ("absent", "absent_over_time"):
            return missed(
                "nothing is absent", f"`{text(call)}` is empty: what it asks for is there."
            )
        return missed("empty", f"It is `{text(call)}` that answers nothing.")

    def _operator(self, node: Node) -> Verdict:
        """Say why an operator answers nothing although both its sides are there."""
        if str(node.op) == "unless":
            return missed("all excluded", "`unless` takes away all that is on its left side.")
        if scalar_side := not all(map(_is_vector, (node.lhs, node.rhs))):
            return missed(
                "nothing passes",
                f"No series passes the comparison `{node.op}`: look at both sides.",
            )
        left, right = (self._labels(side) for side in (node.lhs, node.rhs))
        only_left, only_right = left - right, right - left
        if str(node.op) in COMPARISONS and not (only_left or only_right) and not scalar_side:
            return missed(
                "nothing passes",
                f"No series passes the comparison `{node.op}`: look at both sides.",
            )
        seen = [
            f"only the {side} side has {listed(names)}"
            for side, names in (("left", only_left), ("right", only_right))
            if names
        ]
        return missed(
            "no partners",
            f"Both sides of `{node.op}` find series, but no two that belong together: those pair "
            "up whose labels are all the same. Here "
            + (", and ".join(seen) or "the labels are the same, but not their values")
            + ".",
        )

    def _labels(self, node: Node) -> set[str]:
        return self._prometheus.ask(text(node), self._at).label_names()

    def _innermost(self, node: Node) -> Node | None:
        """The innermost part that is empty although its own parts are not."""
        if not self._is_empty(node):
            return None
        found = (self._innermost(child) for child in children(node))
        return next(filter(None, found), bare(node))

    def _is_empty(self, node: Node) -> bool:
        """Whether a part answers nothing; numbers and texts are never empty."""
        if isinstance(node, promql.NumberLiteral | promql.StringLiteral):
            return False
        ranged = isinstance(node, promql.MatrixSelector | promql.SubqueryExpr)
        expr = f"last_over_time({text(node)})" if ranged else text(node)
        try:
            answer = self._prometheus.ask(expr, self._at)
        except Refused:
            return False
        return answer.kind == "vector" and not answer.series


def _selector(selector: Node, matchers: list[str]) -> str:
    """The same selector with other matchers, as PromQL."""
    return f"{metric(selector)}{{{', '.join(matchers)}}}"


def _is_vector(node: Node) -> bool:
    """Whether an expression gives series rather than a number."""
    node = bare(node)
    if isinstance(node, promql.UnaryExpr | promql.BinaryExpr):
        return any(map(_is_vector, children(node)))
    if isinstance(node, promql.Call):
        return node.func.return_type == promql.ValueType.Vector
    return not isinstance(node, promql.NumberLiteral)
