"""A real Consul: registered, asked, joined by another machine, paused; and watched over time."""

import json
from collections.abc import Iterator
from contextlib import suppress

import pytest
import requests
from consul import Check, ConsulException

from lab_helpers.discovery import DiscoveryWatch
from lab_helpers.lab import Lab
from lab_helpers.services.consul import ConsulContainer, ConsulUnavailable, connect
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.shop import StaticPageContainer
from lab_helpers.setup.images import ROOT
from lab_helpers.waiting import wait_until


@pytest.fixture
def consul() -> Iterator[ConsulContainer]:
    with ConsulContainer() as agent:
        yield agent


def test_catalog_and_health_of_an_agent_without_services(consul: ConsulContainer) -> None:
    catalog, health = consul.catalog(), consul.health()
    assert list(catalog.columns) == ["service", "id", "node", "address", "port", "tags"]
    assert list(catalog.id) == ["consul"]
    assert catalog.port.dtype == "int64"
    assert list(health.columns) == ["service", "id", "node", "check", "status", "output"]
    assert list(health.check) == ["Serf Health Status"]


def test_services_of_its_configuration_are_there_from_the_start() -> None:
    names = [f"page-{number}" for number in range(20)]
    services = json.dumps({"services": [{"name": "page", "id": name} for name in names]})
    with ConsulContainer().copy_in(services, "/consul/config/pages.json") as consul:
        assert set(consul.catalog().id) == {"consul", *names}


def test_with_access_control_it_is_ready_although_it_tells_a_stranger_nothing() -> None:
    rules = ROOT / "labs/05_consul_service_discovery/acl.hcl"
    with ConsulContainer().copy_in(rules, "/consul/config/acl.hcl") as consul:
        assert requests.get(f"{consul.url}/v1/agent/self", timeout=5).status_code == 403
        assert requests.get(f"{consul.url}/v1/status/leader", timeout=5).json()
        assert consul.catalog().empty


def test_checks_of_all_three_kinds(consul: ConsulContainer) -> None:
    register = consul.client.agent.service.register
    own = "127.0.0.1:8500"
    register("page", port=8500, check=Check.http(f"http://{own}/v1/status/leader", "1s"))
    register("no-page", port=8500, check=Check.http(f"http://{own}/nowhere", "1s"))
    register("port", port=8500, check=Check.tcp("127.0.0.1", 8500, "1s"))
    register("no-port", port=1, check=Check.tcp("127.0.0.1", 1, "1s"))
    register("alive", check=Check.ttl("60s"))
    register("shaky", check=Check.ttl("60s"))
    register("silent", check=Check.ttl("1s"))
    check = consul.client.agent.check
    assert check.ttl_pass("service:alive", "all is well")
    assert check.ttl_warn("service:shaky")
    assert check.ttl_pass("service:silent")
    expected = {"page": "passing", "no-page": "critical", "port": "passing", "no-port": "critical",
                "alive": "passing", "shaky": "warning", "silent": "critical"}  # fmt: skip

    def as_expected() -> bool:
        health = consul.health().set_index("id")
        expired = "TTL expired" in health.output["silent"]  # it began as critical, too
        return expired and {name: health.status[name] for name in expected} == expected

    wait_until(as_expected, "each check says what it should")
    assert consul.health().set_index("id").output["alive"] == "all is well"
    found = {one["__meta_consul_service_id"]: one for one in consul.discovered()}
    assert found["shaky"]["__meta_consul_health"] == "warning"
    with suppress(ConsulException):  # old versions answer with an error, new ones with "not found"
        assert not check.ttl_pass("service:nobody")


def test_registering_again_replaces(consul: ConsulContainer) -> None:
    register = consul.client.agent.service.register
    register("mailer", address="mail-1", port=25)
    register("mailer", address="mail-2", port=25)
    wait_until(lambda: "mail-2" in set(consul.catalog().address), "the catalog has the second")
    assert list(consul.catalog().query("service == 'mailer'").address) == ["mail-2"]
    consul.client.agent.service.deregister("mailer")
    wait_until(lambda: list(consul.catalog().id) == ["consul"], "it is gone")


