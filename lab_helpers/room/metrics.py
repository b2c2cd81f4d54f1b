"""The room's record as metrics, with names and labels as chapter 04 teaches them.

A learner's name is a label here. That is all right, as a room has 300 learners at most, and each
has four series; on the public's web shop, whose visitors have no end, it would be an unbounded
label. The exercises are the checkout's, the names of mistakes those of its judges
(`grading.diagnoses`), and `record.MOST_MISTAKES` an exercise: 300 learners who mean ill make
5,000 series at most.
"""

from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from lab_helpers.room.record import Record

#: Why something was refused: a label has its values from here alone.
REASONS = ("token", "name", "full", "secret", "rate", "shape", "exercise", "path")


class RoomCollector(Collector):
    """Reads the record anew for each scrape: there is one truth, and it survives a restart.

    record: of the room.
    """

    def __init__(self, record: Record) -> None:
        self.record = record
        self.refused: Counter[str] = Counter({reason: 0 for reason in REASONS})

    def collect(self) -> Iterator[Metric]:
        """Yield every metric with its samples."""
        yield from self._of_the_room()
        yield from self._of_learners()

    def text(self) -> bytes:
        """All of it as the page that Prometheus reads."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)

    def _of_the_room(self) -> Iterator[Metric]:
        checks = CounterMetricFamily(
            "room_checks", "Answers that were checked.", labels=["exercise", "outcome"]
        )
        for exercise, outcome, count in self.record.checks():
            checks.add_metric([exercise, outcome], count)
        yield checks
        mistakes = CounterMetricFamily(
            "room_wrong_answers", "Wrong answers, by their mistake.",
            labels=["exercise", "diagnosis"],
        )  # fmt: skip
        for exercise, diagnosis, count in self.record.mistakes():
            mistakes.add_metric([exercise, diagnosis], count)
        yield mistakes
        refused = CounterMetricFamily(
            "room_refused_requests", "Requests that the room refused, since it started.",
            labels=["reason"],
        )  # fmt: skip
        for reason in REASONS:
            refused.add_metric([reason], self.refused[reason])
        yield refused

    def _of_learners(self) -> Iterator[Metric]:
        learners = self.record.learners()
        yield GaugeMetricFamily("room_learners", "Learners who joined.", value=len(learners))
        checks = CounterMetricFamily(
            "room_learner_checks", "Answers that a learner had checked.",
            labels=["learner", "outcome"],
        )  # fmt: skip
        missed = GaugeMetricFamily(
            "room_learner_missed",
            "Wrong answers in a row to the exercise where a learner is; 0: it is solved.",
            labels=["learner", "exercise"],
        )
        seen = GaugeMetricFamily(
            "room_learner_last_check_timestamp_seconds", "When a learner's last check was told.",
            labels=["learner"],
        )  # fmt: skip
        for learner in learners:
            for outcome, count in learner.checks.items():
                checks.add_metric([learner.name, outcome], count)
            if learner.exercise:
                missed.add_metric([learner.name, learner.exercise], learner.missed)
                seen.add_metric([learner.name], learner.seen)
        yield from (checks, missed, seen)
