"""Take a query apart, and ask each part, side by side."""

import re
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import promql_parser as promql
import requests

from lab_helpers.errors import PromQLError, WorkshopError
from lab_helpers.promql.durations import Moment, seconds, seconds_since_1970
from lab_helpers.promql.explain import notes
from lab_helpers.promql.explain.asking import Answer, Prometheus, Refused
from lab_helpers.promql.explain.emptiness import why_empty
from lab_helpers.promql.explain.explanation import Explanation
from lab_helpers.promql.explain.meaning import meaning
from lab_helpers.promql.explain.parts import Part, head, parts_below, type_of
from lab_helpers.promql.explain.tree import Node, bare, is_too_large, parsed, seen_at, text
from lab_helpers.promql.explain.words import Reason

#: Questions that are asked at a time: Prometheus answers twenty by default.
_AT_ONCE = 8
#: Bytes of the answer of one part; of a larger one only the size is told.
_LARGEST = 4_000_000
_TYPES = {"scalar": "scalar", "string": "string", "matrix": "range vector"}
_ENDS = re.compile(r'("(?:[^"\\]|\\.)*")|@ (?:start|end)\(\)')


class _Once(Prometheus):
    """A Prometheus that is asked nothing twice."""

    def __init__(self, url: str, session: requests.Session) -> None:
        super().__init__(url, session, _LARGEST)
        self._asked: dict[tuple[str, float], Future[Answer]] = {}
        self._lock = threading.Lock()

    def ask(self, expr: str, at: float) -> Answer:
        """Ask at one instant, or wait for somebody who is asking the same."""
        with self._lock:
            is_new = (expr, at) not in self._asked
            future = self._asked.setdefault((expr, at), Future())
        if is_new:
            try:
                future.set_result(super().ask(expr, at))
            except BaseException as problem:  # whoever waits must not wait for ever
                future.set_exception(problem)
        return future.result()


def explain(
    url: str,
    expr: str,
    at: Moment | None = None,
    *,
    access: Mapping[str, Any] = MappingProxyType({}),
) -> Explanation:
    """Take a query apart: what each part is, what it answers, and where the nothing begins.

    url: of a Prometheus from 2.53 on. at: the instant, by default the server's now.
    access: what `requests` needs besides the address, to be let in: verify, auth.

    Raises:
        PromQLError: Prometheus cannot read the query (the message has the place), or is away.
        WorkshopError: the query is too large to be taken apart.
    """
    if is_too_large(expr):
        raise WorkshopError(
            "This query is too large to be taken apart: it has more than 80 operators, brackets "
            "and matchers. Explain its parts one by one."
        )
    with requests.Session() as session:
        session.trust_env = False  # a proxy does not know the way to a container
        session.headers["Accept-Encoding"] = "identity"
        for name, value in access.items():
            setattr(session, name, value)
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=_AT_ONCE)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        prometheus = _Once(url.rstrip("/"), session)
        when = _now(prometheus) if at is None else seconds_since_1970(at)
        _check(prometheus, expr, when)
        return Explanation(expr, when, _taken_apart(prometheus, expr, when))


def _now(prometheus: Prometheus) -> float:
    """The server's own time, in Unix seconds."""
    return float(prometheus.data("query", {"query": "time()"})["result"][1])


def _check(prometheus: Prometheus, expr: str, at: float) -> None:
    """Have Prometheus read the query.

    Raises:
        PromQLError: it cannot.
    """
    try:
        prometheus.ask(expr, at)
    except Refused as refusal:
        if refusal.kind == "query":
            raise PromQLError(str(refusal)) from None


def _taken_apart(prometheus: Prometheus, expr: str, at: float) -> Part:
    """The tree of parts, each asked."""
    tree = parsed(expr)
    if tree is None:
        return _in_one(prometheus, expr, at)
    nodes: list[tuple[Node, Part]] = []
    top = _planted(prometheus, bare(tree), at, nodes)
    top.expr = expr
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for step in (_fill, _reason):
            list(pool.map(lambda one, step=step: step(prometheus, at, *one), nodes))
    for _, part in reversed(nodes):  # the innermost first: what it says, those above need not say
        notes.add(part)
    return top


