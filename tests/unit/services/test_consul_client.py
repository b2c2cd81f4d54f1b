"""python-consul with a time limit, on a server that answers what it was told to."""

import time

import pytest
from consul import ConsulException

from lab_helpers.errors import WorkshopError
from lab_helpers.services.consul import ConsulUnavailable, catalog, connect
from lab_helpers.services.consul_labels import worst
from tests.unit.fake_prometheus import serving


def test_nobody_there() -> None:
    client = connect("http://127.0.0.1:1")
    with pytest.raises(ConsulUnavailable, match="No Consul answers at http") as caught:
        client.catalog.services()
    assert "Connection refused (GET /v1/catalog/services). Does it run" in str(caught.value)


def test_no_such_host() -> None:
    with pytest.raises(ConsulUnavailable, match="No Consul answers at http://no-such-host"):
        connect("http://no-such-host.invalid:8500").agent.self()


def test_one_that_takes_too_long() -> None:
    with serving() as fake:
        fake.wait = 10.0
        began = time.monotonic()
        with pytest.raises(ConsulUnavailable, match="within 0 s"):
            connect(fake.url, timeout=0.1).agent.self()
        assert time.monotonic() - began < 8


def test_a_blocking_query_may_wait_as_long_as_it_asked_to() -> None:
    with serving() as fake:
        fake.wait, fake.body = 0.4, b"{}"
        with pytest.raises(KeyError, match="x-consul-index"):  # it was answered, by a fake
            connect(fake.url, timeout=0.1).catalog.services(index="1", wait="9s")


def test_a_refusal_is_in_consuls_own_words() -> None:
    with serving() as fake:
        fake.status, fake.body = 500, b"No cluster leader"
        with pytest.raises(ConsulException, match="500 No cluster leader"):
            catalog(connect(fake.url))


def test_the_environment_does_not_lead_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSUL_HTTP_ADDR", "production.example.com:8500")
    monkeypatch.setenv("CONSUL_HTTP_TOKEN", "secret")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with serving() as fake:
        fake.body = b'{"Config": {}}'
        assert connect(fake.url).agent.self() == {"Config": {}}
        assert fake.asked == [("/v1/agent/self", {})]


def test_an_address_that_is_none() -> None:
    with pytest.raises(WorkshopError, match="'consul' is no address of a Consul"):
        connect("consul")


def test_an_instance_is_as_well_as_its_worst_check() -> None:
    assert worst([]) == "passing"
    assert worst(["passing", "critical", "warning"]) == "critical"
