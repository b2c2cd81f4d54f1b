"""Whatever the parser makes of an expression, the judge of PromQL finds its way through it."""

from hypothesis import HealthCheck, given, settings

from lab_helpers.grading import catalogue
from lab_helpers.grading.judges.promql import repairs, structure
from lab_helpers.promql.explain.tree import (
    below,
    calls,
    grouping_labels,
    metric,
    modifier_of,
    named,
    parsed,
    ranged,
    selectors,
    strings,
    text,
    time_of,
    written,
)
from tests.any_promql import OVER_TIME, expressions

REFERENCES = [
    parsed(catalogue.exercise(number).solution) for number in ("02.1", "02.4", "02.5", "02.7")
]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(expressions())
def test_every_tree_is_walked_and_written(expr: str) -> None:
    if (tree := parsed(expr)) is None:
        return
    again = parsed(text(tree))
    assert again is not None and text(again) == text(tree), "what is written is read as the same"
    kinds = [type(node) for node in below(tree)]
    assert kinds == [type(node) for node in below(again)]
    for node in below(tree):
        if hasattr(node, "modifier") and hasattr(node, "lhs"):
            assert isinstance(modifier_of(node), str)
    for selector in selectors(tree):
        matchers = [m for m in selector.matchers.matchers if m.name != "__name__"]
        braces = f"{{{', '.join(map(written, matchers))}}}" if matchers else ""
        name = named(metric(selector)) if metric(selector) else ""
        if name or matchers:
            assert parsed(f"{name}{braces}{time_of(selector)}") is not None
    assert all(ranged(call) is not None for call in calls(tree, set(OVER_TIME)))
    assert all(isinstance(name, str) for name in (*grouping_labels(tree), *strings(tree)))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(expressions())
def test_every_suspicion_and_change_can_be_told(expr: str) -> None:
    if (tree := parsed(expr)) is None:
        return
    for right in REFERENCES:
        for diagnosis, message in structure.suspicions(tree, right):
            assert diagnosis and len(message) > 20
        for diagnosis, message, other in repairs.changes(tree, right):
            assert diagnosis and message and isinstance(other, str)
