"""Frames of what a real Prometheus answers: native histograms, its remarks, lists of series."""

from collections.abc import Iterator

import numpy as np
import pytest

from lab_helpers.errors import PromQLError
from lab_helpers.promql.answers import PromQLWarning
from lab_helpers.promql.histograms import Histogram, by_bucket
from lab_helpers.services.prometheus import WATCH_ITSELF, PrometheusContainer
from lab_helpers.waiting import wait_until

METRIC = 'prometheus_http_request_duration_seconds{handler="/metrics"}'


@pytest.fixture(scope="module")
def prometheus() -> Iterator[PrometheusContainer]:
    """It scrapes itself, and has its own durations as native histograms.

    A flag asks for them up to 3.7, a line of the configuration from 3.8 on.
    """
    server = PrometheusContainer(flags=["--enable-feature=native-histograms"])
    with server:
        version = server.raw("status/buildinfo")["version"].split(".")
        if tuple(map(int, version[:2])) >= (3, 8):
            server.reload("global: {scrape_native_histograms: true}\n" + WATCH_ITSELF)
        wait_until(
            lambda: server.query(f"histogram_count({METRIC}) > 2").shape[0] == 1,
            "Prometheus has scraped itself three times",
            timeout=30,
        )
        yield server


def test_a_native_histogram_is_what_prometheus_itself_reckons(
    prometheus: PrometheusContainer,
) -> None:
    now = float(prometheus.query("time()").value[0])
    found = prometheus.query(METRIC, at=now).histogram[0]
    assert isinstance(found, Histogram)
    for function, value in {
        f"histogram_count({METRIC})": found.count,
        f"histogram_sum({METRIC})": found.sum,
        f"histogram_fraction(-Inf, +Inf, {METRIC})": found.buckets["count"].sum() / found.count,
    }.items():
        assert prometheus.query(function, at=now).value[0] == pytest.approx(value)
    lower, upper = found.buckets.lower.iloc[0], found.buckets.upper.iloc[-1]
    quantiles = f"histogram_quantile(0, {METRIC}) or histogram_quantile(1, {METRIC})"
    assert lower <= prometheus.query(quantiles, at=now).value[0] <= upper


def test_over_time_each_bucket_is_a_column(prometheus: PrometheusContainer) -> None:
    frame = prometheus.query_range(METRIC, last="2s", step="1s")
    spread = by_bucket(frame.iloc[:, 0])
    counts = prometheus.query_range(
        f"histogram_count({METRIC})", start=frame.index[0], end=frame.index[-1], step="1s"
    )
    np.testing.assert_allclose(spread.sum(axis=1), counts.iloc[:, 0])
    samples = prometheus.query(f"{METRIC}[3s]")
    assert [found.count for found in samples.histogram] == sorted(
        found.count for found in samples.histogram
    )


def test_a_remark_is_shown_once_and_the_answer_kept(prometheus: PrometheusContainer) -> None:
    with pytest.warns(PromQLWarning, match="might not be a counter") as remarks:
        frame = prometheus.query("rate(prometheus_ready[1m])")
    assert len(remarks) == 1
    assert len(frame) == 1


def test_series_are_those_that_a_query_counts(prometheus: PrometheusContainer) -> None:
    selector = '{__name__=~"prometheus_tsdb_.+"}'
    found = prometheus.series(selector, last="1m")
    assert len(found) == prometheus.query(f"count({selector})").value[0]
    assert found.columns[0] == "__name__"
    assert set(found.job) == {"prometheus"}
    assert not found.duplicated().any()
    assert prometheus.series("nothing_of_this_name").empty
    with pytest.raises(PromQLError, match="parse error"):
        prometheus.series("rate(up[1m])")
