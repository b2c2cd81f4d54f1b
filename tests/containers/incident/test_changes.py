"""What does harm inside the shop, one thing at a time: changes, the limits that they meet, locks.

Whether each fault shows in Prometheus is asked by test_field.py, on the whole field.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families as families

from lab_helpers.errors import ServiceFailed, WaitFailed
from lab_helpers.incident import background, changes
from lab_helpers.incident.catalogue import trouble
from lab_helpers.incident.changes import HIDES_SOLD_OUT, KEEPS_CONNECTIONS, KEPT_TOO_LONG
from lab_helpers.incident.faults import database
from lab_helpers.lab import Lab
from lab_helpers.services.shop import FILES, MemcachedContainer, MySQLContainer, ShopWebContainer
from lab_helpers.setup import engine
from lab_helpers.waiting import wait_until
from tests.own_lab import own_lab

if TYPE_CHECKING:
    from docker.models.containers import Container

WEB, DATABASE = ("web-1",), ("mysql",)


class Shop:
    """A replica with its database and its cache: a stage for what breaks them."""

    def __init__(self, lab: Lab) -> None:
        self.mysql = MySQLContainer(flags=MySQLContainer.LIMITS)
        self.memcached = MemcachedContainer()
        self.web = ShopWebContainer(self.mysql, replaceable=True, name="web-1")
        lab.start(self.mysql, self.memcached, self.web)
        assert self.ask("GET", "/products") == 200  # the first request makes the tables

    def container(self, service: str) -> "Container":
        found = {one.name: one for one in (self.mysql, self.memcached, self.web)}[service]
        return engine.client().containers.get(found.get_wrapped_container().id)

    def url(self, service: str) -> str:
        assert service == self.web.name
        self.web._host_port = None  # another one after a start
        return self.web.url

    def ask(self, method: str, path: str, **form: str) -> int:
        """The status of a page for the visitor Ann; 0 where nobody answers."""
        address, cookies = self.url("web-1") + path, {"visitor": "ann"}
        try:
            answer = requests.request(method, address, data=form, cookies=cookies, timeout=30)
            return answer.status_code
        except requests.ConnectionError:
            return 0

    def runs(self) -> tuple[float, str]:
        """Since when the app has run, and which version it says that it is."""
        page = requests.get(self.url("web-1") + "/metrics", timeout=30).text
        samples = [sample for family in families(page) for sample in family.samples]
        (since,) = (one.value for one in samples if one.name == "process_start_time_seconds")
        (build,) = (one.labels for one in samples if one.name == "shop_build_info")
        return since, build["version"]

    def wait_for_another(self, before: tuple[float, str]) -> tuple[float, str]:
        wait_until(lambda: self.runs()[0] > before[0], "another process answers", 30)
        return self.runs()

    def see(self, statement: str) -> str:
        """What the database answers to the account that sees what everybody does."""
        login = [f"--user={MySQLContainer.EXPORTER}", f"--password={self.mysql.exporter_password}"]
        return self.mysql.run("mariadb", *login, "-Ne", statement)

    def processes(self, service: str) -> int:
        """How many run in a container, but for those that have ended and that nobody asks about."""
        return sum("<defunct>" not in one[-1] for one in self.container(service).top()["Processes"])

    def started(self) -> str:
        return str(self.container("web-1").attrs["State"]["StartedAt"])


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with own_lab("changes") as lab:
        yield Shop(lab)


@pytest.fixture(autouse=True)
def well(shop: Shop) -> Iterator[None]:
    """Each test finds the shop's own program, and leaves it."""
    yield
    trouble("lock-wait").heal_it(shop, DATABASE)
    changes.roll_back(shop, WEB)
    wait_until(lambda: shop.runs()[1] == "1.9.0", "the replica is back")
    wait_until(lambda: shop.ask("GET", "/products") == 200, "the shop is well")


