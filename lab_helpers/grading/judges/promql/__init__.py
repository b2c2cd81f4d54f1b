"""PromQL, judged by what it answers on the week of history."""

from lab_helpers.grading.judges.promql.same_answer import Misreading, SameAnswer

__all__ = ["Misreading", "SameAnswer"]
