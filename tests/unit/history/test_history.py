"""The week of history is what it says: consistent, eventful, and the same everywhere."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from datetime import timedelta

import numpy as np

from lab_helpers import history
from lab_helpers.history import backfill
from lab_helpers.history.series import BEFORE, Series
from lab_helpers.history.story import EVENTFUL
from lab_helpers.history.targets import targets, week
from lab_helpers.history.week import minute

DIGESTS = {2: "978f8e14429c"}
"""Beginning of the SHA-256 of seed 1's text, by format: a new text needs a new format."""

WEEK = week(1)
EVENTS = history.EVENTS
RELEASE, RESTART = minute(EVENTS["release"]), minute(EVENTS["restart"])


def find(name: str, **labels: str) -> list[Series]:
    """The series of that name that have these labels; there must be some."""
    found = [one for one in WEEK if one.name == name and labels.items() <= one.labels.items()]
    assert found, f"no series {name}{labels}"
    return found


def total(name: str, **labels: str) -> np.ndarray:
    """Sum over those series at each minute."""
    return np.sum([one.values for one in find(name, **labels)], axis=0)


def growth(name: str, **labels: str) -> np.ndarray:
    """What those counters grew by in each minute but the first, resets left out."""
    steps = [np.diff(one.values) for one in find(name, **labels)]
    return np.sum([np.where(step < 0, 0, step) for step in steps], axis=0)


def resets(one: Series) -> list[int]:
    """The minutes at which a counter is lower than the minute before."""
    return (np.flatnonzero(np.diff(one.values) < 0) + 1).tolist()


def is_counter(one: Series) -> bool:
    stem = "mysql_global_status_"
    return one.name.endswith(("_total", "_count", "_sum", "_bucket")) or one.name in (
        *(stem + rest for rest in ("queries", "slow_queries", "connections")),
        *(stem + rest for rest in ("bytes_received", "bytes_sent")),
        *("nginx_connections_accepted", "nginx_connections_handled"),
    )


def test_300_series_are_live_at_once() -> None:
    live = np.sum([one.present for one in WEEK], axis=0)
    quiet = np.ones(history.SAMPLES, dtype=bool)
    for begin, end in (("gap_start", "gap_end"), ("outage_start", "outage_end")):
        quiet[minute(EVENTS[begin]) : minute(EVENTS[end])] = False
    assert set(live[quiet]) == {history.SERIES} == {300}
    assert history.SAMPLES == 10_080
    assert round(live.sum() / 1e6, 2) == 3.02


def test_every_series_has_a_name_of_its_own() -> None:
    assert len({(one.name, *sorted(one.labels.items())) for one in WEEK}) == len(WEEK) == 303
    assert {one.name for one in WEEK if not one.present[:RELEASE].any()} == {"shop_build_info"}


def test_events_are_in_order_and_inside_the_week() -> None:
    instants = list(EVENTS.values())
    assert instants == sorted(instants)
    assert instants[0] > history.START and instants[-1] < history.END
    assert timedelta(days=7) == history.END - history.START
    assert history.START.weekday() == 0 and history.START.utcoffset() == timedelta(0)
    assert all(instant.second == 0 for instant in instants)


def test_no_sample_lies_on_a_full_second() -> None:
    offsets = {one.offset for one in WEEK}
    assert all(0 < offset < 60_000 and offset % 1000 for offset in offsets)
    assert len(offsets) == len({one.labels["instance"] for one in WEEK}) == 8


def test_counters_are_whole_numbers_that_fall_only_where_they_say() -> None:
    declared = {target.instance: list(target.resets) for target in targets(1, EVENTFUL)}
    assert declared["web-2:8000"] == [RELEASE, RESTART]
    counters = [one for one in WEEK if is_counter(one)]
    assert len(counters) > 240
    for one in counters:
        assert one.values.dtype == np.int64
        assert one.values.min() >= 0
        assert set(resets(one)) <= set(declared[one.labels["instance"]])
        assert not one.values[declared[one.labels["instance"]]].any()
        assert one.name.endswith(("_sum", "_seconds_total")) or one.decimals == 0