def _planted(prometheus: Prometheus, node: Node, at: float, nodes: list[tuple[Node, Part]]) -> Part:
    """A node and those below it as parts that nobody has asked yet; all are added to `nodes`."""
    part = Part(text(node), head(node), meaning(node), type_of(node), at)
    nodes.append((node, part))
    inner = at
    if isinstance(node, promql.SubqueryExpr):
        step = (node.step or _evaluation_interval(prometheus)).total_seconds()
        inner = seen_at(node, at) // step * step
    part.parts = tuple(_planted(prometheus, child, inner, nodes) for child in parts_below(node))
    return part


def _evaluation_interval(prometheus: Prometheus) -> timedelta:
    """What a subquery without a step takes for one."""
    found = re.search(r"evaluation_interval: (\S+)", prometheus.data("status/config")["yaml"])
    return timedelta(seconds=seconds(found[1]) if found else 60)


def _in_one(prometheus: Prometheus, expr: str, at: float) -> Part:
    """A query that Prometheus can read and the parser here cannot, as a single part."""
    part = Part(expr, expr, "a query", "instant vector", at)
    try:
        part.answer = prometheus.ask(expr, at)
        part.type = _TYPES.get(part.answer.kind, "instant vector")  # type: ignore[assignment]
        part.count = len(part.answer.samples) if part.type == "instant vector" else None
    except Refused as refusal:
        part.refused = _words(refusal)
    part.notes.append("It has a syntax that is too new to be taken apart here: it is one part.")
    return part


def _fill(prometheus: Prometheus, end: float, node: Node, part: Part) -> None:
    """Ask for what a part answers. end: what `@ end()` means."""
    expr = _pinned(part.expr, end)
    is_range = part.type == "range vector"
    asked = f"last_over_time({_pinned(text(node), end)})" if is_range else expr
    try:
        part.answer = prometheus.ask(asked, part.at)
        if part.type in ("instant vector", "range vector"):
            part.count = len(part.answer.samples)
        if is_range and part.count:
            part.in_window = _in_window(prometheus, _pinned(text(node), end), part.at)
    except Refused as refusal:
        part.refused = _words(refusal)
        if refusal.kind == "too expensive":
            part.count = _only_count(prometheus, asked, part.at)
            part.refused = part.refused if part.count is None else ""


def _in_window(prometheus: Prometheus, expr: str, at: float) -> tuple[int, int] | None:
    """The least and the most samples that a series has in a window."""
    try:
        counts = prometheus.ask(f"count_over_time({expr})", at).series.values()
    except Refused:  # two metrics whose series have the same labels
        return None
    return int(min(counts)), int(max(counts))


def _only_count(prometheus: Prometheus, expr: str, at: float) -> int | None:
    """How many series there are, where they are too many to be told."""
    try:
        return int(next(iter(prometheus.ask(f"count({expr})", at).series.values()), 0))
    except Refused:
        return None


def _pinned(expr: str, end: float) -> str:
    """PromQL with the instant itself in the place of `start()` and `end()`."""
    return _ENDS.sub(lambda found: found[1] or f"@ {end:.3f}", expr)


def _words(refusal: Refused) -> str:
    """What Prometheus says, without the query, which is beside it anyway.

    Of two sides that do not pair up it names series as they come; which ones is told elsewhere.
    """
    said = str(refusal).partition("\n\n")[0]
    return f"Prometheus says: {said.rpartition('];')[2]}" if "];" in said else said


def _reason(prometheus: Prometheus, end: float, node: Node, part: Part) -> None:
    """Say why a part is empty."""
    if not part.is_empty:
        return
    if any(below.is_empty for below in part.parts) and _needs_all(node, part):
        part.because = Reason("empty below", _which_side(node, part))
    elif any(below.refused for below in part.parts):
        part.because = Reason("refused below", "Prometheus does not answer what is below.")
    else:
        part.because = why_empty(prometheus, promql.parse(_pinned(text(node), end)), part.at)


def _needs_all(node: Node, part: Part) -> bool:
    """Whether nothing below means nothing here."""
    if not isinstance(node, promql.BinaryExpr):
        return not (isinstance(node, promql.Call) and node.func.name.startswith("absent"))
    if str(node.op) == "or":
        return all(below.is_empty for below in part.parts)
    return str(node.op) != "unless" or part.parts[0].is_empty


def _which_side(node: Node, part: Part) -> str:
    if not isinstance(node, promql.BinaryExpr) or len(part.parts) < 2:
        return "What is below is empty."
    left, right = (below.is_empty for below in part.parts)
    which = "both sides are" if left and right else f"the {'left' if left else 'right'} side is"
    return f"{which[0].upper()}{which[1:]} empty."
