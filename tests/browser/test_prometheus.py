"""Prometheus's own pages at the addresses that chapters give, and the pictures of them."""

from collections.abc import Iterator

import pytest

from lab_helpers.lab import Lab
from lab_helpers.services.exporters import NodeExporterContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.shop import StaticPageContainer
from lab_helpers.setup.images import ROOT
from tests.browser.conftest import need_pages
from tests.browser.reader import Reader

FIRST = ROOT / "labs" / "01_first_scrape"
THIRD_JOB = """
  - job_name: warehouse
    metrics_path: /metrics.txt
    static_configs:
      - targets: ["warehouse:8000"]
"""


@pytest.fixture(scope="module")
def prometheus() -> Iterator[PrometheusContainer]:
    """Chapter 01's lab, once its warehouse has gone."""
    server = PrometheusContainer((FIRST / "prometheus.yml").read_text() + THIRD_JOB)
    warehouse = StaticPageContainer(FIRST / "warehouse.txt", "/metrics.txt", name="warehouse")
    with Lab(server, NodeExporterContainer(), warehouse, name="browser 01") as lab:
        need_pages(server)
        lab.wait_until(lambda: server.query("up").value.sum() == 3, "all three targets are up")
        warehouse.stop()
        lab.wait_until(lambda: server.query("up").value.sum() == 2, "the warehouse is down")
        yield server


def test_targets(reader: Reader, prometheus: PrometheusContainer) -> None:
    reader.open(prometheus.page("targets"), "0 / 1 up", "no such host", "node-exporter:9100")
    reader.keep("01_targets", prometheus)


def test_a_query_in_the_table(reader: Reader, prometheus: PrometheusContainer) -> None:
    reader.open(prometheus.page("query", "up"), "Result series: 3", 'job="warehouse"')
    reader.keep("01_query", prometheus)


def test_filters_of_the_targets(reader: Reader, prometheus: PrometheusContainer) -> None:
    for filters in ({"health": "down"}, {"job": "warehouse"}, {"search": "warehouse"}):
        reader.open(prometheus.page("targets", **filters), "http://warehouse:8000/metrics.txt")
        assert reader.page.get_by_text("node-exporter:9100").count() == 0, filters
    reader.open(prometheus.page("targets", health=["up", "down"]), "warehouse:8000", "node-expo")


def test_a_graph_ends_where_the_link_says(reader: Reader, prometheus: PrometheusContainer) -> None:
    at = "2026-03-02 14:00"
    reader.open(prometheus.page("query", "vector(7)", tab="graph", at=at, range="6h"), "{}")
    boxes = reader.page.locator("input")
    assert {boxes.nth(n).input_value() for n in range(boxes.count())} >= {"6h", f"{at}:00"}


def test_pages_without_a_filter(reader: Reader, prometheus: PrometheusContainer) -> None:
    reader.open(prometheus.page("config"), "job_name: warehouse")
    reader.open(prometheus.page("tsdb-status"), "TSDB Head Status", "Number of series")
    reader.open(prometheus.page("flags"), "--storage.tsdb.retention.time")
    reader.open(prometheus.page("status"), "Storage retention")


def test_filters_of_the_service_discovery(reader: Reader) -> None:
    config = """\
scrape_configs:
  - job_name: ours
    static_configs: [{targets: [kept:1, dropped:1]}]
    relabel_configs: [{source_labels: [__address__], regex: kept.*, action: keep}]
  - job_name: theirs
    static_configs: [{targets: [other:1]}]
"""
    with PrometheusContainer(config) as server:
        need_pages(server)
        shown = {
            'instance="kept:1"': {"job": "ours", "state": "active"},
            '__address__="dropped:1"': {"state": "dropped"},
            'instance="other:1"': {"search": "other"},
        }
        for text, filters in shown.items():
            reader.open(server.page("service-discovery", **filters), text)
            for other in shown.keys() - {text}:
                assert reader.page.get_by_text(other).count() == 0, (text, other)


def test_filters_of_rules_and_alerts(reader: Reader) -> None:
    rules = """\
groups:
  - name: ours
    rules:
      - {alert: Fires, expr: vector(1)}
      - {alert: Waits, expr: vector(1), for: 1h}
      - {alert: Sleeps, expr: vector(1) > 2}
"""
    config = "global: {evaluation_interval: 1s}\nrule_files: [rules.yml]"
    server = PrometheusContainer(config).copy_in(rules, "/etc/prometheus/rules.yml")
    with server, Lab(name="browser rules") as lab:
        need_pages(server)
        states = {"Fires": "firing", "Waits": "pending", "Sleeps": "inactive"}
        lab.wait_until(lambda: [*server.rules().state] == [*states.values()], "the rules have run")
        for name, state in states.items():
            for page in (
                server.page("alerts", state=state),
                server.page("alerts", search=name),
                server.page("rules", health="ok", search=name),
            ):
                reader.open(page, name)
                for other in states.keys() - {name}:
                    assert reader.page.get_by_text(other, exact=True).count() == 0, page
