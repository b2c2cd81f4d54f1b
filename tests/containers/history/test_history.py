"""A Prometheus that starts on the week of history: what happened in it is there to be asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from lab_helpers import PrometheusContainer, history
from lab_helpers.errors import ServiceFailed
from lab_helpers.history import backfill
from lab_helpers.setup import engine
from lab_helpers.setup.images import image_for

EVENTS = history.EVENTS
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def prometheus() -> Iterator[PrometheusContainer]:
    server = PrometheusContainer(history=True)
    with server:
        yield server


def value(prometheus: PrometheusContainer, expr: str, at: datetime) -> float:
    """The one value that `expr` has at that instant."""
    answer = prometheus.query(expr, at=at)
    assert len(answer) == 1, f"{len(answer)} series, not one, for {expr}"
    return float(answer.value.iloc[0])


def test_300_series_from_first_to_last(prometheus: PrometheusContainer) -> None:
    everything = 'count({__name__=~".+"})'
    assert value(prometheus, everything, history.START + MINUTE) == 300
    assert value(prometheus, everything, history.END) == 300
    assert prometheus.query(everything, at=history.START).empty


@pytest.mark.parametrize(
    ("expr", "at", "expected"),
    [
        ("sum(increase(nginx_http_requests_total[1d]))", history.END, 560_829.4649061848),
        ("sum(rate(shop_http_requests_total[5m]))", EVENTS["release"], 9.441666666666666),
        (
            "topk(1, sum by (product) (increase(shop_orders_total[1d])))",
            history.END,
            7_871.466296038916,
        ),
    ],
)
def test_pinned_answers(
    prometheus: PrometheusContainer, expr: str, at: datetime, expected: float
) -> None:
    assert value(prometheus, expr, at) == pytest.approx(expected, rel=1e-9)


def test_release(prometheus: PrometheusContainer) -> None:
    versions = "count by (version) (shop_build_info)"
    for at, version in ((EVENTS["release"], "1.8.2"), (EVENTS["release"] + 10 * MINUTE, "1.9.0")):
        answer = prometheus.query(versions, at=at)
        assert answer[["version", "value"]].values.tolist() == [[version, 3]]
    slow = (
        "histogram_quantile(0.95, sum by (le) (rate("
        'shop_http_request_duration_seconds_bucket{route="/checkout"}[1d])))'
    )
    before = value(prometheus, slow, EVENTS["release"])
    after = value(prometheus, slow, EVENTS["release"] + timedelta(days=1))
    assert after > 1.3 * before


def test_outage(prometheus: PrometheusContainer) -> None:
    start, lost = EVENTS["outage_start"], EVENTS["machine_lost"]
    up, alive = 'up{job="mysql"}', "mysql_up"
    assert [value(prometheus, what, start) for what in (up, alive)] == [1, 1]
    assert [value(prometheus, what, lost) for what in (up, alive)] == [1, 0]
    assert value(prometheus, up, lost + 10 * MINUTE) == 0
    assert prometheus.query(alive, at=lost + 10 * MINUTE).empty
    assert value(prometheus, "absent(mysql_up)", lost + 10 * MINUTE) == 1
    over = EVENTS["outage_end"] + MINUTE
    assert [value(prometheus, what, over) for what in (up, alive)] == [1, 1]
    failing = 'sum by (route) (increase(shop_http_requests_total{status=~"5.."}[10m])) > 1'
    answer = prometheus.query(failing, at=lost + 10 * MINUTE)
    assert answer.route.tolist() == ["/", "/cart", "/checkout", "/products"]


def test_counter_reset(prometheus: PrometheusContainer) -> None:
    at = EVENTS["restart"] + 30 * MINUTE
    counter = 'shop_http_requests_total{method="GET",route="/",status="200"}'
    answer = prometheus.query(f"resets({counter}[1h])", at=at)
    assert dict(zip(answer.instance, answer.value, strict=True)) == {
        "web-1:8000": 0,
        "web-2:8000": 1,
        "web-3:8000": 0,
    }
    assert prometheus.query(f"rate({counter}[1h])", at=at).value.min() > 0


def test_leak(prometheus: PrometheusContainer) -> None:
    slope = "deriv(process_resident_memory_bytes[4d]) * 86400 / 2^20"
    answer = prometheus.query(slope, at=history.END)
    by_instance = dict(zip(answer.instance, answer.value, strict=True))
    assert 40 < by_instance.pop("web-3:8000") < 65
    assert all(abs(mib_a_day) < 1 for mib_a_day in by_instance.values())


def test_gap(prometheus: PrometheusContainer) -> None:
    at = EVENTS["gap_start"] + 8 * MINUTE
    assert prometheus.query('up{job="shop"}', at=at).instance.tolist() == [
        "web-2:8000",
        "web-3:8000",
    ]
    counted = "count_over_time(up{instance='web-1:8000'}[1h])"
    assert value(prometheus, counted, EVENTS["gap_start"] + 30 * MINUTE) == 60 - 12


def test_its_own_scrapes_do_not_change_the_week(prometheus: PrometheusContainer) -> None:
    jobs = prometheus.query("count by (job) (up)", at=history.END).job.tolist()
    assert jobs == ["apache", "memcached", "mysql", "nginx", "node", "shop"]


def test_blocks_are_left_as_they_are(prometheus: PrometheusContainer) -> None:
    flags = prometheus.run("cat", "/proc/1/cmdline").split("\0")
    assert set(history.FLAGS) <= set(flags)
    listed = prometheus.run("promtool", "tsdb", "list", "/prometheus").splitlines()
    samples = [int(line.split()[4]) for line in listed[1:]]
    assert len(samples) == 10  # blocks of 18 hours
    assert round(sum(samples) / 1e6, 2) == 3.02


def test_text_that_promtool_refuses_is_quoted_and_leaves_no_container() -> None:
    mine = {"label": f"{engine.OWNER_LABEL}={engine.owner()}"}
    before = {found["Id"] for found in engine.client().api.containers(all=True, filters=mine)}
    with pytest.raises(ServiceFailed, match=r"promtool in .* ended with 1") as refusal:
        backfill._block(b"this is no sample\n# EOF\n", image_for("prometheus"))
    assert "invalid syntax" in str(refusal.value)
    after = {found["Id"] for found in engine.client().api.containers(all=True, filters=mine)}
    assert after == before
