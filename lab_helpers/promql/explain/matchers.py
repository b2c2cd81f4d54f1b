"""Why a selector finds nothing: its name, one of its matchers, or the time."""

import re

import promql_parser as promql

from lab_helpers.promql.explain.asking import Prometheus, Refused
from lab_helpers.promql.explain.tree import Node, metric, named, seen_at, text, time_of, written
from lab_helpers.promql.explain.words import Reason, did_you_mean, listed, moment

_PATTERN = re.compile(r"[.*+?|\[\]^$\\()]")
_DAY = 86_400


def why_no_series(prometheus: Prometheus, selector: Node, at: float) -> Reason:
    """Say why a selector finds nothing at an instant."""
    name = metric(selector)
    known = prometheus.metric_names()
    if name and name not in known:
        hint = did_you_mean(name, known)
        return Reason("no such metric", f"There is no metric `{name[:80]}`.{hint}")
    if _is_known(prometheus, selector) or (
        name and not _values(prometheus, "job", named(name) + time_of(selector), at)
    ):
        return _not_there(prometheus, selector, at)
    matchers = [m for m in selector.matchers.matchers if _is_condition(m)]
    for matcher in matchers:
        others = [written(m) for m in matchers if m is not matcher]
        if values := _values_besides(prometheus, selector, matcher, others, at):
            return _why_no_match(prometheus, selector, matcher, others, values, at)
    return Reason(
        "empty selector",
        f"At {moment(at)} `{text(selector)}` finds nothing"
        + (", and leaving one of its matchers out does not help." if matchers else "."),
    )


def _is_condition(matcher: Node) -> bool:
    return matcher.name != "__name__" or matcher.op != promql.MatchOp.Equal


def _is_known(prometheus: Prometheus, selector: Node) -> bool:
    """Whether a selector finds series at any time at all."""
    matchers = [written(m) for m in selector.matchers.matchers if _is_condition(m)]
    try:
        found = prometheus.data("series", {"match[]": _selector(selector, matchers, "")})
    except Refused:
        return False
    return bool(found)


def _not_there(prometheus: Prometheus, selector: Node, at: float) -> Reason:
    """Say when series have their samples, which have none at an instant."""
    seen = seen_at(selector, at)
    bare = text(selector).removesuffix(time_of(selector))
    before, after = _last_before(prometheus, bare, seen), _first_after(prometheus, bare, seen)
    told = [f"the last one before is of {moment(before)}"] if before else []
    told += [f"the next one comes at {moment(after)}"] if after else []
    when = f": {', '.join(told)}." if told else ", nor within a day of it."
    return Reason(
        "not there then",
        f"At {moment(seen)} `{bare}` has no samples at all{when} Nobody can compare or sum up what "
        "is not there.",
    )


# A step of the lookback's length sees the newest sample of each span, and leaves none out.
_STAMPS = "_over_time(timestamp({})[1d:5m])"


def _last_before(prometheus: Prometheus, selector: str, at: float) -> float | None:
    """When the last sample was, in the day before; Unix seconds."""
    stamps = _numbers(prometheus, f"max(max{_STAMPS.format(selector)})", at)
    return next((stamp for stamp in stamps if stamp <= at), None)


def _first_after(prometheus: Prometheus, selector: str, at: float) -> float | None:
    """When the first sample is, in the day after; Unix seconds."""
    newest = _numbers(prometheus, f"min(min{_STAMPS.format(selector)}) > {at}", at + _DAY)
    for stamp in newest:  # the first lies in the same five minutes
        try:
            found = prometheus.data("query", {"query": f"{selector}[5m]", "time": f"{stamp:.3f}"})
        except Refused:
            return stamp
        return min(one.get("values", one.get("histograms"))[0][0] for one in found["result"])
    return None


def _numbers(prometheus: Prometheus, expr: str, at: float) -> list[float]:
    try:
        return list(prometheus.ask(expr, at).series.values())
    except Refused:
        return []


def _values_besides(
    prometheus: Prometheus, selector: Node, matcher: Node, others: list[str], at: float
) -> list[str]:
    """The values that a matcher's label has among the series that the other matchers let pass."""
    if not (others or metric(selector)):
        return prometheus.metric_names() if matcher.name == "__name__" else []
    return _values(prometheus, matcher.name, _selector(selector, others), at)


def _why_no_match(
    prometheus: Prometheus,
    selector: Node,
    matcher: Node,
    others: list[str],
    values: list[str],
    at: float,
) -> Reason:
    """Say why no series passes a matcher.

    others: the rest of the matchers. values: those that the label has among what they let through.
    """

    def finds(pattern: str) -> bool:
        instead = promql.Matcher(promql.MatchOp.Re, matcher.name, pattern)
        looser = _selector(selector, [*others, written(instead)])
        return bool(_values(prometheus, matcher.name, looser, at))

    shown = written(matcher)
    if values == [""]:
        return Reason(
            "no such label",
            f"The series of `{_selector(selector, others)}` have no label `{matcher.name}`.",
        )
    looks_like_pattern = matcher.op == promql.MatchOp.Equal and _PATTERN.search(matcher.value)
    if looks_like_pattern and finds(matcher.value):
        return Reason(
            "pattern with =",
            f"`{shown}` finds nothing: `=` compares plain text, letter by letter, and "
            f"{matcher.value!r} looks like a pattern.",
        )
    if matcher.op == promql.MatchOp.Re and finds(f".*(?:{matcher.value}).*"):
        return Reason(
            "anchored pattern",
            f"`{shown}` finds nothing: a pattern must fit the whole value, from its first to "
            f"its last letter. The label has {listed(values)}.",
        )
    return Reason(
        "empty selector",
        f"In `{text(selector)}` no series passes `{shown}`. There the label has "
        f"{listed(values)}.{did_you_mean(matcher.value, values)}",
    )


def _values(prometheus: Prometheus, label: str, selector: str, at: float) -> list[str]:
    try:
        return prometheus.values(label, selector, at)
    except Refused:  # there is nothing left but what fits empty text too
        return []


def _selector(selector: Node, matchers: list[str], time: str | None = None) -> str:
    """The same selector with other matchers, as PromQL; `time` instead of its own."""
    name = metric(selector)
    is_plain = not name or named(name) == name
    inside = matchers if is_plain else [named(name)[1:-1], *matchers]
    braces = f"{{{', '.join(inside)}}}" if inside or not name else ""
    return (name if is_plain else "") + braces + (time_of(selector) if time is None else time)
