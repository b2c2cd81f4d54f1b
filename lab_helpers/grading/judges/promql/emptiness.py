"""An answer that is empty, in whole or in part, where it should not be."""

from datetime import timedelta

import promql_parser as promql

from lab_helpers.grading.exercise import missed
from lab_helpers.grading.judges.promql.case import Case, Finding
from lab_helpers.promql.explain.emptiness import OF_TWO, innermost_empty, is_empty, why_empty
from lab_helpers.promql.explain.matchers import why_no_series
from lab_helpers.promql.explain.tree import calls, ranged, selectors, text


def empty_answer(case: Case) -> Finding:
    """Nothing at all at an instant at which there should be something."""
    for at, one, other in zip(case.at, case.found, case.wanted, strict=True):
        if not one.series and other.series:
            node = case.tree and innermost_empty(case.prometheus, case.tree, at)
            if node is None:
                return missed("empty", "It answers nothing: ask its parts one by one.")
            return missed(*why_empty(case.prometheus, node, at))
    return None


def empty_part(case: Case) -> Finding:
    """A selector that finds nothing, in an answer that is not empty, such as one with `or`."""
    if case.tree is None:
        return None
    known = {text(selector) for selector in selectors(case.right_tree)}
    for selector in selectors(case.tree):
        for at in case.at:
            if text(selector) not in known and is_empty(case.prometheus, selector, at):
                reason = why_no_series(case.prometheus, selector, at)
                if reason.name != "not there then":
                    return missed(*reason)
    return None


def short_window(case: Case) -> Finding:
    """A window that holds two samples of some series only, or only at some instants."""
    if case.tree is None:
        return None
    for call in calls(case.tree, OF_TWO):
        span = ranged(call)
        if span is not None and span.range < timedelta(seconds=2 * case.step):
            expr = f"count_over_time({text(span)}) < 2"
            for at in case.at:
                if not is_empty(case.prometheus, promql.parse(expr), at):
                    return missed(
                        "window too short",
                        f"`{text(call)}` needs two samples at least in its window. The shop is "
                        f"scraped every {case.step:g} s: how many fit in there?",
                    )
    return None
