"""Why a selector finds nothing: its name, or which of its matchers."""

import re
from datetime import UTC, datetime

import promql_parser as promql

from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.promql.asking import Prometheus, Refused
from lab_helpers.grading.judges.promql.case import did_you_mean, listed
from lab_helpers.grading.judges.promql.rewriting import time_of
from lab_helpers.grading.judges.promql.tree import Node, metric, named, text, written

_PATTERN = re.compile(r"[.*+?|\[\]^$\\()]")


def explain_selector(prometheus: Prometheus, selector: Node, at: float) -> Verdict:
    """Say why a selector finds nothing at an instant."""
    name, time = metric(selector), time_of(selector)
    when = f"At {datetime.fromtimestamp(at, UTC):%H:%M on %A %d %B}"
    known = prometheus.metric_names()
    if name and name not in known:
        hint = did_you_mean(name, known)
        return missed("no such metric", f"There is no metric `{name[:80]}`.{hint}")
    if name and not _values(prometheus, "job", named(name) + time, at):
        return missed(
            "not there then",
            f"{when} `{name}{time}` has no samples at all: nobody can compare or sum up what is "
            "not there.",
        )
    matchers = [m for m in selector.matchers.matchers if m.name != "__name__"]
    for matcher in matchers:
        others = [written(m) for m in matchers if m is not matcher]
        if values := _values(prometheus, matcher.name, _selector(selector, others), at):
            return _explain_matcher(prometheus, selector, matcher, others, values, at)
    return missed(
        "empty selector",
        f"{when} `{text(selector)}` finds nothing"
        + (", and leaving one of its matchers out does not help." if matchers else "."),
    )


def _explain_matcher(
    prometheus: Prometheus,
    selector: Node,
    matcher: promql.Matcher,
    others: list[str],
    values: list[str],
    at: float,
) -> Verdict:
    """Say why no series passes a matcher.

    others: the rest of the matchers. values: those that the label has among what they let through.
    """

    def finds(pattern: str) -> bool:
        instead = promql.Matcher(promql.MatchOp.Re, matcher.name, pattern)
        looser = _selector(selector, [*others, written(instead)])
        return bool(_values(prometheus, matcher.name, looser, at))

    shown = written(matcher)
    if values == [""]:
        return missed(
            "no such label",
            f"The series of `{_selector(selector, others)}` have no label `{matcher.name}`.",
        )
    looks_like_pattern = matcher.op == promql.MatchOp.Equal and _PATTERN.search(matcher.value)
    if looks_like_pattern and finds(matcher.value):
        return missed(
            "pattern with =",
            f"`{shown}` finds nothing: `=` compares plain text, letter by letter, and "
            f"{matcher.value!r} looks like a pattern.",
        )
    if matcher.op == promql.MatchOp.Re and finds(f".*(?:{matcher.value}).*"):
        return missed(
            "anchored pattern",
            f"`{shown}` finds nothing: a pattern must fit the whole value, from its first to "
            f"its last letter. The label has {listed(values)}.",
        )
    return missed(
        "empty selector",
        f"In `{text(selector)}` it is `{shown}` that leaves nothing over. There the label has "
        f"{listed(values)}.",
    )


def _values(prometheus: Prometheus, label: str, selector: str, at: float) -> list[str]:
    try:
        return prometheus.values(label, selector, at)
    except Refused:  # there is nothing left but what fits empty text too
        return []


def _selector(selector: Node, matchers: list[str]) -> str:
    """The same selector with other matchers, as PromQL."""
    name = metric(selector)
    is_plain = not name or named(name) == name
    inside = matchers if is_plain else [named(name)[1:-1], *matchers]
    braces = f"{{{', '.join(inside)}}}" if inside or not name else ""
    return (name if is_plain else "") + braces + time_of(selector)