def test_a_consul_that_hangs(consul: ConsulContainer) -> None:
    container = consul.get_wrapped_container()
    container.pause()
    try:
        with pytest.raises(ConsulUnavailable, match=r"No answer from Consul at .* within 1 s"):
            connect(consul.url, timeout=1).agent.self()
    finally:
        container.unpause()
    assert consul.client.agent.self()["Config"]["NodeName"] == "consul"


def test_a_client_follows_its_container_to_its_new_port() -> None:
    agent = ConsulContainer().start()
    try:
        agent.client.agent.self()
        agent.start()
        assert agent.client.http.base_uri == agent.url
        assert agent.client.agent.self()
    finally:
        agent.stop()


def test_a_machine_joins_with_its_own_agent() -> None:
    consul, depot = ConsulContainer(), ConsulContainer(name="depot", join="consul")
    with Lab(consul, depot, name="test_consul") as lab:
        depot.client.agent.service.register("page", address="page", port=1)
        lab.wait_until(lambda: "page" in set(consul.catalog().service), "the catalog has it")
        assert consul.catalog().set_index("id").node["page"] == "depot"
        assert {node["Node"] for node in consul.client.catalog.nodes()[1]} == {"consul", "depot"}


CONFIG = """\
global: {scrape_interval: 1s}
scrape_configs:
  - job_name: consul
    metrics_path: /metrics.txt
    consul_sd_configs: [{server: "consul:8500", refresh_interval: 1s, services: [page]}]
    relabel_configs: [{source_labels: [__meta_consul_service_id], target_label: instance}]
"""


def test_the_watch_sees_three_opinions() -> None:
    pages = [StaticPageContainer("a 1\n", name=f"page-{number}") for number in (1, 2)]
    consul, prometheus = ConsulContainer(), PrometheusContainer(CONFIG)
    with Lab(consul, prometheus, *pages, name="test_watch") as lab:
        services = consul.client.agent.service
        watch = DiscoveryWatch(consul, prometheus, "page").start()
        for page in pages:
            check = Check.tcp(page.name, 8000, "1s")
            services.register(
                "page", service_id=page.name, address=page.name, port=8000, check=check
            )

        def seen(instance: str, source: str, state: str) -> bool:
            states = watch.states()
            mine = states[(states.instance == instance) & (states.source == source)]
            return state in set(mine.state)

        lab.wait_until(lambda: all(seen(page.name, "up", "up") for page in pages), "both are up")
        watch.mark("page-1 is killed")
        pages[0].stop()
        lab.wait_until(lambda: seen("page-1", "up", "down"), "Prometheus has noticed")
        lab.wait_until(lambda: seen("page-1", "Consul", "critical"), "Consul has noticed")
        services.deregister("page-2")
        lab.wait_until(lambda: len(prometheus.targets()) == 1, "page-2 is no target")
        count = len(watch._looks)
        lab.wait_until(lambda: len(watch._looks) >= count + 2, "the watch has seen it")
        watch.stop()
        watch.stop()
    states = watch.states()
    ends = states.groupby(["instance", "source"]).end.max()
    assert ends["page-2", "Consul"] <= ends["page-2", "target"] < ends["page-1", "target"]
    assert (states.end > states.start).all()
    texts = {text.get_text() for text in watch.draw().axes[0].texts}
    assert "page-1 is killed" in texts


def test_a_configuration_that_asks_for_consul_is_taken() -> None:
    with PrometheusContainer(CONFIG) as prometheus:
        prometheus.reload()
        built = prometheus._client.raw("status/buildinfo")["version"]
        # Debian's own is built without Consul: its image falls back to an older one.
        assert built.startswith("2.24.") or not prometheus.image.startswith("workshop/")
    with PrometheusContainer("# not with consul_sd_configs: here\n") as prometheus:
        assert prometheus._client.raw("status/buildinfo")["version"] != built or (
            not prometheus.image.startswith("workshop/")
        )
