"""The load on the shop: what the seed decides, and what is measured, against a real HTTP server."""

import itertools
import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.traffic.journeys import JOURNEYS, MIX, Request, mean_length, plan, shares
from lab_helpers.traffic.load import TIMEOUT, WORKERS, Traffic

NOBODY = "http://127.0.0.1:1"  # a port that the system gives to nobody


class Shop(ThreadingHTTPServer):
    """A shop that notes what it is asked, and has a lever."""

    daemon_threads = True
    request_queue_size = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, str, str]] = []
        self.lever = {"latency": 0.0, "errors": 0.0}
        self.pulled: list[dict[str, float]] = []
        self.open_connections = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Shop

    def setup(self) -> None:
        super().setup()
        self.server.open_connections += 1

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path, _, query = self.path.partition("?")
        status, said = 200, "{}"
        if path == "/chaos":
            values = dict(pair.split("=") for pair in query.split("&"))
            if float(values.get("errors", 0)) > 1:
                status, said = 400, "<h1>Bad Request</h1><p>errors is a number from 0 to 1</p>"
            else:
                self.server.lever.update({name: float(value) for name, value in values.items()})
                self.server.pulled.append(dict(self.server.lever))
                said = json.dumps(self.server.lever)
        else:
            self.server.asked.append((self.command, path, body, self.headers["Cookie"]))
            time.sleep(self.server.lever["latency"])
            if random.random() < self.server.lever["errors"]:
                status = 500
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said.encode())

    do_GET = do_POST = answer

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Shop]:
    with Shop() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def shop() -> Iterator[Shop]:
    with serving() as server:
        yield server


def first(count: int, rate: float = 20.0, seed: int = 1) -> list[Request]:
    return list(itertools.islice(plan(rate, seed), count))


# The plan


def test_the_same_seed_plans_the_same() -> None:
    assert first(500) == first(500)
    assert first(500) != first(500, seed=2)


def test_the_plan_is_that_of_every_machine() -> None:
    assert [(round(r.due, 6), r.visitor, r.method, r.route) for r in first(4)] == PINNED


def test_the_plan_is_in_order_and_has_the_rate() -> None:
    requests = first(20_000, rate=50.0)
    due = [request.due for request in requests]
    assert due == sorted(due)
    assert len(requests) / due[-1] == pytest.approx(50.0, rel=0.03)


def test_arrivals_are_poisson() -> None:
    requests = first(30_000, rate=50.0)
    arrivals = sorted({request.visitor: request.due for request in reversed(requests)}.values())
    gaps = [later - earlier for earlier, later in itertools.pairwise(arrivals)]
    mean = sum(gaps) / len(gaps)
    spread = (sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) ** 0.5
    assert mean == pytest.approx(mean_length() / 50.0, rel=0.03)
    assert spread == pytest.approx(mean, rel=0.05)  # an exponential's mean is its deviation


def test_shares_foretell_the_routes() -> None:
    requests = first(30_000)
    counted = Counter(f"{request.method} {request.route}" for request in requests)
    assert sum(shares().values()) == pytest.approx(1.0)
    for step, share in shares().items():
        assert counted[step] / len(requests) == pytest.approx(share, rel=0.05)


def test_every_visitor_makes_a_journey() -> None:
    steps: dict[int, list[str]] = {}
    for request in first(2000):
        steps.setdefault(request.visitor, []).append(f"{request.method} {request.route}")
    whole = [tuple(done) for visitor, done in steps.items() if visitor < max(steps) - 50]
    assert set(whole) == {JOURNEYS[name] for name in MIX}


# The load


def test_it_asks_what_was_planned(shop: Shop) -> None:
    with Traffic(shop.url, rate=100, seed=3, duration=1.0) as traffic:
        wait_for(lambda: not traffic.is_running)
    planned = [r for r in first(300, rate=100, seed=3) if r.due < 1.0]
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


def test_the_summary_adds_up(shop: Shop) -> None:
    with Traffic(shop.url, rate=100, duration=1.0) as traffic:
        wait_for(lambda: not traffic.is_running)
    summary = traffic.summary()
    assert list(summary.index.names) == ["method", "route", "status"]
    assert summary.requests.sum() == len(traffic.requests) == len(shop.asked)
    assert summary.per_second.sum() == pytest.approx(len(shop.asked), rel=0.05)
    ordered = summary[["median", "p90", "p99", "max"]]
    assert (ordered.diff(axis=1).iloc[:, 1:] >= 0).all().all()


