"""The shop's lever in the load's hand: pulled, put back, and refused, against a real server."""

import subprocess
import sys

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.traffic.load import Traffic
from lab_helpers.waiting import wait_until
from tests.unit.fake_shop import NOBODY, Shop, serving


def test_the_lever_and_that_it_is_put_back(shop: Shop) -> None:
    traffic = Traffic(shop.url, rate=100, duration=60).start()
    traffic.errors(1.0)
    traffic.latency(0.05)
    assert shop.lever == {"latency": 0.05, "errors": 1.0}
    wait_until(lambda: (traffic.requests.status == "500").any(), "a page fails")
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


def test_the_end_of_the_process_stops_it(shop: Shop) -> None:
    code = f"from lab_helpers import Traffic; t = Traffic({shop.url!r}).start(); t.latency(0.01)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert shop.lever["latency"] == 0.0
