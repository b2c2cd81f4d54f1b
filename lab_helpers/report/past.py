"""A Prometheus with the week of history, and the week before it, for as long as a report takes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from lab_helpers import history
from lab_helpers.progress import Progress
from lab_helpers.report.weeks import Week
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.setup import engine

WEEK = Week(history.START)
SOURCE = "a Prometheus with the workshop's history, whose visitors are made up,"


@contextmanager
def week_of_history() -> Iterator[PrometheusContainer]:
    """Start it, alone and without targets; remove it in the end.

    Raises:
        EngineUnavailable, ImageUnavailable, ServiceFailed: it cannot be had.
    """
    quiet = "global:\n  scrape_interval: 1m\n"
    with Progress() as progress, ThreadPoolExecutor(1) as pool:
        swept = pool.submit(engine.sweep)  # what earlier runs left behind
        progress.say("starting a Prometheus with two weeks of the shop")
        server = PrometheusContainer(quiet, history=True, week_before=True, name="history")
        try:
            server.start()
            swept.result()
            progress.clear()
            yield server
        finally:
            server.stop()