def test_slow_answers_do_not_slow_arrivals(shop: Shop) -> None:
    shop.lever["latency"] = 2.0
    with Traffic(shop.url, rate=60, seed=1, duration=1.0) as traffic:
        wait_for(lambda: not traffic.is_running)
    planned = sum(r.due < 1.0 for r in first(300, rate=60))
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
        wait_for(lambda: not traffic.is_running)
    by_status = traffic.requests.status.value_counts()
    assert by_status["dropped"] > 30
    assert len(traffic.requests) == sum(r.due < 1.0 for r in first(300, rate=100))
    answered = traffic.requests[traffic.requests.status == "200"]
    assert answered.seconds.max() > 0.4  # the wait in line, and 0.1 s


def test_connections_are_kept_as_many_as_are_needed(shop: Shop) -> None:
    with Traffic(shop.url, rate=40, duration=3.0) as traffic:
        wait_for(lambda: not traffic.is_running)
    assert shop.open_connections < WORKERS / 2 < len(traffic.requests)


def test_it_stops_by_itself(shop: Shop) -> None:
    traffic = Traffic(shop.url, rate=50, duration=2.0).start()
    assert traffic.is_running
    wait_for(lambda: not traffic.is_running)
    time.sleep(0.1)
    asked = len(shop.asked)
    time.sleep(0.2)
    assert len(shop.asked) == asked
    assert traffic.elapsed == pytest.approx(2.0, abs=0.1)


def test_stop_is_quick_and_can_be_repeated(shop: Shop) -> None:
    traffic = Traffic(shop.url, rate=50).start()
    time.sleep(0.2)
    began = time.monotonic()
    traffic.stop()
    traffic.stop()
    assert time.monotonic() - began < TIMEOUT
    wait_for(lambda: threads() == [])


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
    wait_for(lambda: not traffic.is_running)
    assert set(traffic.requests.status) == {"refused"}


def test_a_timeout_has_its_own_status(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab_helpers.traffic.load.TIMEOUT", 0.1)
    shop.lever["latency"] = 0.5
    traffic = Traffic(shop.url, rate=30, duration=0.5).start()
    wait_for(lambda: not traffic.is_running)
    assert set(traffic.requests.status) == {"timeout"}


# The lever


def test_the_lever_and_that_it_is_put_back(shop: Shop) -> None:
    traffic = Traffic(shop.url, rate=100, duration=60).start()
    traffic.errors(1.0)
    traffic.latency(0.05)
    assert shop.lever == {"latency": 0.05, "errors": 1.0}
    wait_for(lambda: (traffic.requests.status == "500").any())
    traffic.stop()
    assert shop.lever == {"latency": 0.0, "errors": 0.0}


def test_a_lever_that_was_not_moved_is_left_alone(shop: Shop) -> None:
    Traffic(shop.url, duration=0.1).start().stop()
    assert shop.pulled == []


def test_every_replica_has_a_lever(shop: Shop) -> None:
    with serving() as second:
        traffic = Traffic(shop.url, chaos=(shop.url, second.url))
        traffic.latency(0.2)
        assert shop.lever["latency"] == second.lever["latency"] == 0.2


def test_a_lever_that_refuses_says_why(shop: Shop) -> None:
    with pytest.raises(WorkshopError, match="errors is a number from 0 to 1"):
        Traffic(shop.url).errors(2)
    with pytest.raises(WorkshopError, match="/chaos does not answer"):
        Traffic(NOBODY).latency(0.1)


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


def test_the_end_of_the_process_stops_it(shop: Shop) -> None:
    code = f"from lab_helpers import Traffic; t = Traffic({shop.url!r}).start(); t.latency(0.01)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert shop.lever["latency"] == 0.0


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


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("traffic")]


def wait_for(condition: object, seconds: float = 60.0) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


PINNED = [
    (0.023087, 1, "GET", "/"),
    (0.060793, 2, "GET", "/"),
    (0.210403, 3, "GET", "/"),
    (0.271505, 4, "GET", "/"),
]
