"""PromQL, judged by what it answers: on the week of history, or on a lab that runs."""

from lab_helpers.grading.judges.promql.live_answer import LiveAnswer
from lab_helpers.grading.judges.promql.same_answer import Misreading, SameAnswer

__all__ = ["LiveAnswer", "Misreading", "SameAnswer"]
