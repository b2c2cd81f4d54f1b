"""A page as large as those that people bring: a hundred panels, 32 of them open, on a week.

Alone: `python -m tests.benchmarks.run preview`
"""

import io
import time
from collections.abc import Iterator
from typing import Any

from lab_helpers.preview.asked import Asked
from lab_helpers.preview.page import drawn
from lab_helpers.services.prometheus import PrometheusContainer
from tests.benchmarks.figure import Figure

OPEN, HIDDEN = 32, 70
QUERIES = (
    "sum by (route) (rate(shop_http_requests_total[$__rate_interval]))",
    "histogram_quantile(0.9, sum by (le, route) "
    "(rate(shop_http_request_duration_seconds_bucket[$__rate_interval])))",
    "sum by (instance) (rate(shop_http_requests_total[$__rate_interval]))",
    "sum by (product) (rate(shop_orders_total[$__rate_interval]))",
)


def board(shown: int) -> dict[str, Any]:
    """A dashboard of old: graphs, filled, and a collapsed row with most of them."""
    graphs = [
        {
            "type": "graph", "title": f"Graph {n}", "fill": 2, "lines": True, "linewidth": 1,
            "legend": {"show": True, "values": True, "avg": True, "alignAsTable": True},
            "gridPos": {"x": 12 * (n % 2), "y": 8 * (n // 2), "w": 12, "h": 8},
            "targets": [{"refId": "A", "expr": QUERIES[n % len(QUERIES)]}],
        }
        for n in range(shown + HIDDEN)
    ]  # fmt: skip
    row = {"type": "row", "title": "More", "collapsed": True, "panels": graphs[shown:],
           "gridPos": {"x": 0, "y": 4 * shown, "w": 24, "h": 1}}  # fmt: skip
    return {"title": "Many", "schemaVersion": 26, "panels": [*graphs[:shown], row]}


def a_large_dashboard(*, shown: int = OPEN) -> Iterator[Figure]:
    """How long a large page takes, its picture included, and how much of that is not waiting."""
    with PrometheusContainer(history=True) as prometheus:
        prometheus.query("up")  # what loads with the first question is not the page's
        begun = time.monotonic()
        asked = Asked.of(
            board(shown), prometheus, last="6h", until="2026-03-05", scrape_interval="1m"
        )
        asked.outcomes(asked.model["panels"][:shown])
        waited = time.monotonic() - begun
        begun = time.monotonic()
        page = drawn(asked)
        page.figure.savefig(io.BytesIO(), format="png")
        took = time.monotonic() - begun
    own = took - waited
    yield Figure(
        f"preview of {shown} open panels of a hundred", f"{took:.1f} s", "≤ 6 s", took <= 6
    )
    yield Figure("  of it not spent waiting for Prometheus", f"{own:.1f} s", "≤ 3 s", own <= 3)
