"""The Prometheus with both weeks, and the report of the second one."""

from collections.abc import Iterator

import pytest

from lab_helpers.report import Report, past
from lab_helpers.services.prometheus import PrometheusContainer


@pytest.fixture(scope="session")
def prometheus() -> Iterator[PrometheusContainer]:
    with past.week_of_history() as server:
        yield server


@pytest.fixture(scope="session")
def report(prometheus: PrometheusContainer) -> Report:
    return Report.of(prometheus, past.WEEK, past.SOURCE)
