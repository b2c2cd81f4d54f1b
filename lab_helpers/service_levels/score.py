"""How good a design of alerts is: what it caught of what happened, how soon, and for how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from lab_helpers.service_levels.objective import Objective
from lab_helpers.service_levels.replay import Alert
from lab_helpers.service_levels.truth import Event, Truth

TICKET = "ticket"
"""The severity of an alert that can wait until the morning; every other one is a page."""


@dataclass(frozen=True)
class Caught:
    """An event of which somebody was told.

    after: from its beginning until the first alert. reset: from its end until the last of its pages
    was over; where there were only tickets, the last of these. burnt: the share of the budget that
    it had spent before the first alert.
    """

    event: Event
    after: timedelta
    reset: timedelta
    burnt: float


@dataclass(frozen=True)
class Score:
    """Alerts, held against what happened.

    alerts: all of them. right: those that began in an event that is worth it. events: how many of
    these there were. caught: those in which an alert began. An alert from earlier tells nobody.
    """

    alerts: int
    right: int
    events: int
    caught: tuple[Caught, ...]

    @property
    def precision(self) -> float:
        """The share of alerts that were right; NaN without an alert."""
        return self.right / self.alerts if self.alerts else float("nan")

    @property
    def recall(self) -> float:
        """The share of events that were caught."""
        return len(self.caught) / self.events if self.events else float("nan")

    def __add__(self, other: Score) -> Score:
        return Score(
            self.alerts + other.alerts,
            self.right + other.right,
            self.events + other.events,
            self.caught + other.caught,
        )

    @property
    def row(self) -> dict[str, float]:
        """For a table: times in minutes, shares in percent, each the median of what was caught."""

        def middle(values: Iterable[float]) -> float:
            found = list(values)
            return round(median(found), 1) if found else float("nan")

        minute = timedelta(minutes=1)
        return {
            "alerts": self.alerts,
            "precision": round(self.precision, 2),
            "recall": round(self.recall, 2),
            "detected after (min)": middle(each.after / minute for each in self.caught),
            "reset after (min)": middle(each.reset / minute for each in self.caught),
            "burnt before (%)": middle(100 * each.burnt for each in self.caught),
        }


def held_against(alerts: list[Alert], truth: Truth, objective: Objective) -> Score:
    """Hold the alerts of a week against what happened in it."""
    worth = [event for event in truth.events(objective) if event.is_worth_it]
    right, caught = 0, []
    for event in worth:
        own = [alert for alert in alerts if event.start <= alert.begin < event.end]
        right += len(own)
        if own:
            first = min(own).begin
            pages = [alert for alert in own if alert.severity != TICKET]
            over = max(alert.end for alert in pages or own)
            caught.append(
                Caught(
                    event,
                    first - event.start,
                    max(over - event.end, timedelta()),
                    truth.spent(objective, event.start, first),
                )
            )
    return Score(len(alerts), right, len(worth), tuple(caught))


def together(scores: Iterable[Score]) -> Score:
    """The score of several weeks."""
    return sum(scores, Score(0, 0, 0, ()))
