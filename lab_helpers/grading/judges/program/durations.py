"""A histogram of durations, held against the requests that were timed."""

import math
from dataclasses import dataclass
from itertools import pairwise

from lab_helpers.grading.judges.program.exposition import Labels, Series
from lab_helpers.grading.judges.program.found import Found
from lab_helpers.grading.judges.program.look import Look
from lab_helpers.grading.judges.program.naming import typed_as


@dataclass(frozen=True)
class Durations:
    """A histogram without labels, of the seconds that every request took.

    objective: a bound that must be there, in seconds.
    shortest, longest: what quantiles must be known for, within a factor of two: seconds.
    most: how many bounds there may be, +Inf left out.
    """

    name: str
    objective: float
    shortest: float
    longest: float
    most: int

    def hold(self, look: Look) -> None:
        """Hold the page to it. Raises Found."""
        typed_as(look.page, self.name, "histogram", look.asked)
        parts = look.page.of(self.name)
        if more := {n for part in parts.values() for key in part for n, _ in key} - {"le"}:
            raise Found(
                "label too many", f"{self.name} has a label {more.pop()}; none is asked for."
            )
        count, total = (parts[self.name + end].get(frozenset(), 0) for end in ("_count", "_sum"))
        if look.requests:
            self._hold_count(count, look)
            self._hold_sum(total, look)
        elif count:
            raise Found("counted at start", f"{self.name}_count is {count:g} before any request.")
        self._hold_bounds(parts[self.name + "_bucket"], count)

    def _hold_count(self, count: float, look: Look) -> None:
        sent = len(look.requests)
        says = f"{self.name}_count is {count:g}; {sent} requests were answered"
        if not count:
            raise Found("not counted", f"{says}.")
        if look.failed and count == sent - look.failed:
            raise Found("failures not counted", f"{says}, {look.failed} of them with an error.")
        if count == 2 * sent:
            raise Found("counted twice", f"{says}.")
        if count != sent:
            raise Found("wrong value", f"{says}.")

    def _hold_sum(self, total: float, look: Look) -> None:
        least, most = sum(request.seconds for request in look.requests), sum(look.took)
        says = (
            f"{self.name}_sum is {total:.3g}; the requests took {least:.2g} to {most:.2g} seconds"
        )
        for factor in (1000, 1_000_000):
            if least * 0.9 < total / factor < most * 1.1:
                raise Found("off by a unit", f"{says}: a factor of {factor:,}.")
        if total < 0.9 * least:
            raise Found("measured too little", f"{says}. When does your clock start and stop?")
        if total > 1.1 * most:
            raise Found("measured too much", f"{says}. What does your clock measure?")

    def _hold_bounds(self, buckets: Series, count: float) -> None:
        by_bound = {_bound(key): value for key, value in buckets.items()}
        bounds = sorted(bound for bound in by_bound if math.isfinite(bound))
        if not bounds:
            raise Found("no buckets", f"{self.name} has no bucket but +Inf.")
        if any(by_bound[low] > by_bound[high] for low, high in pairwise(bounds)):
            said = f"{self.name}_bucket falls as the bounds rise; each counts all that is below."
            raise Found("not cumulative", said)
        if count and not by_bound[bounds[-1]]:
            raise Found(
                "all in +Inf",
                f"All {count:g} requests are beyond your last bound, {bounds[-1]:g}: in which unit "
                "is it, and in which is what you observe?",
            )
        if count and by_bound[bounds[0]] == count:
            raise Found(
                "all in one bucket",
                f"All {count:g} requests are within your first bound, {bounds[0]:g}: no quantile "
                "can be told from that.",
            )
        if self.objective not in bounds:
            raise Found(
                "objective no bound",
                f"The bounds are {_list(bounds)}: how many were within {self.objective:g} s has to "
                "be guessed.",
            )
        if len(bounds) > self.most:
            raise Found(
                "too many buckets",
                f"{len(bounds)} bounds: each is a series more. {self.most} are enough.",
            )
        if bounds[-1] < self.longest or bounds[0] > self.shortest:
            raise Found(
                "range not covered",
                f"The bounds go from {bounds[0]:g} to {bounds[-1]:g} s, the requests from "
                f"{self.shortest:g} to {self.longest:g} s.",
            )
        for low, high in pairwise(bounds):
            if high / low > 2.001 and high > self.shortest and low < self.longest:
                raise Found(
                    "bucket too wide",
                    f"From {low:g} to {high:g} s is one bucket: a quantile in it may be off by a "
                    f"factor of {high / low:.3g}.",
                )


def _bound(labels: Labels) -> float:
    try:
        return float(dict(labels)["le"])
    except (KeyError, ValueError):
        return math.nan


def _list(bounds: list[float]) -> str:
    return ", ".join(f"{bound:g}" for bound in bounds)
