"""Where in an expression the nothing begins, and why."""

import promql_parser as promql

from lab_helpers.promql.explain.asking import Prometheus, Refused
from lab_helpers.promql.explain.matchers import why_no_series
from lab_helpers.promql.explain.partners import why_nothing
from lab_helpers.promql.explain.tree import Node, bare, children, is_span, text
from lab_helpers.promql.explain.words import Reason

#: Functions that need two samples.
OF_TWO = {
    *("rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear"),
    *("holt_winters", "double_exponential_smoothing"),
}
#: Functions that only native histograms have something to say to.
_OF_HISTOGRAMS = {
    f"histogram_{what}" for what in ("count", "sum", "avg", "stddev", "stdvar", "fraction")
}


def why_empty(prometheus: Prometheus, node: Node, at: float) -> Reason:
    """Say why a part answers nothing at an instant, although its own parts do."""
    node = bare(node)
    if isinstance(node, promql.MatrixSelector):
        if not is_empty(prometheus, node.vector_selector, at):
            return _too_short(prometheus, node, node, at)
        return why_no_series(prometheus, node.vector_selector, at)
    if isinstance(node, promql.VectorSelector):
        return why_no_series(prometheus, node, at)
    if isinstance(node, promql.Call):
        return _call(prometheus, node, at)
    if isinstance(node, promql.BinaryExpr):
        return why_nothing(prometheus, node, at)
    return Reason("empty", "It answers nothing: ask its parts one by one, the innermost first.")


def innermost_empty(prometheus: Prometheus, node: Node, at: float) -> Node | None:
    """The innermost part that is empty although its own parts are not."""
    if not is_empty(prometheus, node, at):
        return None
    found = (innermost_empty(prometheus, child, at) for child in children(node))
    return next(filter(None, found), bare(node))


def is_empty(prometheus: Prometheus, node: Node, at: float) -> bool:
    """Whether a part answers nothing; numbers and texts are never empty."""
    if isinstance(node, promql.NumberLiteral | promql.StringLiteral):
        return False
    expr = f"last_over_time({text(node)})" if is_span(node) else text(node)
    try:
        answer = prometheus.ask(expr, at)
    except Refused:
        return False
    return answer.kind == "vector" and not answer.samples


def _call(prometheus: Prometheus, call: Node, at: float) -> Reason:
    """Say why a function answers nothing although its arguments are there."""
    name = call.func.name
    if name == "histogram_quantile":
        return Reason(
            "quantile without le",
            "`histogram_quantile` answers nothing because the label `le`, the bounds of the "
            "buckets, is lost before, or was never there.",
        )
    if name in OF_TWO:
        return _too_short(prometheus, call, next(filter(is_span, call.args), call), at)
    if name in ("absent", "absent_over_time"):
        return Reason("nothing absent", f"`{text(call)}` is empty: what it asks for is there.")
    if name in _OF_HISTOGRAMS:
        return Reason(
            "no native histograms",
            f"`{name}` answers for native histograms alone, and here are plain numbers.",
        )
    return Reason("empty", f"It is `{text(call)}` that answers nothing.")


def _too_short(prometheus: Prometheus, node: Node, span: Node, at: float) -> Reason:
    """Say how many samples a window has, which are too few."""
    needs = "one sample" if node is span else "two samples"
    try:
        most = max(prometheus.ask(f"count_over_time({text(span)})", at).series.values(), default=0)
    except Refused:
        most = 0
    found = f"no series has more than {most:.0f}" if most else "no series has one"
    return Reason(
        "window too short",
        f"`{text(node)}` needs at least {needs} in its window, and {found}: the window must be "
        "several times as long as the pause between two scrapes.",
    )
