"""The report of a week: from the call to a page and a PDF."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator

from lab_helpers.report import Report, past
from tests.benchmarks.figure import Figure

GOAL = 10.0  # seconds


def a_week() -> Iterator[Figure]:
    """Both weeks of history are in the cache; Prometheus has to start."""
    with past.week_of_history():
        pass
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with past.week_of_history() as prometheus:
            Report.of(prometheus, past.WEEK).write(folder)
        seconds = time.perf_counter() - began
    name = "the report of a week, as a page and a PDF"
    yield Figure(name, f"{seconds:.1f} s", f"< {GOAL:.0f} s", seconds < GOAL)
