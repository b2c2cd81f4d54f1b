"""The week of history: from the call to a Prometheus that answers a question about it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

from lab_helpers import PrometheusContainer, history
from lab_helpers.history import backfill
from tests.benchmarks.figure import Figure

FROM_NOTHING, FROM_CACHE = 12.0, 2.0  # seconds


def the_week(*, from_nothing: bool = True) -> Iterator[Figure]:
    """3.02 M samples made and loaded, unless that is left out; then loaded from the cache."""
    with ExitStack() as undone:
        if from_nothing:
            empty = undone.enter_context(tempfile.TemporaryDirectory())
            undone.enter_context(patch.object(backfill, "CACHE", Path(empty)))
            yield _loaded("nothing", FROM_NOTHING)
        yield _loaded("cache", FROM_CACHE)


def _loaded(source: str, goal: float) -> Figure:
    seconds = until_answered()
    name, value = f"week of history from {source}", f"{seconds:.2f} s"
    return Figure(name, value, f"≤ {goal:.0f} s", seconds <= goal)


def until_answered() -> float:
    """Seconds from the call to the answer to a query on the end of the week."""
    began = time.perf_counter()
    with PrometheusContainer(history=True) as server:
        answer = server.query("count(up)", at=history.END)
        seconds = time.perf_counter() - began
    assert answer.value.tolist() == [8], answer
    return seconds
