"""Each service, on the image set in force, held to what its upstream image promises."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
import requests

from lab_helpers.errors import ServiceFailed
from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.base import Service
from lab_helpers.services.consul import ConsulContainer
from lab_helpers.services.exporters import (
    ApacheExporterContainer,
    BlackboxExporterContainer,
    MemcachedExporterContainer,
    MySQLExporterContainer,
    NginxExporterContainer,
    NodeExporterContainer,
    PushgatewayContainer,
    SNMPExporterContainer,
)
from lab_helpers.services.grafana import GrafanaContainer
from lab_helpers.services.inbox import InboxContainer
from lab_helpers.services.links import PAGES
from lab_helpers.services.programs import ProgramContainer
from lab_helpers.services.prometheus import WATCH_ITSELF, PrometheusContainer
from lab_helpers.services.shop import (
    ApacheContainer,
    HAProxyContainer,
    MemcachedContainer,
    MySQLContainer,
    NginxContainer,
    ShopWebContainer,
    StaticPageContainer,
    SwitchContainer,
)
from lab_helpers.services.victoriametrics import VictoriaMetricsContainer
from lab_helpers.setup import engine, images, provision
from tests.own_lab import own_lab

WEB_PAGE = """
from prometheus_client import Gauge, start_http_server
Gauge("ours_up", "Ours.").set(1)
start_http_server(8000)[1].join()
"""


@dataclass(frozen=True)
class Contract:
    """What lab_helpers relies on when the service runs; ``configuration`` is read at start.

    The image's own shape (entry point, user, volumes) is in shapes.toml.
    """

    service: Service
    port: int | None
    configuration: str | None = None
    page: str | None = None
    says: str = ""
    variables: dict[str, str] = field(default_factory=dict)


def contracts() -> list[Contract]:
    database = MySQLContainer()
    exporters = [
        (NodeExporterContainer(), 9100, "node_cpu_seconds_total"),
        (MySQLExporterContainer(database), 9104, "mysql_up"),
        (MemcachedExporterContainer(), 9150, "memcached_up"),
        (ApacheExporterContainer(), 9117, "apache_up"),
        (NginxExporterContainer(), 9113, "nginx_up"),
        (PushgatewayContainer(), 9091, "pushgateway"),
    ]
    return [
        Contract(
            PrometheusContainer(),
            9090,
            "/etc/prometheus/prometheus.yml",
            "/api/v1/status/config",
            "scrape_interval: 1s",
        ),
        *(Contract(s, port, None, "/metrics", words) for s, port, words in exporters),
        Contract(
            BlackboxExporterContainer("modules: {ours: {prober: tcp}}"),
            9115,
            "/etc/blackbox_exporter/config.yml",
            "/config",
            "ours:",
        ),
        Contract(
            SNMPExporterContainer("modules: {ours: {walk: [1.3.6]}}\nauths: {any: {version: 2}}"),
            9116,
            "/etc/snmp_exporter/snmp.yml",
            "/config",
            "ours:",
        ),
        Contract(
            AlertmanagerContainer("route: {receiver: ours}\nreceivers: [{name: ours}]"),
            9093,
            "/etc/alertmanager/alertmanager.yml",
            "/api/v2/status",
            "ours",
        ),
        Contract(
            ConsulContainer(), 8500, None, "/v1/agent/self", "Config"
        ),
        Contract(
            database,
            3306,
            variables={"MARIADB_DATABASE": "shop", "MARIADB_USER": "shop"},
        ),
        Contract(MemcachedContainer(), 11211),
        Contract(
            NginxContainer("events {}\nhttp { server { listen 80; return 200 'ours'; } }"),
            80,
            "/etc/nginx/nginx.conf",
            "/",
            "ours",
        ),
        Contract(
            ApacheContainer(), 80, "/usr/local/apache2/conf/httpd.conf", "/server-status?auto",
            "Total Accesses",
        ),
        Contract(
            HAProxyContainer(),
            8404,
            "/usr/local/etc/haproxy/haproxy.cfg",
            "/metrics",
            "haproxy_",
        ),
        Contract(VictoriaMetricsContainer(), 8428, None, "/metrics", "vm_rows"),
        Contract(ShopWebContainer(database), 8000, None, "/metrics", "shop_"),
        Contract(StaticPageContainer("by_hand 1\n"), 8000, None, "/metrics.txt", "by_hand 1"),
        Contract(ProgramContainer(WEB_PAGE, name="program"), 8000, None, "/metrics", "up 1"),
        Contract(SwitchContainer(), None),
        Contract(
            GrafanaContainer(),
            3000,
            "/etc/grafana/provisioning/datasources/workshop.yml",
            "/api/health",
            "version",
        ),
        Contract(InboxContainer(), 8025, None, "/api/messages", "[]"),
    ]  # fmt: skip


@pytest.fixture(params=contracts(), ids=lambda contract: contract.service.name)
def contract(request: pytest.FixtureRequest) -> Iterator[Contract]:
    """A contract whose service runs, alone."""
    contract = request.param
    name = contract.service.image_name or contract.service.service
    if name in provision.UPSTREAM_ONLY and (reason := engine.why_unavailable(name)):
        pytest.skip(reason)
    with contract.service:
        yield contract
    assert contract.service._container is None


def test_a_service_keeps_the_contract_of_its_upstream_image(contract: Contract) -> None:
    service = contract.service
    found = engine.client().containers.get(service.get_container_id())

    published = {port: bindings for port, bindings in found.ports.items() if bindings}
    if contract.port is None:
        assert not published
    else:
        assert f"{contract.port}/tcp" in published
    for bindings in published.values():
        assert [binding["HostIp"] for binding in bindings] == [engine.bind_address()]

    # what Docker does by itself; Podman has to be told, and does not tell it again
    assert service._kwargs["sysctls"] == {"net.ipv4.ip_unprivileged_port_start": "0"}

    if contract.configuration:
        assert service.run("cat", contract.configuration)
    if contract.page:
        answer = requests.get(service.url + contract.page, timeout=30)
        assert answer.status_code == 200
        assert contract.says in answer.text
    for name, value in contract.variables.items():
        assert f"{name}={value}" in found.attrs["Config"]["Env"]


@pytest.mark.parametrize(
    "service",
    [
        NginxContainer("events {}\nhttp { server { listen 80; return 200 'ours'; } }"),
        ConsulContainer(),
        PrometheusContainer(),
    ],
    ids=["of several processes", "behind a first process", "of one process"],
)
def test_a_service_that_is_paused_takes_connections_and_says_nothing(service: Service) -> None:
    with service:
        service.unpause()  # harmless
        for _ in range(2):
            service.pause()
            service.pause()
            for _ in range(3):  # a worker more than one may be there
                with pytest.raises(requests.ReadTimeout):
                    requests.get(service.url, timeout=(5, 0.3))
            service.unpause()
            assert requests.get(service.url, timeout=30).status_code < 500


def test_every_image_is_under_a_contract() -> None:
    held = {one.service.image_name or one.service.service for one in contracts()}
    assert held == set(images.all_services())


def test_the_database_has_no_default_password() -> None:
    with MySQLContainer() as database:
        assert database.sql("SELECT CURRENT_USER()").splitlines()[1] == "shop@%"
        for login in (["--user=root"], ["--user=root", "--password="], ["--user=shop"]):
            with pytest.raises(ServiceFailed, match=r"(?s)status 1:.*denied"):
                database.run("mariadb", "--host=127.0.0.1", *login, "--execute=SELECT 1")
        assert MySQLContainer().password != database.password


def test_the_database_encrypts_what_goes_over_the_network() -> None:
    with MySQLContainer() as database:
        login = ["--host=127.0.0.1", f"--user={database.USER}", f"--password={database.password}"]
        cipher = database.run("mariadb", *login, "--execute=SHOW STATUS LIKE 'Ssl_cipher'")
        assert "TLS_" in cipher


def test_the_account_of_the_exporter_can_look_and_not_touch() -> None:
    with MySQLContainer() as database:
        login = [f"--user={database.EXPORTER}", f"--password={database.exporter_password}", "shop"]
        assert database.run("mariadb", *login, "--execute=SHOW GLOBAL STATUS LIKE 'Uptime'")
        with pytest.raises(ServiceFailed, match="denied"):
            database.run("mariadb", *login, "--execute=CREATE TABLE mine (id INT)")


def test_two_servers_may_scrape_the_database_at_the_same_moment() -> None:
    database = MySQLContainer()
    exporter = MySQLExporterContainer(database)
    with own_lab("two servers") as lab, ThreadPoolExecutor(2) as servers:
        lab.start().start(database, exporter)
        address = f"{exporter.url}/metrics"
        pages = [*servers.map(lambda _: requests.get(address, timeout=30).text, range(60))]
    for page in pages:
        assert "\nmysql_up 1\n" in page
        assert not re.findall(r"^mysql_exporter_collector_success{.*} 0$", page, re.MULTILINE)


def test_an_environment_variable_overrides_an_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_EXPORTER_IMAGE", images.image_for("prometheus"))
    assert NodeExporterContainer().image == images.image_for("prometheus")


CONSUL = "scrape_configs: [{job_name: ours, consul_sd_configs: [{server: 'consul:8500'}]}]"


@pytest.mark.parametrize("config", [WATCH_ITSELF, CONSUL], ids=["plain", "consul"])
def test_each_link_to_prometheus_leads_to_a_page_that_asks_it(config: str) -> None:
    with PrometheusContainer(config) as prometheus:
        for name in PAGES:
            answer = requests.get(prometheus.page(name), timeout=30)
            assert answer.status_code == 200, name
            assert "<script" in answer.text, f"{name}: {answer.text[:500]}"


def test_promtool_is_of_the_same_version_as_prometheus() -> None:
    with PrometheusContainer() as prometheus:
        version = prometheus.raw("status/buildinfo")["version"]
        assert f"version {version}" in prometheus.run("promtool", "--version")


def test_the_link_to_alertmanager_leads_to_its_page_or_to_its_answer() -> None:
    with AlertmanagerContainer("route: {receiver: ours}\nreceivers: [{name: ours}]") as service:
        answer = requests.get(service.link, timeout=30)
        assert answer.status_code == 200
        assert "<script" in answer.text or answer.json() == []
