"""What Prometheus refuses to answer, and why, in the learner's terms."""

import re

import promql_parser as promql

from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.promql.functions import about_experiment, about_name, foreign
from lab_helpers.promql.explain.asking import Refused
from lab_helpers.promql.explain.tree import bare, parsed

_RATE_AFTER_SUM = re.compile(
    r"\b(rate|irate|increase)\s*\(\s*\(*\s*(sum|avg|min|max|count|topk|bottomk)\b", re.IGNORECASE
)

_NEEDS_FUNCTION = (
    "range without function",
    "A selector with `[…]` gives all samples of a span of time. A function such as `rate` or one "
    "that ends in `_over_time` has to make one number of them for each series first.",
)

_UNKNOWN = re.compile(r'unknown function with name "(\w+)"')

#: Characters of a line that are shown.
_WIDEST = 300

# By what the server says; the first that is found.
_REFUSALS = (
    (
        r"expected type range vector",
        "range missing",
        "That function works on the samples of a span of time: the selector in it wants a "
        "duration in brackets behind it, such as `[5m]`.",
    ),
    (r"expected type instant vector.*got range vector", *_NEEDS_FUNCTION),
    (r"must contain only scalar and instant vector", *_NEEDS_FUNCTION),
    (
        r"must be explicit \(group_left",
        "group_left missing",
        "On one side of the operator several series belong to one of the other side. Which side "
        "has the many must be said; or sum them up first.",
    ),
    (
        r"duplicate series for the match group|many-to-many",
        "many-to-many join",
        "On both sides of the operator several series have the same values of the labels that are "
        "compared. On one side at least each must be alone: sum, or compare more labels.",
    ),
    (
        r"same labelset",
        "labels collide",
        "Two of the series would have the same labels when the function is done: something that "
        "told them apart is lost. Sum them up first, or keep the label.",
    ),
)


def refused(refusal: Refused, expr: str) -> Verdict:
    """The verdict on what Prometheus refused."""
    said = str(refusal)
    if any(len(line) > _WIDEST for line in said.splitlines()):
        said = said.partition("\n")[0][:_WIDEST]  # the caret would be far out of sight
    if refusal.kind == "too expensive":
        return missed(
            "too expensive",
            f"{said} Ask for fewer series, for less time, or in larger steps: in a subquery the "
            "second duration, as in `[1d:5m]`, says how often.",
        )
    if "ranges only allowed" in said and (sums := _RATE_AFTER_SUM.search(expr)):
        return missed(
            "rate after sum",
            f"`{sums[1]}` has to see each counter by itself, here it is given a `{sums[2]}`: "
            f"which of the two comes first?\n\n{said}",
        )
    if refusal.kind == "query" and (why := foreign(expr) or about_experiment(expr, said)):
        diagnosis, meaning = why
        return missed(diagnosis, f"{meaning}\n\n{said}")
    if found := _UNKNOWN.search(said):
        diagnosis, meaning = about_name(found[1])
        return missed(diagnosis, f"{meaning}\n\n{said}")
    for pattern, diagnosis, meaning in _REFUSALS:
        if re.search(pattern, said):
            return missed(diagnosis, f"{meaning}\n\n{said}")
    return missed("syntax error" if refusal.kind == "query" else "cannot be carried out", said)


def no_vector(expr: str) -> Verdict | None:
    """The verdict on an answer that would be samples of a span of time; it is not even asked."""
    if isinstance(bare(parsed(expr)), promql.MatrixSelector | promql.SubqueryExpr):
        return missed(*_NEEDS_FUNCTION)
    return None
