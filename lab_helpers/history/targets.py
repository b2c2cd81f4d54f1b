"""What Prometheus would have scraped in the shop's week: 300 series, as arrays of integers.

Every counter follows from the story (`story.replicas`), so that totals agree from the front door to
the database: requests of nginx = requests of the replicas, COMMITs of MySQL = orders of the shop.
"""

from functools import partial

import numpy as np

from lab_helpers.history.series import BEFORE, Series, Target
from lab_helpers.history.story import (
    BUCKETS,
    PRODUCTS,
    ROUTES,
    Chance,
    Course,
    Floats,
    Ints,
    Replica,
    replicas,
)
from lab_helpers.history.troubles import course
from lab_helpers.history.week import SAMPLES, START

FRONT_PAGES = 6
"""Times a minute that the front page is read from the database; then it is cached for 10 s."""
MINUTES = np.arange(SAMPLES)
AGE = (BEFORE - 1) * 60
"""Seconds that everything has been up a minute before the week begins."""


def whole(values: Floats) -> Ints:
    """Rounds to integers, halves up."""
    return np.floor(values + 0.5).astype(np.int64)


def since(resets: tuple[int, ...]) -> Ints:
    """Seconds that the process has been up at each minute."""
    began = np.full(SAMPLES, -BEFORE)
    for reset in resets:
        began[reset:] = reset
    return (MINUTES - began) * 60


def leaked(replica: Replica, each: int, course: Course) -> Ints:
    """Bytes (whole pages) that are lost since the release at so many bytes `each` request."""
    requests = np.where(course.release <= MINUTES, replica.total(), 0)
    return np.cumsum(requests) * each // 4096 * 4096


def web(target: Target, replica: Replica, lost: Ints, chance: Chance, course: Course) -> None:
    """The web app's own metrics, and those of its process."""
    for (method, route, status), each in replica.requests.items():
        target.counter("shop_http_requests_total", each, method=method, route=route, status=status)
    for route in ROUTES:
        within, metric = replica.within[route], "shop_http_request_duration_seconds"
        for bound, each in zip((*map(str, BUCKETS), "+Inf"), within, strict=True):
            target.counter(f"{metric}_bucket", each, route=route, le=bound)
        target.counter(f"{metric}_count", within[-1], route=route)
        target.counter(f"{metric}_sum", replica.busy[route], decimals=6, route=route)
    for product, each in replica.orders.items():
        target.counter("shop_orders_total", each, product=product)
    sold = sum(each * PRODUCTS[product][0] for product, each in replica.orders.items())
    target.counter("shop_order_value_euros_count", replica.total("POST", "/checkout", "200"))
    target.counter("shop_order_value_euros_sum", np.asarray(sold), decimals=2)
    requests = replica.total()
    waiting = whole(requests / 80 + 1.5 * chance.uniform())
    waiting[course.outage] += whole(requests / 16 + 6 * chance.uniform())[course.outage]
    target.gauge("shop_http_requests_in_progress", waiting)
    target.only("shop_build_info", 1, course.release > MINUTES, version="1.8.2")
    target.only("shop_build_info", 1, course.release <= MINUTES, version="1.9.0")
    target.counter(
        "process_cpu_seconds_total",
        whole(requests * course.phases(2.8, 3.5, 2.2) + 4 * chance.uniform()),
        decimals=2,
    )
    pages = whole(22500 + 350 * chance.drift(30) + 120 * chance.uniform() + requests * 1.25)
    pages += lost // 4096
    target.gauge("process_resident_memory_bytes", pages * 4096)
    target.gauge("process_open_fds", waiting + 14)
    started = MINUTES * 60 - since(target.resets) + int(START.timestamp())
    target.gauge("process_start_time_seconds", started, before=int(started[0]))


