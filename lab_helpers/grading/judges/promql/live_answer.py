"""A PromQL answer is right if it answers as the reference does, on a Prometheus that scrapes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lab_helpers.grading.bench import Bench, Services
from lab_helpers.grading.exercise import Verdict
from lab_helpers.grading.judges.promql.same_answer import Misreading, SameAnswer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.waiting import wait_until

#: Seconds ago at which both are asked: a scrape that was under way then has been stored since.
AGO = 2.0


@dataclass(frozen=True)
class LiveAnswer:
    """Judges PromQL by what it answers on the Prometheus of a lab, at one and the same instant.

    reference: a right answer.
    services: the Prometheus, and what it scrapes.
    until: PromQL that answers something as soon as both can be asked; the reference, if it is "".
        A range in it is to be as wide as the widest that is asked for.
    step: seconds from one scrape to the next.
    server: the name of the Prometheus among the services.
    misreadings, tolerance: as for `SameAnswer`.
    """

    reference: str
    services: Services
    until: str = ""
    step: float = 1.0
    server: str = "prometheus"
    misreadings: Mapping[str, Misreading] = field(default_factory=dict)
    tolerance: float = 1e-6

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Compare with the reference, on the lab's Prometheus."""
        server = bench[self.server]
        at = wait_until(lambda: self._instant(server), "the targets have been scraped long enough")
        same = SameAnswer(self.reference, (at,), self.misreadings, self.tolerance)
        return same.compare(answer, server, self.step)

    def _instant(self, server: PrometheusContainer) -> str:
        """The instant at which to ask; "" as long as there is too little to be asked for."""
        now = float(server.query("time()").value[0])
        at = datetime.fromtimestamp(now - AGO, UTC).isoformat()
        return "" if server.query(self.until or self.reference, at=at).empty else at
