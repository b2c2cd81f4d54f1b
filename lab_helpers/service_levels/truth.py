"""What really happened in a week: its troubles, and how much of the budget each of them spent.

When something begins and ends is in the calendar (`history.troubles`). What it cost is counted in
the requests of the story itself, before Prometheus sees them: nothing is estimated.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import numpy as np

from lab_helpers.history.story import Chance, Ints, replicas
from lab_helpers.history.troubles import course, troubles
from lab_helpers.history.week import START, STEP
from lab_helpers.service_levels.objective import Objective

WORTH = 0.02
"""The share of the budget from which on a trouble is worth an alert."""

_WEEK = 7.0


@dataclass(frozen=True)
class Event:
    """A time in which visitors were let down (UTC).

    requests, failed: how many there were, and failed. spent: the share of the budget that these
    failures are.
    """

    what: str
    start: datetime
    end: datetime
    requests: int
    failed: int
    spent: float

    @property
    def is_worth_it(self) -> bool:
        """Whether somebody should be told."""
        return self.spent >= WORTH


@dataclass(frozen=True)
class Truth:
    """A seed's week, minute by minute: how many requests there were, and how many of them failed.

    What the shop itself got wrong (a status of 5xx) is a failure.
    """

    seed: int
    requests: Ints
    failed: Ints

    @classmethod
    @cache
    def of(cls, seed: int) -> "Truth":
        """The truth about the week of a seed."""
        shop = replicas(Chance(seed), course(seed))
        failed = [
            count
            for replica in shop
            for (_, _, status), count in replica.requests.items()
            if status.startswith("5")
        ]
        requests = np.asarray(sum(replica.total() for replica in shop))
        return cls(seed, requests, np.asarray(sum(failed)))

    def allowed(self, objective: Objective) -> float:
        """How many requests may fail while the objective holds, if all weeks are like this one."""
        return float(self.requests.sum()) * objective.days / _WEEK * objective.budget

    def spent(self, objective: Objective, start: datetime, end: datetime) -> float:
        """The share of the budget that was spent between two instants (UTC)."""
        return float(self.failed[_minutes(start, end)].sum()) / self.allowed(objective)

    def events(self, objective: Objective) -> list[Event]:
        """The troubles of the week, in order."""
        found = []
        for trouble in troubles(self.seed):
            when = trouble.when
            start, end = (START + timedelta(seconds=STEP * m) for m in (when.start, when.stop))
            requests, failed = int(self.requests[when].sum()), int(self.failed[when].sum())
            spent = failed / self.allowed(objective)
            found.append(Event(trouble.what, start, end, requests, failed, spent))
        return found


def _minutes(start: datetime, end: datetime) -> slice:
    """The minutes of the week that lie, in part at least, between two instants."""
    first, last = ((at - START) / timedelta(seconds=STEP) for at in (start, end))
    return slice(max(0, int(first)), max(0, -int(-last // 1)))
