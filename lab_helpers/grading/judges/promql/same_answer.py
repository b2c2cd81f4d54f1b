"""A PromQL answer is right if it answers as the reference does."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lab_helpers.errors import WorkshopError
from lab_helpers.grading.bench import WEEK, Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.grading.judges.promql import repairs, shape, structure, values
from lab_helpers.grading.judges.promql.case import Case, Finding, same
from lab_helpers.grading.judges.promql.emptiness import empty_answer, empty_part, short_window
from lab_helpers.grading.judges.promql.refusals import no_vector, refused
from lab_helpers.grading.judges.promql.two_mistakes import two_mistakes
from lab_helpers.history import STEP
from lab_helpers.promql.explain.asking import Prometheus, Refused, prometheus_at
from lab_helpers.services.prometheus import PrometheusContainer

#: In this order they are tried: the most specific and most helpful first.
_DIAGNOSES: tuple[Callable[[Case], Finding], ...] = (
    shape.old_name,
    shape.kind,
    shape.unknown_label,
    empty_answer,
    structure.suspicious,
    shape.idle_grouping,
    shape.labels,
    shape.other_label_values,
    empty_part,
    short_window,
    values.off_by_a_unit,
    values.mirrored,
    repairs.repaired,
    repairs.unfinished,
    values.off_by_a_factor,
    two_mistakes,
    values.wrong_series,
    values.wrong_values,
)

#: What a plausible wrong query shows: the diagnosis, and a message to the learner.
Misreading = tuple[str, str]


@dataclass(frozen=True)
class SameAnswer:
    """Judges PromQL by what it answers: the same series and values as the reference.

    reference: a right answer.
    at: the instants at which both are asked, as 2026-03-04T12:00Z. At each the same series must
        come out.
    misreadings: queries that a plausible misreading of the exercise leads to, and what each shows.
        Only for what is this exercise's own: the mistakes that all make are found without.
    tolerance: how far off a value may be, as a share of the right one.

    The name of the metric does not count, only labels and values.
    """

    reference: str
    at: tuple[str, ...]
    misreadings: Mapping[str, Misreading] = field(default_factory=dict)
    tolerance: float = 1e-6
    services: Services = field(default_factory=lambda: WEEK)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Compare with the reference, on the week of history."""
        return self.compare(answer, bench.week)

    def compare(self, answer: str, server: PrometheusContainer, step: float = STEP) -> Verdict:
        """Compare with the reference, on a Prometheus that scrapes every `step` seconds."""
        at = tuple(datetime.fromisoformat(moment).timestamp() for moment in self.at)
        with prometheus_at(server.url) as prometheus:
            return self._compare(answer, at, prometheus, step)

    def _compare(
        self, answer: str, at: tuple[float, ...], prometheus: Prometheus, step: float
    ) -> Verdict:
        begun = time.monotonic()
        wanted = tuple(prometheus.ask(self.reference, moment) for moment in at)
        prometheus.limit(time.monotonic() - begun)
        if not any(one.series for one in wanted):
            raise WorkshopError(f"The reference itself answers nothing: {self.reference}")
        if verdict := no_vector(answer):
            return verdict
        try:
            found = tuple(prometheus.ask(answer, moment) for moment in at)
        except Refused as refusal:
            return refused(refusal, answer)
        if all(same(*pair, self.tolerance) for pair in zip(found, wanted, strict=True)):
            return solved()
        case = Case(answer, self.reference, at, found, wanted, self.tolerance, prometheus, step)
        for query, misreading in self.misreadings.items():
            if any(one.series for one in found) and case.is_same(query):
                return missed(*misreading)
        case = case.unfiltered() or case
        for diagnose in _DIAGNOSES:
            if finding := diagnose(case):
                return finding
        raise AssertionError("the last of the diagnoses is never silent")