def test_busy_counters_do_fall_at_a_restart() -> None:
    for one in find("shop_http_requests_total", instance="web-2:8000", status="200"):
        assert resets(one) == [RELEASE, RESTART]
    (queries,) = find("mysql_global_status_queries")
    assert resets(queries) == [minute(EVENTS["outage_end"])]


def test_buckets_are_cumulative_and_end_in_the_count() -> None:
    metric = "shop_http_request_duration_seconds"
    for count in find(f"{metric}_count"):
        where = {name: count.labels[name] for name in ("instance", "route")}
        buckets = find(f"{metric}_bucket", **where)
        assert [one.labels["le"] for one in buckets][-2:] == ["2.5", "+Inf"]
        rows = np.array([one.values for one in buckets])
        assert (np.diff(rows, axis=0) >= 0).all()
        assert (rows[-1] == count.values).all()
        assert (count.values == total("shop_http_requests_total", **where)).all()
        (busy,) = find(f"{metric}_sum", **where)
        mean = (busy.values[-1] / 1e6) / count.values[-1]
        assert 0.002 < mean < 0.5


def test_bounds_are_written_as_prometheus_3_writes_them() -> None:
    bounds = {one.labels["le"] for one in WEEK if "le" in one.labels}
    assert {"0.005", "1.0", "2.5", "+Inf"} < bounds
    assert "1" not in bounds


def test_totals_agree_from_the_front_door_to_the_database() -> None:
    calm = np.ones(history.SAMPLES - 1, dtype=bool)  # no process restarts in these minutes
    calm[[RELEASE - 1, RESTART - 1, minute(EVENTS["outage_end"]) - 1]] = False
    requests = growth("shop_http_requests_total")
    assert (growth("nginx_http_requests_total") == requests)[calm].all()
    sold = growth("shop_http_requests_total", method="POST", route="/checkout", status="200")
    assert (growth("mysql_global_status_commands_total", command="commit") == sold)[calm].all()
    assert (growth("memcached_commands_total", command="delete") == sold)[calm].all()
    assert (growth("shop_order_value_euros_count") == sold).all()
    gets = growth("memcached_commands_total", command="get")
    assert (gets == requests - growth("shop_http_requests_total", route="/products"))[calm].all()


def test_each_processor_has_sixty_seconds_a_minute() -> None:
    assert set(growth("node_cpu_seconds_total", cpu="0")) == {6000}


def error_ratio(begin: int, end: int, **labels: str) -> float:
    """Share of server errors among those requests from minute `begin` to `end`."""
    failed = sum(
        growth("shop_http_requests_total", status=one.labels["status"], **labels)[begin:end].sum()
        for one in find("shop_http_requests_total", instance="web-1:8000", **labels)
        if one.labels["status"].startswith("5")
    )
    return failed / growth("shop_http_requests_total", **labels)[begin:end].sum()


def test_release_is_seen() -> None:
    old, new = (find("shop_build_info", version=version) for version in ("1.8.2", "1.9.0"))
    assert all(one.present[:RELEASE].any() and not one.present[RELEASE:].any() for one in old)
    assert all(one.present[RELEASE:].all() and not one.present[:RELEASE].any() for one in new)
    day = 24 * 60
    checkout = {"method": "POST", "route": "/checkout"}
    before = error_ratio(RELEASE - day, RELEASE, **checkout)
    after = error_ratio(RELEASE, RELEASE + day, **checkout)
    assert before < 0.01 < 0.02 < after < 0.05
    metric, where = "shop_http_request_duration_seconds", {"route": "/checkout"}
    requests = np.maximum(growth(f"{metric}_count", **where), 1)
    quick = growth(f"{metric}_bucket", le="0.1", **where) / requests
    assert quick[RELEASE - day : RELEASE].mean() > quick[RELEASE : RELEASE + day].mean() + 0.2


