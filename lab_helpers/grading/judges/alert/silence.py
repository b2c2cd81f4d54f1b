"""Why an alert is silent: what in its expression finds nothing."""

import promql_parser as promql

from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.alert.case import Case, Finding, Incident
from lab_helpers.grading.judges.alert.week import FIRST, LAST, Watched, shown
from lab_helpers.grading.judges.promql.case import Case as Query
from lab_helpers.grading.judges.promql.emptiness import empty_answer
from lab_helpers.promql.explain.asking import Answer, Refused
from lab_helpers.promql.explain.tree import bare, is_comparison, parsed, selectors, text

#: Diagnoses of an empty answer that are no mistake in an alert: most of the time it is to be empty.
_AS_IT_SHOULD = ("nothing passes", "nothing absent", "empty", "all excluded")


def why_empty(case: Case, watched: Watched, incident: Incident) -> Finding:
    """What in an expression finds nothing, neither before an incident nor in it."""
    begin = incident.spell.begin
    found = None
    for at in ((begin + incident.end.timestamp()) / 2, begin - 600):
        query = Query(
            expr=watched.rule.expr,
            reference="",
            at=(at,),
            found=(Answer("vector", {}),),
            wanted=(Answer("vector", {frozenset(): 1.0}),),
            tolerance=0.0,
            prometheus=case.prometheus,
        )
        found = empty_answer(query)
        if found is None or found.diagnosis in _AS_IT_SHOULD:
            return None
    return found


def never_true(case: Case, watched: Watched) -> Verdict:
    """The verdict on a comparison that nothing ever passes."""
    never = f"Its condition never holds in the whole week, not even in {case.incidents[0].what}."
    tree = bare(parsed(watched.rule.expr))
    if is_comparison(tree):
        counted, bound = bare(tree.lhs), text(bare(tree.rhs))
        is_count = isinstance(counted, promql.AggregateExpr) and str(counted.op) == "count"
        if is_count and bound in ("0", "1"):
            return missed(
                "count of nothing",
                f"{never} `count` counts series: of none it makes no 0, but nothing at all, and a "
                "comparison with nothing is nothing.",
            )
        span = f"(({text(tree.lhs)})[{int(LAST - FIRST)}s:1m])"
        try:
            most = case.prometheus.ask(f"max(max_over_time{span})", LAST).series.values()
            least = case.prometheus.ask(f"min(min_over_time{span})", LAST).series.values()
        except Refused:
            return missed("never true", never)
        for low, high in zip(least, most, strict=False):
            return missed(
                "never true",
                f"{never} What it compares is between {low:.3g} and {high:.3g} all week.",
            )
    return missed("never true", never)


def series_gone(case: Case, watched: Watched, incident: Incident, at: float) -> Finding:
    """A selector that has found something before the incident, and finds nothing in its midst."""
    if (tree := parsed(watched.rule.expr)) is None or at >= incident.end.timestamp():
        return None
    for selector in dict.fromkeys(map(text, selectors(tree))):
        before, then = (
            _is_there(case, selector, moment) for moment in (incident.spell.begin - 600, at)
        )
        if before and not then:
            return missed(
                "series gone",
                f"At {shown(at)}, in the midst of {incident.what}, `{selector}` has no series any "
                "more. A comparison with nothing is nothing: no alert. What can be asked of a "
                "series that is not there?",
            )
    return None


def _is_there(case: Case, selector: str, at: float) -> bool:
    try:
        return bool(case.prometheus.ask(f"count({selector})", at).series)
    except Refused:
        return False
