"""A query taken apart: what each of its parts is, what it answers, and where the nothing begins."""

from lab_helpers.promql.explain.explanation import Explanation
from lab_helpers.promql.explain.parts import Part
from lab_helpers.promql.explain.taking_apart import explain

__all__ = ["Explanation", "Part", "explain"]
