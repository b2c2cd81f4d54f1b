"""The shop as one: what it keeps where, what it counts, and what happens when a part goes away."""

import re
from collections.abc import Iterator

import docker
import pytest
import requests

from lab_helpers.lab import Lab
from lab_helpers.services.exporters import MemcachedExporterContainer
from lab_helpers.services.shop import (
    HAProxyContainer,
    MemcachedContainer,
    MySQLContainer,
    NginxContainer,
    ShopWebContainer,
)
from lab_helpers.setup import engine
from lab_helpers.setup.images import image_for
from lab_helpers.traffic.load import Traffic

Samples = dict[tuple[str, str], float]


class Shop:
    """A lab of the shop, and short ways to ask it."""

    def __init__(self) -> None:
        self.mysql, self.memcached = MySQLContainer(), MemcachedContainer()
        self.web = ShopWebContainer(self.mysql, version="7.0")
        self.nginx, self.haproxy = NginxContainer(), HAProxyContainer()
        self.exporter = MemcachedExporterContainer()
        self.lab = Lab(self.web, name="shop-test")

    def get(self, path: str, visitor: str = "ann") -> requests.Response:
        return requests.get(self.web.url + path, cookies={"visitor": visitor}, timeout=30)

    def post(
        self, path: str, form: dict[str, str] | None = None, visitor: str = "ann"
    ) -> requests.Response:
        cookies = {"visitor": visitor}
        return requests.post(self.web.url + path, data=form, cookies=cookies, timeout=30)

    def metrics(self) -> Samples:
        return samples(self.get("/metrics").text)

    def wait(self, path: str, status: int) -> None:
        self.lab.wait_until(
            lambda: self.get(path).status_code == status, f"{path} answers {status}"
        )


def samples(page: str) -> Samples:
    """The samples of a metrics page, by name and labels."""
    found = re.findall(r"^(\w+)(?:\{(.*)\})? (\S+)$", page, flags=re.MULTILINE)
    return {(name, labels.replace('"', "")): float(value) for name, labels, value in found}


def requested(page: Samples) -> Samples:
    return {key: n for key, n in page.items() if key[0] == "shop_http_requests_total" and n}


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """The web app alone at first; `test_it_starts_without…` adds the rest."""
    shop = Shop()
    shop.lab.start()
    yield shop
    shop.lab.stop()


def test_it_starts_without_what_it_depends_on_and_takes_it_when_it_comes(shop: Shop) -> None:
    health = shop.get("/healthz")
    assert health.status_code == 503
    assert health.json()["mysql"].startswith("mysql: ")
    assert health.json()["memcached"].startswith("memcached: ")
    before = shop.metrics()
    assert before["shop_dependency_errors_total", "dependency=mysql"] == 0
    assert shop.get("/products").status_code == 503
    assert shop.get("/products").json() == {"missing": "mysql"}
    assert shop.get("/cart").json() == {"missing": "memcached"}
    after = shop.metrics()
    assert after["shop_dependency_errors_total", "dependency=mysql"] == 2
    assert after["shop_dependency_errors_total", "dependency=memcached"] == 1
    assert after["shop_http_requests_total", "method=GET,route=/products,status=503"] == 2

    shop.lab.start(shop.mysql, shop.memcached, shop.nginx, shop.haproxy, shop.exporter)
    shop.wait("/healthz", 200)
    assert shop.get("/healthz").json() == {"mysql": "ok", "memcached": "ok"}


def test_a_visit_from_the_front_page_to_the_order(shop: Shop) -> None:
    assert "teapot, 34.00 €" in shop.get("/").text
    assert {p["product"] for p in shop.get("/products").json()} >= {"teapot", "grinder"}
    assert shop.get("/cart").json() == {}
    assert shop.post("/cart", {"product": "teapot", "quantity": "2"}).json() == {"teapot": 2}
    assert shop.post("/cart", {"product": "green-tea"}).json() == {"teapot": 2, "green-tea": 1}
    assert shop.get("/cart", visitor="bob").json() == {}, "bob sees ann's cart"
    before = shop.metrics()
    order = shop.post("/checkout").json()
    assert order["value_euros"] == 2 * 34.00 + 7.80
    assert shop.get("/cart").json() == {}
    assert shop.post("/checkout").status_code == 409
    lines = "SELECT name, quantity FROM order_lines JOIN products ON products.id = product_id"
    rows = shop.mysql.sql(f"{lines} WHERE order_id = {order['order']} ORDER BY name")
    assert rows.split() == ["name", "quantity", "green-tea", "1", "teapot", "2"]
    after = shop.metrics()
    for product, more in {"teapot": 1, "green-tea": 1, "grinder": 0}.items():
        key = ("shop_orders_total", f"product={product}")
        assert after[key] == before[key] + more
    assert (
        after["shop_order_value_euros_count", ""] == before["shop_order_value_euros_count", ""] + 1
    )
    value = after["shop_order_value_euros_sum", ""] - before["shop_order_value_euros_sum", ""]
    assert value == pytest.approx(75.80)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 404),
        ({"product": "anvil"}, 404),
        ({"product": "teapot", "quantity": "0"}, 400),
        ({"product": "teapot", "quantity": "-1"}, 400),
        ({"product": "teapot", "quantity": "many"}, 400),
        ({"product": "' OR '1'='1"}, 404),
    ],
)
def test_carts_take_products_only(shop: Shop, form: dict[str, str], status: int) -> None:
    assert shop.post("/cart", form, visitor="eve").status_code == status
    assert shop.get("/cart", visitor="eve").json() == {}


