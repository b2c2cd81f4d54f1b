"""What is true of the two weeks of history: counted from the story, without any Prometheus."""

from __future__ import annotations

import numpy as np

from lab_helpers import history
from lab_helpers.history.fortnight import fortnight
from lab_helpers.history.series import Series

BOTH = fortnight(1)
WEEK, BEFORE = slice(history.SAMPLES, None), slice(1, history.SAMPLES)


def find(name: str, **labels: str) -> list[Series]:
    return [one for one in BOTH if one.name == name and labels.items() <= one.labels.items()]


def grown(when: slice, name: str, status: str = "", **labels: str) -> float:
    """How much those counters grew in a span of minutes; at a restart they begin anew."""
    total = 0.0
    for one in find(name, **labels):
        if one.labels.get("status", "").startswith(status):
            steps = np.diff(one.values, prepend=one.values[0])
            total += np.where(steps < 0, one.values, steps)[when].sum() / 10**one.decimals
    return float(total)


def quantile(when: slice, q: float, **labels: str) -> float:
    """A quantile as `histogram_quantile` estimates it: on a straight line within its bucket."""
    metric = "shop_http_request_duration_seconds_bucket"
    bounds = sorted({float(one.labels["le"]) for one in find(metric)})
    counts = [
        sum(
            np.diff(one.values, prepend=one.values[0]).clip(min=0)[when].sum()
            for one in find(metric, **labels)
            if float(one.labels["le"]) == bound
        )
        for bound in bounds
    ]
    at = next(n for n, count in enumerate(counts) if count >= q * counts[-1])
    low, below = (bounds[at - 1], counts[at - 1]) if at else (0.0, 0.0)
    return float(low + (bounds[at] - low) * (q * counts[-1] - below) / (counts[at] - below))
