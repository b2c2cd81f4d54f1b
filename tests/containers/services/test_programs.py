"""Chapter 04's programs: what they say, and what Prometheus makes of them when they fail."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import requests

from lab_helpers.errors import ServiceFailed
from lab_helpers.lab import Lab
from lab_helpers.services.exporters import PushgatewayContainer
from lab_helpers.services.programs import ProgramContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.traffic.load import Traffic

FILES = Path(__file__).parents[3] / "labs" / "04_custom_exporters"
PRODUCTS = ("teapot", '19" shelf')
FOLDER = {"PROMETHEUS_MULTIPROC_DIR": "/tmp/metrics"}


@pytest.fixture(scope="module")
def prometheus() -> PrometheusContainer:
    return PrometheusContainer(FILES / "prometheus.yml")


@pytest.fixture(scope="module")
def programs() -> dict[str, ProgramContainer]:
    text = (FILES / "instrumented_shop.py").read_text()
    rule = "(found.rule, request.method)"
    assert text.count(rule) == 1, "the chapter replaces this"
    careless = text.replace(rule, "(request.path, request.method)")
    made = [
        ProgramContainer(FILES / "bare.py", *PRODUCTS, name="bare"),
        ProgramContainer(FILES / "with_client.py", *PRODUCTS, name="client"),
        ProgramContainer(FILES / "plain_shop.py", name="plain", ready_path="/"),
        ProgramContainer(FILES / "instrumented_shop.py", name="shop", metrics_port=8001),
        ProgramContainer(careless, name="careless", metrics_port=8001),
        ProgramContainer(FILES / "workers.py", name="apart"),
        ProgramContainer(FILES / "workers.py", name="together", environment=FOLDER),
        ProgramContainer(FILES / "raises.py", name="raises", ready_path=None),
        ProgramContainer(FILES / "hangs.py", name="hangs", ready_path=None),
        ProgramContainer(FILES / "clients" / "counter.py", name="parcels"),
    ]
    return {program.name: program for program in made}


@pytest.fixture(scope="module")
def lab(prometheus: PrometheusContainer, programs: dict[str, ProgramContainer]) -> Iterator[Lab]:
    """Prometheus on the chapter's configuration, and every program of the chapter."""
    everything = Lab(prometheus, PushgatewayContainer(), *programs.values(), name="programs")
    with everything as running:
        yield running


def metrics(program: ProgramContainer) -> dict[str, float]:
    """The samples of a program's page, by name and labels."""
    text = requests.get(program.metrics_url, timeout=30).text
    lines = [line for line in text.splitlines() if line and line[0] != "#"]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_what_prometheus_says_of_each(lab: Lab, prometheus: PrometheusContainer) -> None:
    up = {"client", "shop", "careless", "guarded", "guarded-bytes", "apart", "together"}
    up |= {"pushgateway"}
    wrong = {
        "bare": "while parsing|expected",
        "plain": "404",
        "raises": "500 Internal Server Error",
        "hangs": "context deadline exceeded",
        "guarded-labels": "label_limit exceeded",
    }

    def as_wanted() -> bool:
        targets = prometheus.targets().set_index("job")
        said = targets.last_error
        found = set(targets.index[targets.health == "up"])
        given_up = targets.scrape_duration["hangs"] == pytest.approx(1, abs=0.3)
        failed = all(re.search(words, said[job]) for job, words in wrong.items())
        return found == up and failed and given_up

    lab.wait_until(as_wanted, "every target has been tried")


def test_both_exporters_look_when_they_are_asked(
    lab: Lab, programs: dict[str, ProgramContainer]
) -> None:
    for name, escaped in (("bare", '19" shelf'), ("client", '19\\" shelf')):
        program = programs[name]
        key = 'packing_orders_waiting{product="%s"}'
        assert metrics(program)[key % "teapot"] == 0
        program.run("touch", "/tmp/orders/teapot/1", "/tmp/orders/teapot/2")
        assert metrics(program)[key % "teapot"] == 2
        assert metrics(program)[key % escaped] == 0


def test_a_path_label_has_no_end_and_a_limit_refuses_the_page(
    lab: Lab, programs: dict[str, ProgramContainer], prometheus: PrometheusContainer
) -> None:
    before = {name: len(metrics(programs[name])) for name in ("careless", "shop")}
    for number in range(90):
        for name in before:
            requests.get(f"{programs[name].url}/products/{number}.php", timeout=30)
    more = {name: len(metrics(programs[name])) - before[name] for name in before}
    assert more == {"careless": 90 * 13, "shop": 13}

    def refused() -> bool:
        targets = prometheus.targets().set_index("job")
        too_long = "limit exceeded" in targets.last_error["guarded"]
        return too_long and targets.health["careless"] == "up"

    lab.wait_until(refused, "the job with a limit refuses the page that the other takes")