def test_names_that_a_client_makes_up_are_no_label_values(shop: Shop) -> None:
    shop.get("/made/up/1")
    shop.get("/made/up/2")
    requests.request("BREW", shop.web.url + "/products", timeout=30)
    labels = {key[1] for key in requested(shop.metrics())}
    assert not [text for text in labels if "made" in text or "BREW" in text]
    assert "method=GET,route=other,status=404" in labels
    assert "method=other,route=other,status=405" in labels


def test_health_metrics_and_the_lever_are_not_counted(shop: Shop) -> None:
    before = requested(shop.metrics())
    shop.get("/healthz")
    shop.get("/chaos")
    assert requested(shop.metrics()) == before


def test_the_version_and_the_buckets(shop: Shop) -> None:
    page = shop.metrics()
    assert page["shop_build_info", "version=7.0"] == 1
    name = "shop_http_request_duration_seconds_bucket"
    bounds = {key[1].split(",")[0] for key in page if key[0] == name}
    wanted = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5]
    assert bounds == {f"le={bound}" for bound in [*wanted, "+Inf"]}
    assert not [key for key in page if key[0].endswith("_created")]


def test_the_lever(shop: Shop) -> None:
    traffic = Traffic(shop.nginx.url)
    traffic.latency(0.2)
    assert shop.get("/products").elapsed.total_seconds() >= 0.2
    traffic.errors(1)
    assert shop.get("/products").status_code == 500
    assert shop.get("/healthz").ok and shop.get("/metrics").ok
    assert shop.get("/chaos").json() == {"latency": 0.2, "errors": 1.0, "clock": 0.0}
    for nonsense in ("latency=soon", "latency=-1", "latency=nan", "errors=1.5", "errors="):
        assert shop.post(f"/chaos?{nonsense}").status_code == 400, nonsense
    traffic.stop()
    assert shop.get("/chaos").json() == {"latency": 0.0, "errors": 0.0, "clock": 0.0}
    assert shop.get("/products").ok


def test_traffic_and_the_web_app_count_the_same(shop: Shop) -> None:
    before = requested(shop.metrics())
    with Traffic(shop.nginx.url, rate=40, seed=5, duration=3) as traffic:
        shop.lab.wait_until(lambda: not traffic.is_running, "the visitors are gone")
    after = requested(shop.metrics())
    counted = {key[1]: n - before.get(key, 0) for key, n in after.items()}
    sent = traffic.requests.groupby(["method", "route", "status"]).size()
    # On a busy machine a cart may not be filled yet when its owner comes to pay: 409.
    assert {"200"} <= set(traffic.requests.status) <= {"200", "409"}
    for (method, route, status), number in sent.items():
        assert counted.pop(f"method={method},route={route},status={status}") == number
    assert not any(counted.values())


def test_haproxy_passes_requests_on_and_counts_them(shop: Shop) -> None:
    shop.lab.wait_until(lambda: requests.get(shop.haproxy.front_url, timeout=30).ok, "web is UP")
    page = samples(requests.get(shop.haproxy.url + "/metrics", timeout=30).text)
    assert page["haproxy_server_status", "proxy=web,server=web,state=UP"] == 1
    assert page["haproxy_frontend_http_responses_total", "proxy=shop,code=2xx"] >= 1
    assert requests.get(shop.haproxy.url, timeout=30).status_code == 404


def test_nginx_hides_its_status_page_from_visitors(shop: Shop) -> None:
    assert requests.get(shop.nginx.url + "/stub_status", timeout=30).status_code == 404
    fetch = "import urllib.request as u; print(u.urlopen('http://nginx:8080/stub_status').read())"
    assert "Active connections" in shop.web.run("python3", "-c", fetch)


def test_without_memcached_the_front_page_works_and_carts_do_not(shop: Shop) -> None:
    page = f"{shop.exporter.url}/metrics"
    assert samples(requests.get(page, timeout=30).text)["memcached_up", ""] == 1
    shop.memcached.stop()
    assert shop.get("/").ok
    assert shop.get("/products").ok
    for answer in (
        shop.get("/cart"),
        shop.post("/cart", {"product": "teapot"}),
        shop.post("/checkout"),
    ):
        assert answer.status_code == 503
        assert answer.json() == {"missing": "memcached"}
    assert shop.get("/healthz").json()["mysql"] == "ok"
    away = samples(requests.get(page, timeout=30).text)
    assert {
        k: v for k, v in away.items() if k[0].startswith("memcached_") and "exporter" not in k[0]
    } == {("memcached_up", ""): 0}
    shop.lab.start(shop.memcached)
    shop.wait("/cart", 200)
    assert samples(requests.get(page, timeout=30).text)["memcached_up", ""] == 1


def test_a_new_database_is_taken_and_gets_its_tables(shop: Shop) -> None:
    shop.mysql.stop()
    assert shop.get("/products").status_code == 503
    assert shop.get("/cart").ok
    shop.lab.start(shop.mysql)
    shop.wait("/products", 200)
    shop.post("/cart", {"product": "teapot"}, visitor="zoe")
    assert shop.post("/checkout", visitor="zoe").ok


def test_nginx_follows_a_web_app_that_moves(shop: Shop) -> None:
    def address() -> str:
        return shop.web.run("hostname", "-i")

    before = address()
    shop.web.stop()
    assert requests.get(shop.nginx.url, timeout=30).status_code in (502, 504)
    shop.lab.start(MemcachedContainer(name="moved-in"))  # and has its old address now
    shop.lab.start(shop.web)
    assert address() != before
    shop.lab.wait_until(lambda: requests.get(shop.nginx.url, timeout=30).ok, "nginx has found it")


def test_there_is_no_default_password() -> None:
    with pytest.raises(docker.errors.ContainerError, match="no default password"):
        engine.client().containers.run(image_for("shop"), ["/shop/web.py"], remove=True)
