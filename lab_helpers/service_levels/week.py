"""A week of history, over which rules are evaluated and held against what really happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from lab_helpers.history.week import END, START
from lab_helpers.service_levels.objective import SHOP, Objective
from lab_helpers.service_levels.replay import Replay
from lab_helpers.service_levels.score import Score, held_against
from lab_helpers.service_levels.truth import Truth
from lab_helpers.services.prometheus import PrometheusContainer

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class Week:
    """A week of history in a Prometheus, and the truth about it.

    prometheus: one that was started with ``history=seed``.
    """

    prometheus: PrometheusContainer
    seed: int = 1
    objective: Objective = SHOP

    @cached_property
    def replay(self) -> Replay:
        """Evaluates rules over the week; see `Replay.__call__` for what it raises."""
        return Replay(self.prometheus, START, END)

    @property
    def truth(self) -> Truth:
        """What really happened."""
        return Truth.of(self.seed)

    @property
    def events(self) -> pd.DataFrame:
        """What happened, a row an event; `spent` is in percent of the budget."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "what": event.what,
                    "start": event.start,
                    "minutes": (event.end - event.start) // timedelta(minutes=1),
                    "requests": event.requests,
                    "failed": event.failed,
                    "spent (%)": round(100 * event.spent, 2),
                    "worth an alert": event.is_worth_it,
                }
                for event in self.truth.events(self.objective)
            ]
        )

    def alerts(self, rules: str) -> pd.DataFrame:
        """The alerts of a rules file, a row an alert, each with what it was about."""
        import pandas as pd

        rows = []
        for alert in self.replay(rules):
            about = [
                event.what
                for event in self.truth.events(self.objective)
                if event.is_worth_it and event.start <= alert.begin < event.end
            ]
            minutes = (alert.end - alert.begin) / timedelta(minutes=1)
            rows.append(
                (alert.name, alert.severity, alert.begin, minutes, about[0] if about else "nothing")
            )
        return pd.DataFrame(rows, columns=["alert", "severity", "begin", "minutes", "about"])

    def score(self, rules: str) -> Score:
        """Evaluate a rules file over the week, and hold its alerts against what happened."""
        return held_against(self.replay(rules), self.truth, self.objective)
