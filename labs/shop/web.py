"""The shop: products and orders in MariaDB, carts in memcached, metrics at /metrics.

    MYSQL_HOST=mysql MYSQL_USER=shop MYSQL_PASSWORD=… MYSQL_DATABASE=shop \
        MEMCACHED=memcached:11211 PORT=8000 VERSION=1.0.0 python3 web.py

What each page asks of memcached and of MariaDB, so that their rates can be foretold:

    GET /           the products, cached for ten seconds    1 get            1 select after a miss
    GET /products   the products, as JSON                                    1 select
    GET /cart       the visitor's cart                      1 get
    POST /cart      put `quantity` (1) of `product` in it   1 get, 1 set     1 select
                    (with `remove`, take it out of it)
    POST /checkout  turn the cart into an order             1 get, 1 delete  1 select, 2 inserts
    GET /healthz    200, or 503 and which dependency is missing
    POST /chaos     the workshop's lever, in chaos.py beside this file

It starts without its dependencies and takes them when they come. A page that needs one that is away
answers 503 and counts in `shop_dependency_errors_total`; the front page does without memcached.
A cookie tells visitors apart. A browser gets the front page and the pictures in static/, and uses
the rest as any program does. /healthz, /metrics, /chaos and static/ are not counted, nor made slow.
"""

from __future__ import annotations

import json
import logging
import os
import random
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql
from chaos import lever, pages  # type: ignore[import-not-found]  # it lies beside this file
from flask import Flask, Response, abort, g, jsonify, make_response, render_template, request
from prometheus_client import Counter, Gauge, Histogram, Info, Summary, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from pymemcache import MemcacheError, PooledClient  # type: ignore[import-not-found]
from waitress import serve  # type: ignore[import-untyped]

HERE = Path(__file__).resolve().parent
log = logging.getLogger("shop")
app = Flask("shop", root_path=str(HERE), template_folder=".")
app.register_blueprint(pages)

THREADS = 16  # requests served at once; the rest wait in line
noted: dict[str, float] = {}  # when a dependency's absence was logged last
UNCOUNTED = ("/healthz", "/metrics", "/chaos", "/static/")

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
disable_created_metrics()
REQUESTS = Counter("shop_http_requests", "Requests answered.", ["method", "route", "status"])
DURATION = Histogram("shop_http_request_duration_seconds", "Seconds.", ["route"], buckets=SECONDS)
IN_PROGRESS = Gauge("shop_http_requests_in_progress", "Requests being answered now.")
ORDERS = Counter("shop_orders", "Orders that hold the product.", ["product"])
VALUE = Summary("shop_order_value_euros", "Value of an order.")
MISSING = Counter("shop_dependency_errors", "Times a dependency did not answer.", ["dependency"])
if "TELL_CLOCK" in os.environ:
    Gauge("shop_clock_seconds", "Time.").set_function(lambda: time.time() + lever["clock"])
Info("shop_build", "The version that runs.").info({"version": os.environ.get("VERSION", "1.0.0")})

# A series that is there from the start, at 0, has a rate from its first event on.
for page in ("GET /", "GET /products", "GET /cart", "POST /cart", "POST /checkout"):
    REQUESTS.labels(*page.split(), "200")
    DURATION.labels(page.split()[1])
for dependency in ("mysql", "memcached"):
    MISSING.labels(dependency)


class Unavailable(Exception):
    """A dependency (`mysql` or `memcached`) did not answer."""

    def __init__(self, dependency: str, reason: object) -> None:
        super().__init__(f"{dependency}: {reason}")
        self.dependency = dependency


class Database:
    """MariaDB connections: as many as there were requests at once, kept for the next ones."""

    def __init__(self) -> None:
        self.idle: list[Any] = []
        self.schema = threading.Lock()
        self.has_schema = False

    @contextmanager
    def connection(self) -> Iterator[Any]:
        """A connection for one request; when it fails, all are dropped. Raises Unavailable."""
        try:
            try:
                connection = self.idle.pop()
            except IndexError:
                connection = self.connect()
            try:
                yield connection
            except BaseException:  # what it locked would stay locked until Python forgets it
                if connection.open:
                    connection.close()
                raise
            self.idle.append(connection)
        except (pymysql.OperationalError, pymysql.InterfaceError) as reason:
            self.idle.clear()
            self.has_schema = False  # the next one to answer may be a new database
            raise Unavailable("mysql", reason) from reason

    def connect(self) -> Any:
        """A new connection; the first one to a database creates the tables."""
        connection = pymysql.connect(
            host=os.environ.get("MYSQL_HOST", "mysql"),
            user=os.environ.get("MYSQL_USER", "shop"),
            password=os.environ["MYSQL_PASSWORD"],
            database=os.environ.get("MYSQL_DATABASE", "shop"),
            autocommit=True,
            connect_timeout=2,
            read_timeout=5,
        )
        with self.schema, connection.cursor() as cursor:
            if not self.has_schema:
                for statement in (HERE / "schema.sql").read_text().split(";"):
                    if statement.strip():
                        cursor.execute(statement)
                cursor.execute("SELECT name FROM products")
                for (name,) in cursor:
                    ORDERS.labels(name)
                self.has_schema = True
        return connection


database = Database()
cache_host, _, cache_port = os.environ.get("MEMCACHED", "memcached:11211").partition(":")
cache_client = PooledClient(
    (cache_host, int(cache_port or 11211)), connect_timeout=1, timeout=1, no_delay=True
)