def test_the_shop_counts_what_the_visitors_did_and_how_long_it_took(
    lab: Lab, programs: dict[str, ProgramContainer]
) -> None:
    shop = programs["shop"]
    before = metrics(shop)
    customers = {"look": 3, "fill a cart": 2, "buy": 5}
    with Traffic(shop.url, rate=15, seed=3, mix=customers, duration=8, name="04") as visitors:
        lab.wait_until(lambda: not visitors.is_running, "the visitors are gone")
    after = metrics(shop)
    grown = {key: value - before.get(key, 0) for key, value in after.items()}
    felt = visitors.requests
    counted = felt.groupby(["method", "route", "status"]).size()
    for (method, route, status), number in counted.items():
        key = f'shop_http_requests_total{{method="{method}",route="{route}",status="{status}"}}'
        assert grown[key] == number
    failed = (felt.status == "500").sum()
    assert failed and grown['shop_exceptions_total{where="price"}'] == failed
    assert after["shop_http_requests_in_progress"] == 0
    paid = (felt.route == "/checkout") & (felt.status == "200")
    assert grown["shop_order_value_euros_count"] == paid.sum()
    assert after['shop_build_info{branch="main",version="2.0.0"}'] == 1

    # No request takes longer inside the app than its visitor felt.
    buckets = re.compile(r'shop_http_request_duration_seconds_bucket\{le="(.+)",route="(.+)"\}')
    for key, within in grown.items():
        if match := buckets.fullmatch(key):
            taken = felt.seconds[felt.route == match[2]]
            assert within >= (taken <= float(match[1])).sum(), key
    total = 'shop_http_request_duration_seconds_sum{route="/checkout"}'
    slow = felt.seconds[felt.route == "/checkout"]
    assert 0.1 * len(slow) < grown[total] < slow.sum()
    assert pd.Series(slow).median() > 0.1


def test_what_a_stranger_makes_up_is_no_label(
    lab: Lab, programs: dict[str, ProgramContainer]
) -> None:
    shop = programs["shop"]
    before = metrics(shop)
    for number in range(5):
        requests.request(f"MADEUP{number}", f"{shop.url}/products", timeout=30)
        requests.get(f"{shop.url}/made-up/{number}", timeout=30)
    new = {key for key in metrics(shop) if key.startswith("shop_http_requests_total")} - set(before)
    assert new == {
        f'shop_http_requests_total{{method="other",route="other",status="{status}"}}'
        for status in (404, 405)
    }


def test_two_processes_apart_and_together(lab: Lab, programs: dict[str, ProgramContainer]) -> None:
    def answers(name: str) -> set[float]:
        return {metrics(programs[name])["workers_answered_total"] for _ in range(8)}

    apart: set[float] = set()

    def asked_both() -> bool:
        apart.update(answers("apart"))  # it is chance who answers
        return len(apart) == 2

    for name in ("apart", "together"):
        for _ in range(41):  # an odd number cannot be shared evenly
            requests.get(programs[name].url, timeout=30)
    lab.wait_until(asked_both, "both have been asked")
    assert sum(apart) == 41
    assert answers("together") == {41}
    lab.wait_until(lambda: metrics(programs["together"])["workers_running"] == 2, "both run")
    assert metrics(programs["apart"])["workers_running"] == 1


def test_a_silent_caller_holds_no_process(lab: Lab, programs: dict[str, ProgramContainer]) -> None:
    where = programs["together"].url.removeprefix("http://").split(":")
    callers = [socket.create_connection((where[0], int(where[1]))) for _ in range(4)]
    try:
        assert requests.get(programs["together"].url, timeout=30).ok
    finally:
        for caller in callers:
            caller.close()


def test_the_counter_in_python(lab: Lab, programs: dict[str, ProgramContainer]) -> None:
    page = metrics(programs["parcels"])
    parcels = {key: value for key, value in page.items() if key.startswith("parcels_packed_total")}
    assert parcels == {
        'parcels_packed_total{bench="1"}': 1,
        'parcels_packed_total{bench="2"}': 2,
    }


def test_a_program_that_fails_explains_itself() -> None:
    with pytest.raises(ServiceFailed) as problem:
        ProgramContainer("print('well')\nimport nowhere\n", name="broken").start()
    assert "broken died while starting (exit status 1)" in str(problem.value)
    assert "well" in str(problem.value)
    assert 'File "/srv/broken.py", line 2' in str(problem.value)
    assert "No module named 'nowhere'" in str(problem.value)


def test_metrics_on_a_port_of_their_own_have_no_address_before_the_start() -> None:
    program = ProgramContainer("", name="later", metrics_port=8001)
    with pytest.raises(ServiceFailed, match="start it first"):
        _ = program.metrics_url
