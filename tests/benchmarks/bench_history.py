"""The week of history: from the call to a Prometheus that answers a question about it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lab_helpers import PrometheusContainer, history
from lab_helpers.history import backfill
from tests.benchmarks.figure import Figure

FROM_NOTHING, FROM_CACHE = 12.0, 2.0  # seconds


def figures() -> Iterator[Figure]:
    """3.02 M samples made and loaded; then loaded from the cache that this left."""
    kept = backfill.CACHE
    with tempfile.TemporaryDirectory() as empty:
        backfill.CACHE = Path(empty)
        try:
            for name, goal in (("nothing", FROM_NOTHING), ("cache", FROM_CACHE)):
                seconds = until_answered()
                yield Figure(
                    f"week of history from {name}",
                    f"{seconds:.2f} s",
                    f"≤ {goal:.0f} s",
                    seconds <= goal,
                )
        finally:
            backfill.CACHE = kept


def until_answered() -> float:
    """Seconds from the call to the answer to a query on the end of the week."""
    began = time.perf_counter()
    with PrometheusContainer(history=True) as server:
        answer = server.query("count(up)", at=history.END)
        seconds = time.perf_counter() - began
    assert answer.value.tolist() == [8], answer
    return seconds
