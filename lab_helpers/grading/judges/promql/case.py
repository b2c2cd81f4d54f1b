"""An answer that is not right, with all that a diagnosis may look at."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from lab_helpers.grading.exercise import Verdict
from lab_helpers.history import STEP
from lab_helpers.promql.explain.asking import Answer, Labels, Prometheus, Refused
from lab_helpers.promql.explain.tree import Node, bare, is_filter, parsed, selectors, text

#: What a diagnosis says, where it has something to say.
Finding = Verdict | None


@dataclass(frozen=True)
class Case:
    """A wrong answer beside the reference.

    found, wanted: what the two answered, at each of the instants `at` (Unix seconds).
    step: seconds from one scrape to the next.
    """

    expr: str
    reference: str
    at: tuple[float, ...]
    found: tuple[Answer, ...]
    wanted: tuple[Answer, ...]
    tolerance: float
    prometheus: Prometheus
    step: float = STEP

    @cached_property
    def tree(self) -> Node | None:
        """The answer's tree."""
        return parsed(self.expr)

    @cached_property
    def right_tree(self) -> Node:
        """The reference's tree."""
        return parsed(self.reference)

    def unfiltered(self) -> "Case | None":
        """The same without the comparison around both the answer and the reference.

        What passes a filter says little about what is wrong with it. None if not both have one, or
        if what they compare is the same.
        """
        inner, right = _compared(self.tree), _compared(self.right_tree)
        if not (inner and right):
            return None
        try:
            found, wanted = (
                tuple(self.prometheus.ask(expr, at) for at in self.at) for expr in (inner, right)
            )
        except Refused:
            return None
        case = replace(self, expr=inner, reference=right, found=found, wanted=wanted)
        return None if case.is_right(inner) else case

    def changed(self, expr: str) -> "Case | None":
        """The same with another answer; None if Prometheus refuses that."""
        try:
            found = tuple(self.prometheus.ask(expr, at) for at in self.at)
        except Refused:
            return None
        return replace(self, expr=expr, found=found)

    def is_right(self, expr: str) -> bool:
        """Whether another expression answers as the reference does."""
        return self._answers(expr, self.wanted)

    def is_same(self, expr: str) -> bool:
        """Whether another expression answers as the learner's does."""
        return self._answers(expr, self.found)

    def _answers(self, expr: str, asked: Sequence[Answer]) -> bool:
        try:
            return all(
                same(self.prometheus.ask(expr, at), answer, self.tolerance)
                for at, answer in zip(self.at, asked, strict=True)
            )
        except Refused:
            return False


def _compared(tree: Node | None) -> str | None:
    """What a comparison with a number filters; None if the tree is none."""
    node = bare(tree)
    if not is_filter(node):
        return None
    sides = [side for side in (node.lhs, node.rhs) if selectors(side)]
    return text(sides[0]) if len(sides) == 1 else None


def same(one: Answer, other: Answer, tolerance: float) -> bool:
    """Whether two answers have the same series with the same values."""
    return (
        one.kind == other.kind
        and one.series.keys() == other.series.keys()
        and not differing(one, other, tolerance)
    )


def differing(one: Answer, other: Answer, tolerance: float) -> list[Labels]:
    """The series of both answers whose values differ; NaN is equal to NaN."""
    sizes = [abs(value) for value in other.series.values() if math.isfinite(value)]
    least = 1e-12 * max(sizes, default=0) or 1e-12  # what rounding leaves of 1 - 1
    return [
        labels
        for labels, value in other.series.items()
        if labels in one.series and not close(one.series[labels], value, tolerance, least)
    ]


def close(one: float, other: float, tolerance: float, least: float = 0) -> bool:
    """Whether two values are the same within a relative tolerance; NaN is the same as NaN."""
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=tolerance, abs_tol=least)
