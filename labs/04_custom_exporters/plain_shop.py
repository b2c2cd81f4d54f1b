"""A small shop: no database, no metrics. Its pages take as long as a real shop's."""

import random
import time

from flask import Flask, Response, abort, jsonify, request
from waitress import serve  # type: ignore[import-untyped]

app = Flask("shop")
draw = random.Random(4)
PRICES = {"espresso-cup": 6.5, "teapot": 34, "coffee-beans": 9.9, "green-tea": 7.8, "grinder": 89}
carts: dict[str, list[str]] = {}


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
    return jsonify(paid=euros)


serve(app, port=8000, threads=3)
