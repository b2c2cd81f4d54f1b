"""Grafana's pages as chapter 07 shows them: a panel, Explore, an incident, an alert that fires."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lab_helpers import dashboards
from lab_helpers.lab import Lab
from lab_helpers.services.grafana import GrafanaContainer
from lab_helpers.services.inbox import InboxContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.shop import (
    MemcachedContainer,
    MySQLContainer,
    NginxContainer,
    ShopWebContainer,
)
from lab_helpers.setup.images import ROOT
from lab_helpers.setup.needs import why_unmet
from lab_helpers.traffic.load import Traffic
from tests.browser.reader import Reader

FILES = ROOT / "labs" / "07_grafana"
BY_PAGE = "sum by (route) (rate(shop_http_requests_total[$__rate_interval]))"
FIRING = 'ALERTS{alertstate="firing",alertname="%s"}'


@dataclass
class Shop:
    lab: Lab
    grafana: GrafanaContainer
    prometheus: PrometheusContainer
    mysql: MySQLContainer
    visitors: Traffic


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """The shop with visitors, and chapter 07's Grafana."""
    if why := why_unmet("grafana"):
        pytest.skip(why)
    mysql, nginx = MySQLContainer(), NginxContainer()
    prometheus = PrometheusContainer(FILES / "prometheus.yml", files=[FILES / "rules.yml"])
    grafana = GrafanaContainer(alerting=[FILES / "alerting.yml"])
    web = ShopWebContainer(mysql, version="1.9.0")
    services = (prometheus, mysql, MemcachedContainer(), web, nginx, grafana, InboxContainer())
    with (
        Lab(*services, name="browser 07") as lab,
        Traffic(nginx.url, rate=25, seed=1, duration=3600) as visitors,
    ):
        lab.wait_until(lambda: visitors.elapsed > 40, "visitors were here for 40 s")
        yield Shop(lab, grafana, prometheus, mysql, visitors)


@pytest.fixture
def admin(reader: Reader, shop: Shop) -> Reader:
    """A reader who is logged in."""
    pair = base64.b64encode(f"{shop.grafana.user}:{shop.grafana.password}".encode()).decode()
    reader.page.set_extra_http_headers({"Authorization": f"Basic {pair}"})
    return reader


def test_07_the_first_panel(admin: Reader, shop: Shop) -> None:
    panel = dashboards.graph("Requests by page", (BY_PAGE, "{{route}}"), unit="reqps")
    board = dashboards.page("My first dashboard", (8, [panel]), uid="first")
    address = shop.grafana.push(board)
    admin.page.set_viewport_size({"width": 900, "height": 360})
    admin.open(
        f"{address}?from=now-30s&to=now&kiosk&theme=light", "Requests by page", "/checkout", "req/s"
    )
    admin.keep("07_panel", shop.grafana)


def test_07_explore(admin: Reader, shop: Shop) -> None:
    admin.page.set_viewport_size({"width": 900, "height": 800})
    address = f"{shop.grafana.explore(BY_PAGE, '1m')}&theme=light"
    admin.open(address, "Explore", "Graph", '{route="/checkout"}')
    admin.keep("07_explore", shop.grafana)


def test_07_a_release_that_is_slow(admin: Reader, shop: Shop) -> None:
    shop.lab.start(ShopWebContainer(shop.mysql, version="2.0.0"))
    new = 'shop_build_info{version="2.0.0"}'
    shop.lab.wait_until(lambda: shop.prometheus.query(new).size, "2.0.0 is scraped")
    shop.visitors.errors(0.15)
    for alert, then in (("ShopErrors", "errors"), ("ShopSlow", "latency")):
        if then == "latency":
            shop.visitors.errors(0)
            shop.visitors.latency(0.3)
        seen = f"count_over_time({FIRING % alert}[10s]) > 3"
        shop.lab.wait_until(lambda: shop.prometheus.query(seen).size, f"{alert} fires")  # noqa: B023
    address = f"{shop.grafana.url}/d/shop?from=now-45s&to=now&kiosk&theme=light"
    admin.page.set_viewport_size({"width": 900, "height": 860})
    admin.open(address, "Traffic by page", "Latency, every request", "99 in 100", "/checkout")
    admin.keep("07_release", shop.grafana)
    shop.visitors.latency(0)


def test_07_an_alert_that_fires(admin: Reader, shop: Shop) -> None:
    shop.visitors.errors(0.15)

    def fires() -> bool:
        groups = shop.grafana.api("GET", "prometheus/grafana/api/v1/rules")["data"]["groups"]
        return groups[0]["rules"][0]["state"] == "firing"

    shop.lab.wait_until(fires, "Grafana's rule fires")
    admin.page.set_viewport_size({"width": 1300, "height": 1000})  # narrower, it cuts names off
    admin.open(f"{shop.grafana.url}/alerting/list?alertState=firing&theme=light", "shop", "Firing")
    admin.page.get_by_text("Expand all").click()
    admin.reads("ShopErrors")
    shop.visitors.errors(0)
    admin.keep("07_alert", shop.grafana)