@contextmanager
def cache() -> Iterator[Any]:
    """The memcached client. Raises Unavailable when memcached does not answer."""
    try:
        yield cache_client
    except (MemcacheError, OSError) as reason:
        raise Unavailable("memcached", reason) from reason


def select(columns: str, where: str = "", values: tuple[object, ...] = ()) -> list[Any]:
    """Rows of the products table."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM products {where} ORDER BY id", values)
        return list(cursor.fetchall())


def products() -> list[dict[str, Any]]:
    """All products, from the database."""
    return [{"product": name, "price_cents": cents} for name, cents in select("name, price_cents")]


def cart() -> dict[str, int]:
    """The visitor's cart: quantity by product."""
    with cache() as client:
        return json.loads(client.get(f"cart:{g.visitor}") or "{}")


@app.get("/")
def front_page() -> str:
    try:
        with cache() as client:
            listed = json.loads(client.get("front-page") or "null")
            if listed is None:
                listed = products()
                client.set("front-page", json.dumps(listed), expire=10, noreply=False)
    except Unavailable as missing:
        if missing.dependency != "memcached":
            raise
        note(missing)
        listed = products()
    return render_template("front_page.html", products=listed)


@app.get("/products")
def product_list() -> Response:
    return jsonify(products())


@app.get("/cart")
def show_cart() -> Response:
    return jsonify(cart())


@app.post("/cart")
def add_to_cart() -> Response:
    product, quantity = request.form.get("product", ""), request.form.get("quantity", "1")
    if not select("id", "WHERE name = %s", (product,)):
        abort(404, f"no product called {product!r}")
    if not quantity.isdecimal() or not 1 <= int(quantity) <= 100:
        abort(400, f"quantity is a number from 1 to 100, not {quantity!r}")
    held = {**cart(), product: int(quantity)}
    if "remove" in request.form:
        del held[product]
    with cache() as client:
        until = int(time.time() + lever["clock"]) + 900  # a moment: both clocks must be right
        client.set(f"cart:{g.visitor}", json.dumps(held), expire=until, noreply=False)
    return jsonify(held)


@app.post("/checkout")
def checkout() -> Response:
    held = cart()
    if not held:
        abort(409, "the cart is empty")
    names = ", ".join(["%s"] * len(held))
    rows = select("id, name, price_cents", f"WHERE name IN ({names})", tuple(held))
    cents = sum(price * held[name] for _, name, price in rows)
    order_sql = "INSERT INTO orders (customer, value_cents) VALUES (%s, %s)"
    lines_sql = "INSERT INTO order_lines (order_id, product_id, quantity) VALUES (%s, %s, %s)"
    with database.connection() as connection, connection.cursor() as cursor:
        connection.begin()
        cursor.execute(order_sql, (g.visitor, cents))
        order = cursor.lastrowid
        cursor.executemany(lines_sql, [(order, row[0], held[row[1]]) for row in rows])
        connection.commit()
    for _, name, _ in rows:
        ORDERS.labels(name).inc()
    VALUE.observe(cents / 100)
    with cache() as client:
        client.delete(f"cart:{g.visitor}", noreply=False)
    return jsonify(order=order, value_euros=cents / 100)


@app.get("/healthz")
def healthz() -> Response:
    state = {}
    for dependency, use in (("mysql", database.connection), ("memcached", cache)):
        try:
            with use() as client:
                client.ping(reconnect=False) if dependency == "mysql" else client.version()
            state[dependency] = "ok"
        except Unavailable as missing:
            state[dependency] = str(missing)
    return make_response(state, 200 if set(state.values()) == {"ok"} else 503)


@app.get("/metrics")
def metrics() -> Response:
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


@app.before_request
def begin() -> None:
    g.visitor = request.cookies.get("visitor") or uuid.uuid4().hex
    g.started = time.perf_counter()
    if not request.path.startswith(UNCOUNTED):
        IN_PROGRESS.inc()
        time.sleep(lever["latency"])
        if random.random() < lever["errors"]:
            abort(500, "the workshop's lever said so")


@app.after_request
def end(response: Response) -> Response:
    if response.status_code >= 400 and "text/html" in request.headers.get("Accept", ""):
        response.set_data(render_template("sorry.html"))  # a person reads it
        response.content_type = "text/html; charset=utf-8"
    if not request.path.startswith(UNCOUNTED):
        # What a client can make up must not become a label value: there is no end to it.
        route = request.url_rule.rule if request.url_rule else "other"
        method = request.method if request.method in ("GET", "HEAD", "POST") else "other"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        DURATION.labels(route).observe(time.perf_counter() - g.started)
        IN_PROGRESS.dec()
        if "visitor" not in request.cookies:
            response.set_cookie("visitor", g.visitor, httponly=True, samesite="Lax")
    return response


@app.errorhandler(Unavailable)
def unavailable(missing: Unavailable) -> Response:
    note(missing)
    return make_response({"missing": missing.dependency}, 503)


def note(missing: Unavailable) -> None:
    """Count a dependency that did not answer, and log it at most once in ten seconds."""
    MISSING.labels(missing.dependency).inc()
    if time.monotonic() - noted.get(missing.dependency, -10.0) >= 10:
        noted[missing.dependency] = time.monotonic()
        log.warning("%s", missing)


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    if "MYSQL_PASSWORD" not in os.environ:
        raise SystemExit("Set MYSQL_PASSWORD: the shop has no default password.")
    serve(app, port=int(os.environ.get("PORT", "8000")), threads=THREADS, ident="shop")
