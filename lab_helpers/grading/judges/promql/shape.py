"""What kind of answer it is, and which labels its series have."""

import math

import promql_parser as promql

from lab_helpers.grading.exercise import missed
from lab_helpers.grading.judges.promql.case import Case, Finding, close
from lab_helpers.grading.judges.promql.functions import renamed
from lab_helpers.promql.explain.asking import Refused
from lab_helpers.promql.explain.tree import below, grouping_labels, strings, text
from lab_helpers.promql.explain.words import did_you_mean, listed


def old_name(case: Case) -> Finding:
    """A function that has another name by now, which the newer of two versions refuses."""
    found = renamed(case.expr)
    return missed(*found) if found else None


def kind(case: Case) -> Finding:
    """A string or a range, a scalar in the place of a vector, or the other way round."""
    found, wanted = case.found[0].kind, case.wanted[0].kind
    if found == wanted:
        return None
    if found == "matrix":
        return missed("range without function", "That is all samples of a span, not one number.")
    if found == "string":
        return missed("text, not series", "That is a text in quotes: it asks for nothing.")
    if found == "scalar":
        return missed(
            "scalar, not vector",
            "That is a bare number (a scalar). What is asked for are series, even if there is "
            "only one: select it, and do without `scalar()`.",
        )
    return missed("vector, not scalar", "Those are series; a bare number (a scalar) is asked for.")


def unknown_label(case: Case) -> Finding:
    """An aggregation or a join by a label that no series has."""
    if case.tree is None:
        return None
    known = case.prometheus.label_names()
    for label in grouping_labels(case.tree):
        if label not in known and label not in strings(case.tree):
            hint = did_you_mean(label.lower(), known)
            return missed("no such label", f"No series has a label `{label[:80]}`.{hint}")
    return None


def idle_grouping(case: Case) -> Finding:
    """An aggregation by a label that none of its own series has, although others have it."""
    for node in below(case.tree) if case.tree else ():
        if not (isinstance(node, promql.AggregateExpr) and node.modifier):
            continue
        if node.modifier.type != promql.AggModifierType.By:
            continue
        try:
            inner = case.prometheus.ask(text(node.expr), case.at[0])
        except Refused:
            continue
        known = inner.label_names()
        idle = set(node.modifier.labels) - known
        if inner.series and idle:
            has = f"it has {listed(known)}" if known else "it has none at all"
            return missed(
                "grouped by what is not there",
                f"What `{node.op}` is given has no label {listed(idle)}; {has}. To group by a "
                "label that is not there is to group by nothing.",
            )
    return None


def labels(case: Case) -> Finding:
    """A label lost, one too many, or another in its place."""
    found = set().union(*(one.label_names() for one in case.found))
    wanted = set().union(*(one.label_names() for one in case.wanted))
    lost, extra = wanted - found, found - wanted
    if not (lost or extra) or not any(one.series for one in case.found):
        return None
    sizes = _sizes(case)
    if lost and extra:
        if _same_values(case):
            return missed(
                "wrong label",
                f"The values are right, but they stand under {listed(extra)}; "
                f"{listed(lost)} is asked for.",
            )
        return missed(
            "wrong label",
            f"{sizes} You tell them apart by {listed(extra)}, and {listed(lost)} is lost.",
        )
    if lost:
        return missed(
            "label lost",
            f"{sizes} Lost on the way: {listed(lost)}. An aggregation keeps the labels that `by` "
            "names, a join those that `on` and `group_left` name.",
        )
    return missed("label too many", f"{sizes} Not asked for, but kept: {listed(extra)}.")


def other_label_values(case: Case) -> Finding:
    """The right values and label names, and yet other series."""
    if all(
        one.series.keys() == other.series.keys()
        for one, other in zip(case.found, case.wanted, strict=True)
    ) or not _same_values(case):
        return None
    for one, other in zip(case.found, case.wanted, strict=True):
        for name in sorted(one.label_names()):
            if odd := one.values_of(name) - other.values_of(name):
                return missed(
                    "wrong label value",
                    f"The values are right, but the label `{name}` says {listed(odd)}: that is "
                    "not what it should say.",
                )
    return missed("wrong label value", "The values are right, but under labels that are swapped.")


def _sizes(case: Case) -> str:
    yours, theirs = len(case.found[0].series), len(case.wanted[0].series)
    if yours == theirs:
        return f"Yours gives {yours} series, as asked."
    return f"Yours gives {yours} series, asked {'is' if theirs == 1 else 'are'} {theirs}."


def _same_values(case: Case) -> bool:
    for one, other in zip(case.found, case.wanted, strict=True):
        mine, theirs = sorted(one.series.values()), sorted(other.series.values())
        if len(mine) != len(theirs) or any(map(math.isnan, mine)):
            return False
        if not all(close(a, b, case.tolerance) for a, b in zip(mine, theirs, strict=True)):
            return False
    return True