def node(target: Target, shop: Ints, lost: Ints, chance: Chance, course: Course) -> None:
    """The machine under the web app: two processors, 8 GiB of memory, one disk."""
    for cpu in ("0", "1"):
        busy = {
            "user": whole(shop * course.phases(3.4, 4.2, 2.7) / 2 + 150 * chance.uniform()),
            "system": whole(shop * 0.55 + 60 * chance.uniform()),
            "iowait": whole(12 * chance.uniform() + shop / 80),
            "softirq": whole(shop / 36 + 4 * chance.uniform()),
            "irq": np.zeros(SAMPLES, dtype=np.int64),
            "nice": whole(0.6 * chance.uniform()),
            "steal": whole(3 * chance.uniform()),
        }
        busy["idle"] = 6000 - sum(busy.values(), start=np.zeros(SAMPLES, dtype=np.int64))
        for mode, each in busy.items():
            target.counter("node_cpu_seconds_total", each, decimals=2, cpu=cpu, mode=mode)
    now = shop * course.phases(0.16, 0.2, 0.13) + 25 * chance.uniform()
    padded = np.concatenate([np.full(15, now[0]), now])
    total = np.cumsum(np.concatenate([[0.0], padded]))
    for span in (1, 5, 15):
        mean = (total[16:] - total[16 - span : len(total) - span]) / span
        target.gauge(f"node_load{span}", whole(mean), decimals=2)
    target.gauge("node_memory_MemTotal_bytes", 8201310208)
    free = 4_600_000_000 - 60_000_000 * chance.drift(20) - 100_000 * shop
    target.gauge("node_memory_MemAvailable_bytes", whole(free / 4096) * 4096 - lost)
    disk = partial(target.gauge, device="/dev/vda1", fstype="ext4", mountpoint="/")
    disk("node_filesystem_size_bytes", 42139451392)
    written = np.cumsum(shop) * 1050
    rotated = np.where(MINUTES >= 1440, written[MINUTES // 1440 * 1440 - 1] * 4 // 5, 0)
    used = 29_000_000_000 + (written - rotated) // 4096 * 4096
    disk("node_filesystem_avail_bytes", 42139451392 - used)
    target.counter("node_network_receive_bytes_total", shop * 3400 + 40000, device="eth0")
    target.counter("node_network_transmit_bytes_total", shop * 35500 + 52000, device="eth0")
    for quantile, usual in {"0": 21, "0.25": 38, "0.5": 52, "0.75": 87, "1": 640}.items():
        pause = whole(usual * (1 + 0.1 * chance.drift(90)))
        target.gauge("go_gc_duration_seconds", pause, decimals=6, quantile=quantile)
    pauses = whole(0.5 + chance.uniform())
    target.counter("go_gc_duration_seconds_count", pauses)
    target.counter("go_gc_duration_seconds_sum", pauses * 71, decimals=6)


def mysql(target: Target, web_app: list[Replica], chance: Chance, course: Course) -> None:
    """The database, as its exporter sees it. While it is down, only `mysql_up` has samples."""
    down = np.zeros(SAMPLES, dtype=bool)
    down[course.outage] = True
    target.gauge("mysql_up", np.where(down, 0, 1))
    target.present = target.present & ~down
    reads = sum(r.total("GET", "/products") + r.total("POST") for r in web_app)
    orders = np.asarray(sum(r.total("POST", "/checkout", "200") for r in web_app))
    selects = np.where(down, 0, reads + FRONT_PAGES)
    commands = {"select": selects, "insert": 2 * orders, "begin": orders, "commit": orders}
    for command, each in commands.items():
        target.counter("mysql_global_status_commands_total", each, command=command)
    queries = np.asarray(sum(commands.values()))
    target.counter("mysql_global_status_queries", queries + 4)
    slow = whole(orders * course.phases(0.002, 0.03, 0) + 0.3 * chance.uniform())
    target.counter("mysql_global_status_slow_queries", slow)
    target.counter("mysql_global_status_bytes_received", queries * 142 + 300)
    target.counter("mysql_global_status_bytes_sent", queries * 1870 + 9000)
    target.counter("mysql_global_status_connections", whole(queries / 20 + 3 * chance.uniform()))
    target.gauge("mysql_global_status_uptime", since(target.resets), before=AGE)
    target.gauge("mysql_global_status_threads_connected", whole(9 + queries / 60))
    target.gauge("mysql_global_status_threads_running", whole(1.5 + queries / 360))
    target.gauge("mysql_global_variables_max_connections", 151)


def memcached(target: Target, web_app: list[Replica], chance: Chance) -> None:
    """The cache of carts, under the metric names of prom/memcached-exporter."""
    front = np.asarray(sum(r.total(route="/") for r in web_app))
    carts = np.asarray(sum(r.total(route="/cart") + r.total(route="/checkout") for r in web_app))
    written = np.asarray(sum(r.total("POST", "/cart", "200") for r in web_app))
    sold = np.asarray(sum(r.total("POST", "/checkout", "200") for r in web_app))
    missed = whole(carts * (0.09 + 0.03 * chance.drift(120))) + np.minimum(front, FRONT_PAGES)
    for command, status, each in (
        ("get", "hit", front + carts - missed),
        ("get", "miss", missed),
        ("set", "hit", written + np.minimum(front, FRONT_PAGES)),
        ("delete", "hit", sold),
    ):
        target.counter("memcached_commands_total", each, command=command, status=status)
    items = whole(900 + written * 35 + 60 * chance.drift(30))
    target.gauge("memcached_up", 1)
    target.gauge("memcached_current_items", items)
    target.gauge("memcached_current_bytes", items * 412)
    target.gauge("memcached_limit_bytes", 64 * 2**20)
    target.gauge("memcached_current_connections", whole(7 + written / 12))
    target.counter("memcached_items_evicted_total", np.zeros(SAMPLES, dtype=np.int64))
    target.gauge("memcached_uptime_seconds", since(()), before=AGE)


def nginx(target: Target, shop: Ints, chance: Chance) -> None:
    """The front door: every request to the web app comes through here."""
    target.gauge("nginx_up", 1)
    target.counter("nginx_http_requests_total", shop)
    connections = whole(shop / 3 + 3 * chance.uniform())
    target.counter("nginx_connections_accepted", connections)
    target.counter("nginx_connections_handled", connections)
    writing = whole(1 + shop / 160)
    waiting = whole(shop / 24 + 4 * chance.uniform())
    target.gauge("nginx_connections_writing", writing)
    target.gauge("nginx_connections_waiting", waiting)
    target.gauge("nginx_connections_active", writing + waiting)


def apache(target: Target, shop: Ints, chance: Chance) -> None:
    """The company's quiet web site beside the shop."""
    visits = whole(shop / 10 + 4 * chance.uniform())
    busy = whole(1 + visits / 20 + chance.uniform())
    target.gauge("apache_up", 1)
    target.counter("apache_accesses_total", visits)
    target.counter("apache_sent_kilobytes_total", visits * 38)
    target.counter("apache_uptime_seconds_total", np.full(SAMPLES, 60))
    target.gauge("apache_workers", busy, state="busy")
    target.gauge("apache_workers", 50 - busy, state="idle")


def targets(seed: int | tuple[int, int], course: Course) -> list[Target]:
    """The eight targets of a week in which this happens, each with its series."""
    chance = Chance(seed)
    web_app = replicas(chance, course)
    shop = np.asarray(sum(replica.total() for replica in web_app))
    made = [
        Target("shop", "web-1:8000", 3217, course.begun(course.release), gap=course.gap),
        Target("shop", "web-2:8000", 17483, course.begun(course.release, course.restart)),
        Target("shop", "web-3:8000", 31741, course.begun(course.release)),
        Target("node", "node-exporter:9100", 8369),
        Target(
            *("mysql", "mysql-exporter:9104", 42907),
            course.begun(course.outage.stop),
            lost=course.lost,
        ),
        Target("memcached", "memcached-exporter:9150", 23159),
        Target("nginx", "nginx-exporter:9113", 52681),
        Target("apache", "apache-exporter:9117", 36073),
    ]
    leaks = zip(web_app, (0, 0, 280), strict=True)
    lost = [leaked(replica, each, course) for replica, each in leaks]
    for target, replica, kept in zip(made, web_app, lost, strict=False):
        web(target, replica, kept, chance, course)
    node(made[3], shop, lost[2], chance, course)
    mysql(made[4], web_app, chance, course)
    memcached(made[5], web_app, chance)
    nginx(made[6], shop, chance)
    apache(made[7], shop, chance)
    return made


def week(seed: int) -> list[Series]:
    """All series of the week: SERIES of them live at a time, and three more by name.

    (The release gives `shop_build_info` of each replica a new label, which makes it a new series.)
    """
    return [series for target in targets(seed, course(seed)) for series in target.series]
