"""What chapters show of Prometheus's pages, in the state that their labs have at that point."""

from collections.abc import Iterator

import pytest

from lab_helpers.lab import Lab
from lab_helpers.services.consul import ConsulContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.setup.images import ROOT
from lab_helpers.setup.needs import why_unmet
from tests.alert_lab import AlertLab
from tests.browser.conftest import need_pages
from tests.browser.reader import Reader

WEEK = ROOT / "labs" / "02_data_model_and_promql" / "prometheus.yml"
DISCOVERY = ROOT / "labs" / "05_consul_service_discovery"
THURSDAY = "2026-03-05 12:00"
SHARE = """\
sum by (route) (rate(shop_http_requests_total{status="500"}[5m]))
  / sum by (route) (rate(shop_http_requests_total[5m]))"""


def test_02_a_join_that_loses_series(reader: Reader) -> None:
    with PrometheusContainer(WEEK, history=True) as prometheus:
        need_pages(prometheus)
        page = prometheus.page("query", SHARE, tab="explain", tree=True, at=THURSDAY)
        reader.open(page, "4 results", "1 result", "One-to-one match", '{route="/products"}')
        reader.keep("02_explain", prometheus)


@pytest.fixture
def discovering() -> Iterator[PrometheusContainer]:
    """Chapter 05's Prometheus and Consul, which knows one replica and the database."""
    if why := why_unmet("prometheus>=3.8"):
        pytest.skip(why)
    consul, prometheus = ConsulContainer(), PrometheusContainer(DISCOVERY / "prometheus.yml")
    with Lab(consul, prometheus, name="browser 05") as lab:
        need_pages(prometheus)
        register = consul.client.agent.service.register
        register("web", "web-1", "web-1", 8000, ["metrics", "version=1.9.0"])
        register("mysql", "mysql", "mysql", 3306)
        lab.wait_until(lambda: len(prometheus.targets()) == 1, "the replica is a target")
        yield prometheus


def test_05_which_rule_dropped_it(reader: Reader, discovering: PrometheusContainer) -> None:
    page = discovering.page("service-discovery", job="consul", state="dropped", search="mysql")
    reader.open(page, '__meta_consul_service="mysql"', "show relabeling")
    reader.page.set_viewport_size({"width": 900, "height": 800})
    reader.page.get_by_text("show relabeling").click()
    reader.reads("Relabeling steps for target", "Rule 1", "keep")
    dialog = reader.page.get_by_role("dialog")
    dialog.get_by_text("dropped").first.evaluate("e => e.scrollIntoView({block: 'end'})")
    reader.keep("05_relabelling", discovering, part=dialog)


def test_06_an_alert_that_fires(reader: Reader) -> None:
    with AlertLab() as lab:
        need_pages(lab.prometheus)
        lab.web_2.get_wrapped_container().kill()
        lab.wait_until(
            lambda: (
                lab.prometheus.query("ALERTS{alertname='ReplicaDown'}")
                .alertstate.eq("firing")
                .any()
            ),
            "the alert fires",
        )
        reader.open(
            lab.prometheus.page("alerts", search="ReplicaDown"), "ReplicaDown", "FIRING (1)"
        )
        reader.page.get_by_text("ReplicaDown").first.click()
        reader.reads("web-2:8000", "runbook")
        reader.keep("06_alerts", lab.prometheus)
