"""A seeded week of the shop, for a Prometheus that has a past at minute zero.

    prometheus = PrometheusContainer(history=True)
    prometheus.query("sum(rate(shop_http_requests_total[5m]))", at=history.EVENTS["release"])

Another seed makes another week: `EVENTS` is the calendar of seed 1 alone; what other seeds draw is
in `lab_helpers.history.troubles`. With ``week_before=True`` one more week precedes it, in which
nothing happens: for comparisons.

It is always the same calendar week, so that a query at a pinned instant of it has the same answer
on every machine and every day. Each target is scraped at its own second of the minute, as by a real
Prometheus; no sample lies on a full minute, where Prometheus 2 and 3 count a range differently.
"""

from lab_helpers.history.backfill import blocks
from lab_helpers.history.week import END, EVENTS, MEMORY_LIMIT, SAMPLES, SERIES, START, STEP

FLAGS = (
    "--storage.tsdb.retention.time=100y",  # the week is no rubbish, however old it is
    "--storage.tsdb.min-block-duration=2h",  # both together: blocks are left as they are
    "--storage.tsdb.max-block-duration=2h",
)
"""Flags of a Prometheus that keeps the week."""

__all__ = [
    "END",
    "EVENTS",
    "FLAGS",
    "MEMORY_LIMIT",
    "SAMPLES",
    "SERIES",
    "START",
    "STEP",
    "blocks",
]
