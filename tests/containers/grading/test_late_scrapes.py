"""A right answer is right also where a scrape came too late, as any may on a busy machine."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lab_helpers import Lab, PrometheusContainer, StaticPageContainer
from lab_helpers.grading import Bench, catalogue, check
from lab_helpers.grading.judges.series import SameSeries, Series
from lab_helpers.services.base import Service
from lab_helpers.waiting import wait_until

PAGE = "# TYPE orders_total counter\norders_total 12\n"
CONFIG = """\
scrape_configs:
  - job_name: shelf
    scrape_interval: 1s
    metrics_path: /metrics.txt
    static_configs: [{targets: ["shelf:8000"]}]
"""


@contextmanager
def standing_still(service: Service, missed: Callable[[], object]) -> Iterator[None]:
    """Have a service miss a scrape; it goes on a second after that was seen."""
    service.pause()
    goes_on = threading.Timer(1, service.unpause)
    try:
        wait_until(missed, "a scrape has failed")
    finally:
        goes_on.start()
    try:
        yield
    finally:
        goes_on.join()


def test_a_target_that_was_late_is_asked_again() -> None:
    shelf = StaticPageContainer(PAGE, "/metrics.txt", name="shelf")
    prometheus = PrometheusContainer(CONFIG)
    orders = Series("orders_total", job="shelf", instance="shelf:8000")
    judge = SameSeries((orders,), {}, at_home={"orders_total": 1})
    with Lab(shelf, prometheus, name="late-scrapes") as lab:
        lab.wait_until(lambda: prometheus.query("up == 1").size, "the shelf is up")
        with standing_still(shelf, lambda: prometheus.query("up == 0").size):
            verdict = judge._verdict({orders}, prometheus)
    assert verdict.solved, verdict.message


def test_a_prediction_waits_for_a_scrape_that_brought_the_page(bench: Bench) -> None:
    exercise = catalogue.exercise("01.1")
    bench.start(exercise.judge.services)
    scraper = bench["scraper"]
    wait_until(lambda: scraper.query("up == 1").size, "the scale is up")
    with standing_still(bench["scales-north"], lambda: scraper.query("up == 0").size):
        assert check(exercise, exercise.solution, bench).solved


@pytest.fixture
def bench() -> Iterator[Bench]:
    with Bench(name="late-scrapes") as bench:
        yield bench
