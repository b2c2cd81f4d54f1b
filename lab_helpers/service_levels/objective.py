"""What is promised: an objective, the budget of failures that it leaves, how fast that burns."""

from dataclasses import dataclass
from datetime import timedelta

from lab_helpers.errors import WorkshopError
from lab_helpers.promql.durations import Duration, seconds


@dataclass(frozen=True)
class Objective:
    """So many percent of all events are good, over so many days.

    Raises:
        WorkshopError: nobody can keep such a promise, or there is nothing to be kept.
    """

    percent: float
    days: float = 30

    def __post_init__(self) -> None:
        if self.percent == 100:
            raise WorkshopError(
                "An objective of 100 % leaves no budget: one failure breaks it, and no burn rate "
                "can be told, because nothing can be divided by 0. Promise a little less."
            )
        if not 0 < self.percent < 100:
            raise WorkshopError(
                f"{self.percent:g} % is no objective: it is the share of good events, more than 0 "
                "and less than 100, such as 99.5."
            )
        if not self.days > 0:
            raise WorkshopError(f"An objective holds for some days, such as 30, not {self.days:g}.")

    @property
    def budget(self) -> float:
        """The share of events that may fail: 0.005 for 99.5 %."""
        return round(1 - self.percent / 100, 10)

    @property
    def outage(self) -> timedelta:
        """How long everything may fail, if there is the same traffic at all times."""
        return timedelta(days=self.days * self.budget)

    def burn_rate(self, spent: float, window: Duration) -> float:
        """How many times as fast as allowed the budget burns, of which a window spends a share.

        spent: of the whole budget, such as 0.02. window: such as "1h".
        """
        return spent * self.days * 86_400 / self._within(window)

    def spent(self, burn_rate: float, window: Duration) -> float:
        """The share of the whole budget that such a burn rate spends in a window."""
        return burn_rate * self._within(window) / (self.days * 86_400)

    def threshold(self, burn_rate: float) -> float:
        """The share of failed events at which the budget burns so fast."""
        return burn_rate * self.budget

    def _within(self, window: Duration) -> float:
        length = seconds(window)
        if not 0 < length <= self.days * 86_400:
            raise WorkshopError(
                f"A window is longer than nothing and at most as long as the objective holds, "
                f"{self.days:g} days; {window} is not."
            )
        return length


SHOP = Objective(99.5)
"""What the shop promises its visitors: 99.5 % of their requests do not fail, in 30 days."""