def test_a_release_takes_the_place_of_another_and_leaves_it(shop: Shop) -> None:
    before, started = shop.runs(), shop.started()
    changes.deploy(shop, WEB, HIDES_SOLD_OUT)
    bad = shop.wait_for_another(before)
    assert bad[1] == "1.10.0"
    assert shop.ask("POST", "/cart", product="teapot") == 200
    assert shop.ask("GET", "/cart") == 500
    assert shop.ask("GET", "/products") == 200
    changes.roll_back(shop, WEB)
    assert shop.wait_for_another(bad)[1] == "1.9.0"
    assert shop.ask("GET", "/cart") == 200
    assert shop.started() == started, "the container was started again"


def test_the_right_program_is_left_alone(shop: Shop) -> None:
    before = shop.processes("web-1")
    changes.roll_back(shop, WEB)
    assert shop.processes("web-1") == before


def test_what_does_not_run_is_not_started(shop: Shop) -> None:
    shop.container("web-1").kill()
    changes.deploy(shop, WEB, HIDES_SOLD_OUT)
    assert shop.container("web-1").status == "exited"
    shop.container("web-1").start()
    wait_until(lambda: shop.runs()[1] == "1.10.0", "the next start has it")


def test_a_replica_that_takes_too_much_memory_is_killed_and_comes_back(shop: Shop) -> None:
    before, started, usual = shop.runs(), shop.started(), shop.processes("web-1")
    trouble("memory-leak").break_it(shop, WEB)
    leaky = shop.wait_for_another(before)
    assert {shop.ask("GET", "/cart") for _ in range(90)} == {200}
    assert shop.runs() == leaky, "192 MiB are some 130 pages of 1.2 MB"
    for _ in range(90):
        shop.ask("GET", "/cart")
    shop.wait_for_another(leaky)
    assert shop.started() == started
    trouble("memory-leak").heal_it(shop, WEB)
    wait_until(lambda: shop.processes("web-1") <= usual, "none of its processes is left")


def test_a_replica_that_keeps_connections_meets_the_limit_of_its_account(shop: Shop) -> None:
    changes.deploy(shop, WEB, KEEPS_CONNECTIONS)
    shop.wait_for_another(shop.runs())
    answered = [shop.ask("GET", "/products") for _ in range(50)]
    assert 25 <= answered.index(503) <= 40
    assert answered[-1] == 503
    told = shop.see("SHOW STATUS LIKE 'Threads_%'")
    numbers = dict(line.split() for line in told.splitlines())
    assert int(numbers["Threads_connected"]) >= 38
    assert int(numbers["Threads_running"]) <= 3, "they are open and idle"


def test_memcached_keeps_nothing_for_60_days(shop: Shop) -> None:
    def misses() -> int:
        ask = "exec 3<>/dev/tcp/127.0.0.1/11211; printf 'stats\\r\\nquit\\r\\n' >&3; cat <&3"
        # of what an exec says, a busy engine may lose the end
        told = wait_until(
            lambda: re.search(r"get_misses (\d+)", shop.memcached.run("bash", "-c", ask)),
            "memcached tells its misses",
        )
        assert told
        return int(told[1])

    shop.ask("POST", "/cart", product="teapot")
    shop.ask("POST", "/checkout")
    assert shop.ask("GET", "/") == 200
    begin = misses()
    assert [shop.ask("GET", "/") for _ in range(3)] == [200] * 3
    assert misses() == begin, "the front page is in the cache"
    changes.deploy(shop, WEB, KEPT_TOO_LONG)
    shop.wait_for_another(shop.runs())
    wait_until(lambda: shop.ask("GET", "/") == 200 and misses() > begin, "the old copy expires")
    begin = misses()
    assert [shop.ask("GET", "/") for _ in range(3)] == [200] * 3
    assert misses() == begin + 3


