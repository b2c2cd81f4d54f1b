"""A week of the shop in numbers, asked of Prometheus."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import pandas as pd

from lab_helpers.errors import WorkshopError
from lab_helpers.report.weeks import Week

AVAILABILITY = 0.999
"""What the shop promises: this share of all requests does not fail (with a status of 5xx)."""
LATENCY = 0.90
"""And this share is answered within LIMIT."""
LIMIT = 0.1
"""Seconds; one of the bounds of the shop's histogram, so that the share is exact."""

REQUESTS = "shop_http_requests_total"
FAILED = 'shop_http_requests_total{status=~"5.."}'
DURATION = "shop_http_request_duration_seconds"
QUICK = f'{DURATION}_bucket{{le="{LIMIT}"}}'


class Asked(Protocol):
    """Whoever answers PromQL with frames: a PromQLClient, a PrometheusContainer."""

    @property
    def url(self) -> str: ...
    def query(self, expr: str, at: Any = None) -> pd.DataFrame: ...
    def query_range(
        self, expr: str, start: Any = None, end: Any = None, last: Any = "1h", step: Any = None
    ) -> pd.DataFrame: ...
    def raw(self, path: str, **params: Any) -> Any: ...


@dataclass(frozen=True)
class Figures:
    """The numbers of one week, or of its beginning."""

    week: Week
    until: datetime
    """Where the numbers end: the week's end, or an earlier instant."""
    orders: float
    sales: float
    """In euros."""
    p50: float
    p95: float
    """Quantiles of the time that a request takes, in seconds: estimates from a histogram."""
    hourly: pd.DataFrame
    """A row a whole hour, by its beginning (UTC): how many requests there were, failed and quick.

    NaN is an hour of which there are no samples.
    """
    pages: pd.DataFrame
    """A row a page, the slowest first: requests, failed, quick, p50, p95; by route."""
    watched: float
    """The share of its minutes of which Prometheus has samples of the shop."""

    @property
    def can_be_drawn(self) -> bool:
        """Whether there is an hour to be drawn."""
        return bool((self.hourly["requests"] > 0).any())

    @property
    def requests(self) -> float:
        """How many requests were answered."""
        return float(self.pages["requests"].sum())

    @property
    def failed(self) -> float:
        """How many of them failed."""
        return float(self.pages["failed"].sum())

    @property
    def available(self) -> float:
        """The share of requests that did not fail."""
        return 1 - self.failed / self.requests

    @property
    def quick(self) -> float:
        """The share of requests that were answered within LIMIT."""
        return float(self.pages["quick"].sum()) / self.requests

    @property
    def budget_used(self) -> float:
        """The failed requests, as a share of those that AVAILABILITY allows."""
        return self.failed / ((1 - AVAILABILITY) * self.requests)


def ask(prometheus: Asked, week: Week, until: datetime, watched: float) -> Figures:
    """Ask for the numbers of a week, from its start to `until`.

    watched: the share of its minutes of which there are samples.

    Raises:
        WorkshopError: the shop had no visitors, or no histogram of the time that pages take.
    """
    window = f"[{(until - week.start) // timedelta(seconds=1)}s]"

    def total(metric: str, by: str = "") -> Any:
        answer = prometheus.query(f"sum{by} (increase({metric}{window}))", at=until)
        return _by_route(answer) if by else float(answer["value"].sum())

    def quantile(q: float, by: str = "le") -> pd.DataFrame:
        rates = f"sum by ({by}) (rate({DURATION}_bucket{window}))"
        return prometheus.query(f"histogram_quantile({q}, {rates})", at=until)

    if prometheus.query(f"present_over_time({QUICK}{window})", at=until).empty:
        raise WorkshopError(
            f"The Prometheus at {prometheus.url} has {REQUESTS} in week {week.number}, but no "
            f"{QUICK}: the report needs both."
        )
    columns = {"requests": REQUESTS, "failed": FAILED, "quick": QUICK}
    pages = pd.DataFrame({name: total(of, " by (route)") for name, of in columns.items()})
    pages = pages.fillna({"failed": 0.0, "quick": 0.0})
    for q in (50, 95):
        pages[f"p{q}"] = _by_route(quantile(q / 100, "le, route"))
    pages = pages[pages["requests"] > 0].sort_values("p95", ascending=False)
    if pages.empty:
        raise WorkshopError(f"Nobody visited the shop in week {week.number}, {week}.")
    return Figures(
        week,
        until,
        orders=total("shop_order_value_euros_count"),
        sales=total("shop_order_value_euros_sum"),
        p50=float(quantile(0.5)["value"].iloc[0]),
        p95=float(quantile(0.95)["value"].iloc[0]),
        hourly=_hourly(prometheus, week, until, columns),
        pages=pages,
        watched=watched,
    )


def _by_route(answer: pd.DataFrame) -> pd.Series:
    """The values of an answer by route; none where it has no series."""
    return pd.Series(dtype="float64") if answer.empty else answer.set_index("route")["value"]


def _hourly(
    prometheus: Asked, week: Week, until: datetime, columns: dict[str, str]
) -> pd.DataFrame:
    """What `Figures.hourly` says."""
    hour = timedelta(hours=1)
    last = week.start + (until - week.start) // hour * hour
    hours = pd.date_range(week.start, last - hour, freq="h", name="hour")
    found = pd.DataFrame(index=hours, columns=list(columns), dtype="float64")
    for name, metric in columns.items():
        if len(hours):
            answer = prometheus.query_range(
                f"sum(increase({metric}[1h]))", week.start + hour, last, step=hour
            )
            if answer.shape[1]:
                found[name] = answer.iloc[:, 0].set_axis(answer.index - hour).reindex(hours)
    there = found["requests"].notna()
    found.loc[there] = found.loc[there].fillna(0.0)
    return found
