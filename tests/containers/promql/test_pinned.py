"""A query that is nailed to a moment answers now what it answered then."""

from collections.abc import Iterator

import pytest

from lab_helpers.promql.durations import seconds_since_1970
from lab_helpers.promql.pinned import pinned
from lab_helpers.services.prometheus import PrometheusContainer

THEN = seconds_since_1970("2026-03-05 12:00")
QUERIES = (
    "shop_build_info",
    "sum by (route) (rate(shop_http_requests_total[5m] offset 1d))",
    "topk(2, max_over_time(sum by (instance) (rate(shop_http_requests_total[5m]))[6h:10m]))",
    "rate(shop_http_requests_total[1h]) * on (instance) group_left (version) shop_build_info",
    'up{job="shop"} unless on (instance) shop_http_requests_total{method="PUT"}',
)


@pytest.fixture(scope="module")
def prometheus() -> Iterator[PrometheusContainer]:
    with PrometheusContainer(history=True) as server:
        yield server


@pytest.mark.parametrize("expr", QUERIES)
def test_it_answers_the_same(prometheus: PrometheusContainer, expr: str) -> None:
    then = prometheus.query(expr, at=THEN).drop(columns="timestamp")
    assert not then.empty
    now = prometheus.query(pinned(expr, THEN)).drop(columns="timestamp")
    columns = sorted(then.columns)
    order = columns[:-1] if columns[-1] == "value" else columns
    assert now[columns].sort_values(order).to_dict("list") == (
        then[columns].sort_values(order).to_dict("list")
    )
