"""The week of history, for rules to be evaluated over."""

from collections.abc import Iterator

import pytest

from lab_helpers.history import END, START
from lab_helpers.service_levels import Replay
from lab_helpers.services.prometheus import PrometheusContainer


@pytest.fixture(scope="session")
def replay() -> Iterator[Replay]:
    """Evaluates rules over the week."""
    with PrometheusContainer("global: {scrape_interval: 1m}\n", history=True) as prometheus:
        yield Replay(prometheus, START, END)
