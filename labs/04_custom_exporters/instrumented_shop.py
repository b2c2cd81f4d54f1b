"""The same shop, with metrics: requests, errors, durations, orders, and what runs."""

import random
import time

from flask import Flask, Response, abort, g, jsonify, request
from prometheus_client import Counter, Gauge, Histogram, Info, Summary, start_http_server
from prometheus_client import disable_created_metrics as without_created
from waitress import serve  # type: ignore[import-untyped]

without_created()
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
REQUESTS = Counter("shop_http_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram("shop_http_request_duration_seconds", "Time.", ["route"], buckets=BOUNDS)
IN_PROGRESS = Gauge("shop_http_requests_in_progress", "Requests being answered now.")
EXCEPTIONS = Counter("shop_exceptions", "Exceptions that nobody handled.", ["where"])
VALUE = Summary("shop_order_value_euros", "Value of an order.")
BUILD = Info("shop_build", "The version that runs.")
BUILD.info({"version": "2.0.0", "branch": "main"})

app = Flask("shop")
draw = random.Random(4)
PRICES = {"espresso-cup": 6.5, "teapot": 34, "coffee-beans": 9.9, "green-tea": 7.8, "grinder": 89}
carts: dict[str, list[str]] = {}


@app.before_request
def begin() -> None:
    IN_PROGRESS.inc()
    g.started = time.perf_counter()


@app.after_request
def end(response: Response) -> Response:
    seconds = time.perf_counter() - g.started
    found = request.url_rule  # None where the shop has no such path, or not for this method
    route, method = (found.rule, request.method) if found else ("other", "other")
    REQUESTS.labels(method, route, response.status_code).inc()
    SECONDS.labels(route).observe(seconds)
    return response


@app.teardown_request
def gone(problem: BaseException | None) -> None:
    IN_PROGRESS.dec()


@EXCEPTIONS.labels("price").count_exceptions()
def price(held: list[str]) -> float:
    return sum(PRICES[product] for product in held)


@app.get("/")
def front_page() -> str:
    time.sleep(0.005)
    return "Welcome!"


@app.get("/products")
def products() -> Response:
    time.sleep(0.015 if draw.random() < 0.8 else draw.uniform(0.15, 0.24))  # cached, or not
    return jsonify(PRICES)


@app.get("/products/<name>")
def product(name: str) -> Response:
    return jsonify(PRICES[name]) if name in PRICES else abort(404)


@app.route("/cart", methods=["GET", "POST"])
def cart() -> Response:
    time.sleep(draw.uniform(0.005, 0.02))
    held = carts.setdefault(request.cookies.get("visitor", ""), [])
    if request.method == "POST":
        held.append(request.form["product"])
    return jsonify(held)


@app.post("/checkout")
def checkout() -> Response:
    time.sleep(draw.uniform(0.1, 0.4))
    held = carts.pop(request.cookies.get("visitor", ""), [])
    euros = price(held)
    VALUE.observe(euros)
    return jsonify(paid=euros)


start_http_server(8001)  # apart, so that a busy shop does not keep Prometheus waiting
serve(app, port=8000, threads=3)
