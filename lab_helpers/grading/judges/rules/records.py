"""A recording rule is right if it records the right values under a name that says what they are."""

import re
from dataclasses import dataclass, field

from lab_helpers.errors import WorkshopError
from lab_helpers.grading.bench import WEEK, Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.grading.judges.promql import SameAnswer
from lab_helpers.grading.judges.rules.rule_file import Rule, read_rules
from lab_helpers.promql.durations import seconds


@dataclass(frozen=True)
class Records:
    """Judges one recording rule.

    name: the right one, level:metric:operations. reference: a right expression, compared with the
    learner's at the instants `at`.
    """

    name: str
    reference: str
    at: tuple[str, ...]
    services: Services = field(default_factory=lambda: WEEK)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Compare its values on the week of history, then read its name."""
        file = read_rules(answer, bench)
        if isinstance(file, Verdict):
            return file
        if any(rule.is_alert for rule in file.rules):
            return missed(
                "alert, not record",
                "There is an alert in it. A rule that stores a series has `record` in that place.",
            )
        if len(file.rules) != 1:
            return missed(
                "not one rule", f"One recording rule is asked for; here are {len(file.rules)}."
            )
        (rule,) = file.rules
        if rule.labels:
            return missed(
                "label too many",
                f"The rule gives its series further labels: {', '.join(rule.labels)}. None are "
                "asked for.",
            )
        values = SameAnswer(self.reference, self.at).judge(rule.expr, bench)
        return values if not values.solved else self._named(rule)

    def _named(self, rule: Rule) -> Verdict:
        level, metric, operation = self.name.split(":")
        parts = rule.name.split(":")
        right = "The values are right. Now the name: "
        if len(parts) != 3:
            return missed(
                "no level:metric:operations",
                f"{right}{rule.name} is not level:metric:operations, three parts with colons "
                "between them.",
            )
        if set(parts[0].split("_")) != set(level.split("_")):
            return missed(
                "level is not the labels",
                f"{right}the level says which labels the series have. {parts[0]!r} says something "
                "else than the labels that are left.",
            )
        if parts[1] == f"{metric}_total":
            return missed(
                "total kept",
                f"{right}{parts[1]} says that it is a total. After a rate it is none any more.",
            )
        if parts[1] != metric:
            return missed(
                "metric renamed",
                f"{right}the middle part is the name of the metric that it was made from, as it "
                f"is. {parts[1]!r} cannot be found again.",
            )
        if not parts[2].endswith(operation):
            if _told(parts[2]) == _told(operation):
                return missed(
                    "operations do not fit",
                    f"{right}{parts[2]!r} says what was done, but the convention writes "
                    f"`{operation}`.",
                )
            return missed(
                "operations do not fit",
                f"{right}the last part says what was done, and with which window. {parts[2]!r} "
                "does not say that.",
            )
        return solved(f"Whoever reads {rule.name} knows what it holds.")


def _told(operation: str) -> tuple[str, float]:
    """The function and the seconds of its window that the last part of a name tells of."""
    function, _, window = re.sub(r"_?(\d)", r" \1", operation, count=1).partition(" ")
    try:
        return function.removeprefix("sum_"), seconds(window)
    except WorkshopError:
        return function, 0.0
