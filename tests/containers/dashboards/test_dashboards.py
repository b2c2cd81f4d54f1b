"""Every query of every panel, on the shop with its exporters and visitors."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from lab_helpers import dashboards
from lab_helpers.dashboards import as_json, panels_of
from lab_helpers.errors import ConfigurationRefused, ServiceFailed
from lab_helpers.lab import Lab
from lab_helpers.preview import Asked, empty_panels, freeze, preview
from lab_helpers.services.exporters import (
    ApacheExporterContainer,
    BlackboxExporterContainer,
    MemcachedExporterContainer,
    MySQLExporterContainer,
    NginxExporterContainer,
    NodeExporterContainer,
    SNMPExporterContainer,
)
from lab_helpers.services.grafana import GrafanaContainer, read_only_account
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.shop import (
    ApacheContainer,
    HAProxyContainer,
    MemcachedContainer,
    MySQLContainer,
    NginxContainer,
    ShopWebContainer,
    SwitchContainer,
)
from lab_helpers.setup import engine
from lab_helpers.setup.images import ROOT
from lab_helpers.traffic.load import Traffic

FILES: Path = ROOT / "labs" / "07_grafana"
EXPORTERS: Path = ROOT / "labs" / "03_common_exporters"
HOUR = 3600


@dataclass
class Stack:
    lab: Lab
    prometheus: PrometheusContainer
    mysql: MySQLContainer
    reader: str
    apache_exporter: ApacheExporterContainer

    def empty(self, name: str) -> list[str]:
        board = dashboards.load(name)
        return empty_panels(board, self.prometheus, last="30s", sql=self.mysql.sql)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    mysql = MySQLContainer()
    reader = read_only_account(mysql)
    nginx, haproxy, apache = NginxContainer(), HAProxyContainer(), ApacheContainer()
    prometheus = PrometheusContainer(FILES / "prometheus.yml", files=[FILES / "rules.yml"])
    apache_exporter = ApacheExporterContainer()
    lab = Lab(
        *(prometheus, mysql, MemcachedContainer(), ShopWebContainer(mysql), nginx, haproxy, apache),
        *(NodeExporterContainer(), MySQLExporterContainer(mysql), MemcachedExporterContainer()),
        *(NginxExporterContainer(), apache_exporter, SwitchContainer()),
        BlackboxExporterContainer(EXPORTERS / "blackbox.yml"),
        SNMPExporterContainer(EXPORTERS / "snmp.yml"),
        name="dashboards",
    )
    with lab:
        lab.wait_until(lambda: requests.get(haproxy.front_url, timeout=30).ok, "HAProxy is ready")
        with (
            Traffic(nginx.url, rate=20, seed=1, duration=HOUR) as visitors,
            Traffic(haproxy.front_url, rate=5, seed=2, duration=HOUR, name="haproxy"),
            Traffic(apache.url, rate=5, seed=3, duration=HOUR, name="apache", mix={"one page": 1}),
        ):
            lab.wait_until(lambda: prometheus.query("up").value.sum() == 10, "all targets are up")
            lab.wait_until(lambda: visitors.elapsed > 12, "visitors were here for 12 s")
            yield Stack(lab, prometheus, mysql, reader, apache_exporter)


@pytest.mark.parametrize("name", dashboards.names())
def test_every_panel_has_data(name: str, stack: Stack) -> None:
    assert stack.empty(name) == []
    preview(dashboards.load(name), stack.prometheus, last="30s", sql=stack.mysql.sql)


def test_every_variable_has_values(stack: Stack) -> None:
    for name in dashboards.names():
        asked = Asked.of(dashboards.load(name), stack.prometheus, last="1m")
        assert all(asked.chosen.values()), f"{name}: {asked.chosen}"


def test_a_metric_that_is_not_there_is_found(stack: Stack) -> None:
    board = as_json(dashboards.load("nginx"))
    board["panels"][1]["targets"][0]["expr"] = "rate(nginx_http_request_total[$__rate_interval])"
    assert empty_panels(board, stack.prometheus, last="30s") == [
        "Requests / A: rate(nginx_http_request_total[4s])"
    ]


def test_both_data_sources_count_the_same_orders(stack: Stack) -> None:
    def counted() -> float:
        return float(stack.prometheus.query("sum(shop_order_value_euros_count)").value[0])

    stored = int(stack.mysql.sql("SELECT COUNT(*) FROM orders").split()[-1])
    stack.lab.wait_until(lambda: counted() >= stored, "the counter has caught up")


def test_grafanas_account_can_look_and_not_touch(stack: Stack) -> None:
    login = ["mariadb", "--user=grafana", f"--password={stack.reader}", "shop", "--execute"]
    assert stack.mysql.run(*login, "SELECT COUNT(*) FROM orders")
    for statement in (
        "DELETE FROM orders",
        "CREATE TABLE mine (id INT)",
        "SELECT * FROM mysql.user",
    ):
        with pytest.raises(ServiceFailed, match=r"(?s)status 1:.*denied"):
            stack.mysql.run(*login, statement)


@pytest.fixture(scope="module")
def grafana(stack: Stack) -> GrafanaContainer:
    """Grafana, on the stack."""
    if reason := engine.why_unavailable("grafana"):
        pytest.skip(reason)
    service = GrafanaContainer(mysql_password=stack.reader)
    stack.lab.start(service)
    return service


def test_grafana_finds_what_was_provisioned(grafana: GrafanaContainer, stack: Stack) -> None:
    wanted = set(dashboards.names())
    # It answers before its provider has been through the folder.
    stack.lab.wait_until(lambda: wanted <= set(grafana.dashboards().uid), "dashboards are found")
    assert grafana.datasources().uid.tolist() == ["mysql", "prometheus"]
    answer = requests.get(f"{grafana.url}/api/search", auth=("admin", "admin"), timeout=30)
    assert answer.status_code == 401, "Grafana's default password lets everybody in"


@pytest.mark.parametrize("name", dashboards.names())
def test_what_is_pushed_can_be_read_back(name: str, grafana: GrafanaContainer) -> None:
    model = as_json(dashboards.load(name)) | {"uid": f"pushed-{name}", "title": f"Pushed {name}"}
    assert f"/d/pushed-{name}/" in grafana.push(model)
    kept = grafana.dashboard(f"pushed-{name}")
    for before, after in zip(panels_of(model), panels_of(kept), strict=True):
        assert (before["title"], before["targets"]) == (after["title"], after["targets"])


@pytest.mark.parametrize("change", [{"title": ""}, {"uid": "with blanks"}])
def test_grafana_refuses_with_a_reason(change: dict[str, Any], grafana: GrafanaContainer) -> None:
    model = as_json(dashboards.load("shop")) | {"uid": "mine"} | change
    with pytest.raises(ConfigurationRefused, match=r"^The dashboard .*\(HTTP 4\d\d\): \w+"):
        grafana.push(model)


def test_a_dashboard_from_a_file_is_not_saved_over(grafana: GrafanaContainer) -> None:
    with pytest.raises(ConfigurationRefused, match=r"grafana has it from .*shop\.json"):
        grafana.push(dashboards.load("shop"))


def test_both_data_sources_answer_through_grafana(grafana: GrafanaContainer) -> None:
    assert grafana.ask("prometheus", "sum(up)", last=5).iloc[-1].Value == 10
    names = grafana.ask("mysql", "SELECT name FROM products ORDER BY price_cents")
    assert names.name.tolist()[0] == "green-tea"
    with pytest.raises(ServiceFailed, match="The data source Orders at mysql:3306 does not answer"):
        grafana.ask("mysql", "DELETE FROM orders")  # how much of the reason it tells depends
    assert grafana.ask("mysql", "SELECT COUNT(*) AS n FROM orders").n[0] > 0


def test_a_data_source_with_a_wrong_address_is_named(grafana: GrafanaContainer) -> None:
    source = {"name": "Wrong", "uid": "wrong", "type": "prometheus", "access": "proxy"}
    grafana.api("POST", "datasources", source | {"url": "http://localhost:9090"})
    with pytest.raises(ServiceFailed, match="data source Wrong at http://localhost:9090 does not"):
        grafana.ask("wrong", "up")


def test_a_snapshot_keeps_the_data(grafana: GrafanaContainer, stack: Stack) -> None:
    frozen = freeze(dashboards.load("nginx"), stack.prometheus, last="30s")
    kept = grafana.api("GET", f"snapshots/{grafana.snapshot(frozen)['key']}")["dashboard"]
    assert kept["panels"][1]["snapshotData"] == frozen["panels"][1]["snapshotData"]
