"""The week minute by minute: spans of it, and how to ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from lab_helpers.report.figures import REQUESTS, Asked
from lab_helpers.report.weeks import Week

STEP = timedelta(minutes=1)


@dataclass(frozen=True)
class Span:
    """From one instant (UTC) to another."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    def touches(self, other: Span) -> bool:
        """Whether they have an instant in common."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Minutes:
    """A week of a Prometheus, or its beginning, to be asked minute by minute."""

    prometheus: Asked
    week: Week
    until: datetime
    scrape: timedelta
    """The time between two scrapes of the shop."""

    @classmethod
    def of(cls, prometheus: Asked, week: Week, until: datetime) -> Minutes | None:
        """Find out how often the shop was scraped; None if it was not at all."""
        span = (until - week.start) // timedelta(seconds=1)
        scrapes = f"count_over_time({REQUESTS}[10m])"
        most = prometheus.query(f"max(max_over_time({scrapes}[{span}s:5m]))", at=until)
        if most.empty:
            return None
        return cls(prometheus, week, until, timedelta(minutes=10) / most["value"].iloc[0])

    @property
    def window(self) -> str:
        """A range that has what happened within a minute: a minute, and one scrape before it."""
        return f"[{(STEP + self.scrape) / timedelta(milliseconds=1):.0f}ms]"

    @property
    def expected(self) -> pd.DatetimeIndex:
        """The ends of all minutes."""
        return pd.date_range(self.week.start + STEP, self.until, freq=STEP)

    def ask(self, expr: str) -> pd.DataFrame:
        """The values of PromQL at the end of each minute, a column a series; NaN is no value."""
        answer = self.prometheus.query_range(expr, self.week.start + STEP, self.until, step=STEP)
        return answer.reindex(self.expected)


def spans(when: pd.Series, least: int = 1, calm: int = 0, lead: timedelta = STEP) -> Iterator[Span]:
    """The spans in which something holds.

    when: whether it holds, by the end of each minute, without a hole.
    least: of so many minutes; shorter ones are left out.
    calm: two spans with so many minutes between them, or fewer, are one.
    lead: how long before the first of its minutes ended a span began.
    """
    ends = list(when.index[when])
    while ends:
        first = last = ends.pop(0)
        while ends and ends[0] - last <= (calm + 1) * STEP:
            last = ends.pop(0)
        if last - first >= (least - 1) * STEP:
            yield Span((first - lead).to_pydatetime(), last.to_pydatetime())
