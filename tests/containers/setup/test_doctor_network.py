"""The doctor on networks that let nothing through. The engine is asked, and no registry outside."""

import os
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests import weather
from tests.broken_machine import HANGS, silent, visit
from tests.registry import Network, Request, network

ROOT_ON_LINUX = pytest.mark.skipif(
    os.geteuid() != 0 or sys.platform != "linux", reason="root on Linux can have another network"
)
#: An image that is not here, of the usual registry.
MISSING = {"PROMETHEUS_IMAGE": "workshop/not-published:v1"}


def asks(way: Network) -> dict[str, str]:
    """An image that would come over a certain way."""
    return {"PROMETHEUS_IMAGE": f"{way.host}/prometheus:v1"}


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (weather.portal, "is a page for people, not a registry: this network may want a login. "),
        (weather.portal_elsewhere, "is a page for people, not a registry"),
        (weather.hangs, "did not answer in time. Set-up has images to fetch, and cannot."),
        (weather.hangs_up, "broke off"),
        (weather.out_of_order, "answered with HTTP status 503"),
        (weather.too_many, "was asked too often"),
    ],
)
def test_a_network_that_lets_no_image_through(kind: Callable[[Request], bool], told: str) -> None:
    with network("nobody") as way:
        way.weather = kind
        found = visit(environment=asks(way))
    assert found.word("network") == "broken"
    assert told in found.text("network")
    assert "→ " in found.text("network")
    assert found.status == 1


def test_a_registry_that_answers_and_its_clock() -> None:
    with network("nobody") as way:
        way.weather = weather.asks_for_tokens
        found = visit(environment=asks(way))
        assert found.said["network"] == ("ok", f"{way.host} answers")
        assert found.text("clock").endswith(f"of the engine's, and {way.host}'s")

        def a_day_ahead(request: Request) -> bool:
            request.date_time_string = (  # type: ignore[method-assign]
                lambda timestamp=None: BaseHTTPRequestHandler.date_time_string(
                    request, time.time() + 90_000
                )
            )
            return weather.asks_for_tokens(request)

        way.weather = a_day_ahead
        found = visit(environment=asks(way))
    assert found.word("clock") == "look"
    assert "s behind that of" in found.text("clock")


@pytest.mark.parametrize("needed", [True, False])
def test_a_proxy_that_is_not_there(needed: bool) -> None:
    found = visit(environment=(MISSING if needed else {}) | {"HTTPS_PROXY": "http://127.0.0.1:9"})
    assert found.word("proxy") == ("broken" if needed else "look")
    assert "The proxy http://127.0.0.1:9, which HTTPS_PROXY names, does" in found.text("proxy")
    assert "`unset HTTPS_PROXY https_proxy`" in found.text("proxy")
    assert found.said["network"] == ("skipped", "it is reached through the proxy")
    assert visit(environment=MISSING).said["proxy"] == ("ok", "none is set")


def test_a_proxy_that_refuses_or_swallows() -> None:
    with network("nobody") as way:  # it knows no CONNECT
        found = visit(environment=MISSING | {"HTTPS_PROXY": f"http://{way.host}"})
    assert found.word("proxy") == "broken"
    assert "The proxy in HTTPS_PROXY does not let us through to" in found.text("proxy")
    with silent(("127.0.0.1", 0)) as listener:
        place = f"http://127.0.0.1:{listener.getsockname()[1]}"
        idle = visit(environment={"HTTPS_PROXY": place})
        found = visit(environment=MISSING | {"HTTPS_PROXY": place})
    assert idle.word("proxy") == "skipped"
    assert found.word("network") == "broken"
    assert "did not answer in time" in found.text("network")
    assert found.took < HANGS


DEAD_NAMES = """
ip link set lo up && ip link add d0 type veth peer name d1 && ip link set d1 up &&
ip addr add 198.51.100.2/24 dev d0 && ip link set d0 up &&
ip neigh add 198.51.100.1 lladdr 02:00:00:00:00:01 dev d0 &&
ip route add default via 198.51.100.1 && mount --bind {file} /etc/resolv.conf && exec "$@"
"""


@ROOT_ON_LINUX
def test_a_name_server_that_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "resolv.conf").write_text("nameserver 198.51.100.1\n")
    dead = DEAD_NAMES.format(file=tmp_path / "resolv.conf")
    before = ("unshare", "--net", "--mount", "sh", "-c", dead, "sh")
    found = visit(before=before, environment=MISSING)
    assert found.word("network") == "broken"
    assert "the network's name server (DNS) does not answer" in found.text("network")
    assert found.word("clock") == "ok", "what does not need it is known all the same"
    assert found.took < HANGS


@ROOT_ON_LINUX
def test_no_network_at_all_matters_only_while_something_is_missing() -> None:
    alone = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
    found = visit(before=alone, environment=MISSING)
    assert "there is no network, or it does not let us through" in found.text("network")
    found = visit(before=alone)
    assert found.status == 0, found.rest
    assert "none is needed: everything is here" in found.text("network")