def test_outage_is_seen() -> None:
    down = slice(minute(EVENTS["outage_start"]), minute(EVENTS["outage_end"]))
    lost = slice(minute(EVENTS["machine_lost"]), minute(EVENTS["machine_back"]))
    assert down.stop - down.start == 25
    (alive,) = find("mysql_up")
    assert not alive.values[down].any() and alive.values.sum() == history.SAMPLES - 25
    assert not alive.present[lost].any()
    (up,) = find("up", job="mysql")
    assert up.present.all()
    assert np.flatnonzero(up.values == 0).tolist() == list(range(lost.start, lost.stop))
    for route in ("/", "/products", "/checkout"):
        assert error_ratio(down.start, down.stop, route=route) > 0.9
    assert error_ratio(down.start, down.stop, method="POST", route="/cart") > 0.9
    assert growth("shop_http_requests_total", method="GET", route="/cart")[down].any()
    assert not growth("shop_orders_total")[down.start : down.stop - 1].any()


def test_leak_reaches_the_limit_three_or_four_days_after_the_week() -> None:
    (leaky,) = find("process_resident_memory_bytes", instance="web-3:8000")
    (sound,) = find("process_resident_memory_bytes", instance="web-1:8000")
    assert abs(leaky.values[:RELEASE] - sound.values[:RELEASE]).max() < 8 * 2**20
    assert leaky.values.max() < history.MEMORY_LIMIT
    slope = np.polyfit(np.arange(history.SAMPLES - RELEASE), leaky.values[RELEASE:], 1)[0]
    days = (history.MEMORY_LIMIT - leaky.values[-1]) / slope / (24 * 60)
    assert 3 < days < 4


def test_gap_is_of_one_target_and_counts_on() -> None:
    gap = slice(minute(EVENTS["gap_start"]), minute(EVENTS["gap_end"]))
    for one in WEEK:
        missing = not one.present[gap].any()
        assert missing == (
            one.labels["instance"] == "web-1:8000" or one.labels.get("version") == "1.9.0"
        )
    (served,) = find("nginx_http_requests_total")
    assert served.values[gap.stop] > served.values[gap.start]


def test_there_is_a_daily_rhythm_and_a_weekend() -> None:
    requests = np.append(growth("nginx_http_requests_total"), 0).reshape(7, 24, 60).sum(axis=2)
    assert (requests[:, 19] > 8 * requests[:, 3]).all()
    assert requests[:5, 7].min() > 1.5 * requests[5:, 7].max()


def test_the_first_two_days_stand_for_the_time_before() -> None:
    (served,) = find("nginx_http_requests_total")
    assert served.values[0] >= served.values[BEFORE] - served.values[0] - 5000


def test_text_is_the_same_everywhere() -> None:
    digest = hashlib.sha256()
    for first in range(0, history.SAMPLES, 1080):
        digest.update(backfill.text(WEEK, first, min(first + 1080, history.SAMPLES)))
    assert digest.hexdigest()[:12] == DIGESTS[backfill.FORMAT]


def test_text_is_openmetrics() -> None:
    lines = backfill.text(WEEK, 0, 2).decode().splitlines()
    assert len(lines) == 2 * history.SERIES + 1
    assert lines[-1] == "# EOF"
    assert lines[0] == 'up{job="shop",instance="web-1:8000"} 1 1772409603.217'
    assert lines[1] == 'up{job="shop",instance="web-1:8000"} 1 1772409663.217'
    cents = [line for line in lines if line.startswith("process_cpu_seconds_total")]
    assert all(re.fullmatch(r".* \d+\.\d\d \d+\.\d{3}", line) for line in cents)


def test_naming_an_instant_loads_neither_numpy_nor_docker() -> None:
    code = (
        "import sys; from lab_helpers import history; history.EVENTS['release']; "
        "assert not {'numpy', 'pandas', 'docker'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
