"""The load on the shop: what is asked, measured and refused, against a real HTTP server."""

import itertools
import subprocess
import sys
import threading
import time

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.traffic.journeys import MIX, Request, plan
from lab_helpers.traffic.load import TIMEOUT, WORKERS, Traffic
from lab_helpers.waiting import wait_until
from tests.unit.fake_shop import NOBODY, Shop


def test_it_asks_what_was_planned(shop: Shop) -> None:
    with Traffic(shop.url, rate=100, seed=3, duration=1.0) as traffic:
        run_out(traffic)
    planned = due_within(1.0, rate=100, seed=3)
    done = traffic.requests
    assert list(done.route) == [r.route for r in planned]
    assert set(done.status) == {"200"}
    assert done.seconds.between(0, TIMEOUT).all()
    assert done.seconds.median() < 0.5
    assert (done.waited <= done.seconds).all()
    assert str(done.due.dtype) == "datetime64[us, UTC]"
    assert sorted(asked[:3] for asked in shop.asked) == sorted(
        (r.method, r.route, "&".join(f"{k}={v}" for k, v in r.form.items())) for r in planned
    )
    assert {asked[3] for asked in shop.asked} == {f"visitor=3-{r.visitor}" for r in planned}
    traces = [asked[4].split("-")[1] for asked in shop.asked]
    assert sorted(traces) == sorted(done.trace) == sorted(r.trace for r in planned)


def test_the_summary_adds_up(shop: Shop) -> None:
    with Traffic(shop.url, rate=100, duration=1.0) as traffic:
        run_out(traffic)
    summary = traffic.summary()
    assert list(summary.index.names) == ["method", "route", "status"]
    assert summary.requests.sum() == len(traffic.requests) == len(shop.asked)
    assert summary.per_second.sum() == pytest.approx(len(shop.asked), rel=0.05)
    ordered = summary[["median", "p90", "p99", "max"]]
    assert (ordered.diff(axis=1).iloc[:, 1:] >= 0).all().all()


def test_slow_answers_do_not_slow_arrivals(shop: Shop) -> None:
    shop.lever["latency"] = 2.0
    with Traffic(shop.url, rate=60, seed=1, duration=1.0) as traffic:
        run_out(traffic)
    planned = len(due_within(1.0, rate=60))
    assert len(traffic.requests) == planned
    waited = traffic.requests.waited  # the first ones wait for the threads to start
    assert waited.median() < 0.5
    assert waited.max() < 2.0
    assert traffic.requests.seconds.min() >= 2.0


def test_a_queue_counts_as_latency_and_is_bounded(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lab_helpers.traffic.load.WORKERS", 1)
    monkeypatch.setattr("lab_helpers.traffic.load.WAITING", 5)
    shop.lever["latency"] = 0.1  # ten a second with one worker
    with Traffic(shop.url, rate=100, duration=1.0) as traffic:
        run_out(traffic)
    by_status = traffic.requests.status.value_counts()
    assert by_status["dropped"] > 30
    assert len(traffic.requests) == len(due_within(1.0, rate=100))
    answered = traffic.requests[traffic.requests.status == "200"]
    assert answered.seconds.max() > 0.4  # the wait in line, and 0.1 s


def test_connections_are_kept_as_many_as_are_needed(shop: Shop) -> None:
    with Traffic(shop.url, rate=40, duration=3.0) as traffic:
        run_out(traffic)
    assert shop.open_connections < WORKERS / 2 < len(traffic.requests)


def test_it_stops_by_itself(shop: Shop) -> None:
    traffic = Traffic(shop.url, rate=50, duration=2.0).start()
    assert traffic.is_running
    run_out(traffic)
    wait_until(lambda: threads() == [], "its threads have ended")  # nobody is left who could ask
    assert len(shop.asked) == len(due_within(2.0, rate=50))
    lasted = traffic.elapsed
    assert lasted == traffic.elapsed >= 2.0


def test_stop_is_quick_and_can_be_repeated(shop: Shop) -> None:
    traffic = Traffic(shop.url, rate=50).start()
    time.sleep(0.2)
    began = time.monotonic()
    traffic.stop()
    traffic.stop()
    assert time.monotonic() - began < TIMEOUT
    wait_until(lambda: threads() == [], "its threads have ended")


def test_another_one_of_the_same_name_replaces_it(shop: Shop) -> None:
    before = Traffic(shop.url).start()
    beside = Traffic(shop.url, name="beside").start()
    after = Traffic(shop.url).start()
    assert [t.is_running for t in (before, beside, after)] == [False, True, True]
    again = time.monotonic()
    after.start()  # from the beginning of its plan
    assert after.is_running and after.elapsed <= time.monotonic() - again
    after.stop()
    beside.stop()


def test_statuses_of_a_shop_that_is_away() -> None:
    traffic = Traffic(NOBODY, rate=50, duration=0.5).start()
    run_out(traffic)
    assert set(traffic.requests.status) == {"refused"}


def test_a_timeout_has_its_own_status(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab_helpers.traffic.load.TIMEOUT", 0.1)
    shop.lever["latency"] = 0.5
    traffic = Traffic(shop.url, rate=30, duration=0.5).start()
    run_out(traffic)
    assert set(traffic.requests.status) == {"timeout"}


# What is refused


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://example.com", "not the lab's"),
        ("http://10.0.0.7:8000", "not the lab's"),
        ("http://127.0.0.1.example.com", "not the lab's"),
        ("https://127.0.0.1", "no address such as"),
        ("127.0.0.1:8000", "no address such as"),
        ("", "no address such as"),
    ],
)
def test_addresses_outside_the_lab(url: str, message: str) -> None:
    with pytest.raises(WorkshopError, match=message):
        Traffic(url)
    with pytest.raises(WorkshopError, match=message):
        Traffic("http://127.0.0.1:8000", chaos=(url,))


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.8.8.8:1", "http://[::1]:1/"])
def test_addresses_of_this_machine(url: str) -> None:
    assert Traffic(url).url == url.rstrip("/")


def test_the_host_of_a_remote_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://10.0.0.7:2375")
    assert Traffic("http://10.0.0.7:8000").url == "http://10.0.0.7:8000"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate": 0}, "rate is requests a second"),
        ({"rate": 1e6}, "rate is requests a second"),
        ({"rate": float("nan")}, "rate is requests a second"),
        ({"duration": 0}, "duration is seconds"),
        ({"duration": 1e6}, "duration is seconds"),
        ({"mix": {"steal": 1}}, "mix weighs the journeys .*steal"),
        ({"mix": {}}, "mix weighs the journeys"),
    ],
)
def test_what_is_out_of_bounds(arguments: dict[str, float], message: str) -> None:
    with pytest.raises(WorkshopError, match=message):
        Traffic("http://127.0.0.1:1", **arguments)  # type: ignore[arg-type]


# What it costs


def test_import_does_not_load_pandas() -> None:
    code = "import lab_helpers.traffic, sys; assert not {'pandas', 'docker'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_it_says_what_it_is(shop: Shop) -> None:
    traffic = Traffic(shop.url, rate=12.5, seed=4)
    assert repr(traffic) == (
        f"<Traffic 'shop' on {shop.url}: 12.5 requests a second, seed 4, stopped after 0 s, 0 done>"
    )
    assert traffic.summary().empty
    assert dict(MIX) == traffic.mix


def due_within(seconds: float, rate: float, seed: int = 1) -> list[Request]:
    return list(itertools.takewhile(lambda request: request.due < seconds, plan(rate, seed)))


def run_out(traffic: Traffic) -> None:
    wait_until(lambda: not traffic.is_running, "the load has ended")


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("traffic")]