def test_orders_wait_for_a_lock_and_go_on_without_it(shop: Shop) -> None:
    prices = "SELECT SUM(price_cents) FROM products"
    before = shop.mysql.sql(prices)
    waits = "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'"

    def buy() -> tuple[int, int]:
        return shop.ask("POST", "/cart", product="teapot"), shop.ask("POST", "/checkout")

    def transactions() -> int:
        return int(shop.see("SELECT COUNT(*) FROM information_schema.innodb_trx"))

    trouble("lock-wait").break_it(shop, DATABASE)
    wait_until(lambda: 503 in buy(), "an order fails")
    assert transactions() == 1, "the console's; the failed order holds nothing"
    trouble("lock-wait").heal_it(shop, DATABASE)
    wait_until(lambda: buy() == (200, 200), "orders go on")
    assert shop.mysql.sql(waits).split()[-1] == "0"
    assert shop.mysql.sql(prices) == before, "nobody said COMMIT"


@contextmanager
def orders_stand_still(shop: Shop) -> Iterator[None]:
    """An order is begun, and neither ended nor given up, as long as this lasts."""
    order = (
        "START TRANSACTION; INSERT INTO orders (customer, value_cents) VALUES ('ann', 1); "
        "INSERT INTO order_lines VALUES (LAST_INSERT_ID(), 1, 1);"
    )
    script = f'{{ echo "{order}"; sleep 100; }} | {database.CLIENT}'
    background.begin(shop.container("mysql"), "order", script, "sh", "-c")
    count = "SELECT SUM(trx_rows_modified) FROM information_schema.innodb_trx"
    wait_until(lambda: shop.see(count).strip() == "2", "an order and its line are there")
    try:
        yield
    finally:
        background.end(shop.container("mysql"), "order")
    wait_until(lambda: shop.see(count).strip() == "NULL", "they are given up")


@contextmanager
def replicas_begin(shop: Shop) -> Iterator[None]:
    """Two replicas miss their tables again and again, and make them."""
    schema = (FILES / "schema.sql").read_text()
    script = f"while :; do {database.CLIENT} <<'END'\n{schema}END\ndone"
    replicas = ("replica-1", "replica-2")
    for replica in replicas:
        background.begin(shop.container("mysql"), replica, script, "sh", "-c")
    try:
        yield
    finally:
        for replica in replicas:
            background.end(shop.container("mysql"), replica)


def test_a_list_of_products_reads_all_until_there_is_an_index(shop: Shop) -> None:
    def rows() -> int:
        """Rows that a list of products reads."""
        count = "SHOW STATUS LIKE 'Handler_read_%'"
        told = shop.mysql.sql(f"SELECT name, price_cents FROM products ORDER BY id; {count}")
        counted = (line.split() for line in told.splitlines() if line.startswith("Handler_"))
        return sum(int(number) for _, number in counted)

    listed = requests.get(shop.url("web-1") + "/products", timeout=30).json()
    with orders_stand_still(shop), pytest.raises(ServiceFailed, match="Lock wait timeout"):
        trouble("slow-query").break_it(shop, DATABASE)
    for _ in range(2):  # the second time the table is there already
        with replicas_begin(shop):
            trouble("slow-query").break_it(shop, DATABASE)
        wait_until(lambda: rows() > database.ARCHIVED, "all rows are read")
        assert requests.get(shop.url("web-1") + "/products", timeout=30).json() == listed
        trouble("slow-query").heal_it(shop, DATABASE)
        assert rows() < 30
        trouble("slow-query").heal_it(shop, DATABASE)


def test_a_program_in_the_background_ends_with_all_that_it_started(shop: Shop) -> None:
    container, before = shop.container("mysql"), shop.processes("mysql")
    for _ in range(2):  # a second one replaces the first
        background.begin(container, "nap", "sleep 1000 | sleep 1000", "sh", "-c")
        wait_until(lambda: shop.processes("mysql") == before + 3, "a shell and two sleep")
    for _ in range(2):
        background.end(container, "nap")
    wait_until(lambda: shop.processes("mysql") == before, "nothing of it is left")


def test_what_the_database_refuses_is_told(shop: Shop) -> None:
    with orders_stand_still(shop), pytest.raises(WaitFailed, match="until all prices are changed"):
        trouble("lock-wait").break_it(shop, DATABASE)
    with pytest.raises(ServiceFailed, match=r"(?s)mysql refuses `SELECT no`: .*Unknown column"):
        database._sql(shop, "SELECT no")
