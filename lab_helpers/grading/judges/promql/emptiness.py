"""Where in an answer the nothing begins."""

from datetime import timedelta

import promql_parser as promql

from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.promql.asking import Refused
from lab_helpers.grading.judges.promql.case import Case, Finding
from lab_helpers.grading.judges.promql.matchers import explain_selector
from lab_helpers.grading.judges.promql.partners import explain_operator
from lab_helpers.grading.judges.promql.tree import (
    Node,
    bare,
    calls,
    children,
    ranged,
    selectors,
    text,
)
from lab_helpers.history import STEP

#: Functions that need two samples.
_OF_TWO = {
    *("rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear"),
    *("holt_winters", "double_exponential_smoothing"),
}


def empty_answer(case: Case) -> Finding:
    """Nothing at all at an instant at which there should be something."""
    for at, one, other in zip(case.at, case.found, case.wanted, strict=True):
        if not one.series and other.series:
            return _explain(case, at)
    return None


def empty_part(case: Case) -> Finding:
    """A selector that finds nothing, in an answer that is not empty, such as one with `or`."""
    if case.tree is None:
        return None
    known = {text(selector) for selector in selectors(case.right_tree)}
    for selector in selectors(case.tree):
        for at in case.at:
            if text(selector) not in known and _is_empty(case, selector, at):
                verdict = explain_selector(case.prometheus, selector, at)
                if verdict.diagnosis != "not there then":
                    return verdict
    return None


def short_window(case: Case) -> Finding:
    """A window that holds two samples of some series only, or only at some instants."""
    if case.tree is None:
        return None
    for call in calls(case.tree, _OF_TWO):
        span = ranged(call)
        if span is not None and span.range < timedelta(seconds=2 * STEP):
            expr = f"count_over_time({text(span)}) < 2"
            for at in case.at:
                if not _is_empty(case, promql.parse(expr), at):
                    return missed(*_too_short(call))
    return None


def _explain(case: Case, at: float) -> Verdict:
    """Say what makes the answer empty at an instant."""
    node = None if case.tree is None else _innermost(case, case.tree, at)
    if isinstance(node, promql.MatrixSelector) and not _is_empty(case, node.vector_selector, at):
        return missed(*_too_short(node))  # there are samples, and not one in the window
    if isinstance(node, promql.VectorSelector | promql.MatrixSelector):
        selector = node if isinstance(node, promql.VectorSelector) else node.vector_selector
        return explain_selector(case.prometheus, selector, at)
    if isinstance(node, promql.Call):
        return _call(node)
    if isinstance(node, promql.BinaryExpr):
        return explain_operator(case.prometheus, node, at)
    return missed("empty", "It answers nothing: ask its parts one by one, the innermost first.")


def _call(call: Node) -> Verdict:
    """Say why a function answers nothing although its arguments are there."""
    name = call.func.name
    if name == "histogram_quantile":
        return missed(
            "quantile without le",
            "`histogram_quantile` answers nothing because the label `le`, the bounds of the "
            "buckets, is lost before, or was never there.",
        )
    if name in _OF_TWO:
        return missed(*_too_short(call))
    if name in ("absent", "absent_over_time"):
        return missed("nothing absent", f"`{text(call)}` is empty: what it asks for is there.")
    return missed("empty", f"It is `{text(call)}` that answers nothing.")


def _too_short(call: Node) -> tuple[str, str]:
    return (
        "window too short",
        f"`{text(call)}` needs two samples at least in its window. The shop is scraped "
        f"every {STEP} s: how many fit in there?",
    )


def _innermost(case: Case, node: Node, at: float) -> Node | None:
    """The innermost part that is empty although its own parts are not."""
    if not _is_empty(case, node, at):
        return None
    found = (_innermost(case, child, at) for child in children(node))
    return next(filter(None, found), bare(node))


def _is_empty(case: Case, node: Node, at: float) -> bool:
    """Whether a part answers nothing; numbers and texts are never empty."""
    if isinstance(node, promql.NumberLiteral | promql.StringLiteral):
        return False
    is_span = isinstance(bare(node), promql.MatrixSelector | promql.SubqueryExpr)
    expr = f"last_over_time({text(node)})" if is_span else text(node)
    try:
        answer = case.prometheus.ask(expr, at)
    except Refused:
        return False
    return answer.kind == "vector" and not answer.series
