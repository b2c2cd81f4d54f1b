"""Labels that strangers fill: a program to mend."""

from collections import Counter

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.program import Metric, Program, Request, Step

START = '''\
from prometheus_client import Counter, start_http_server
from waitress import serve

REQUESTS = Counter("gate_requests_total", "Requests answered.", ["method", "route", "status"])
PRODUCTS = {"teapot", "espresso-cup", "grinder-2", "1041"}


def shop(method, path):
    """What the shop behind the gate answers: a status."""
    if method not in ("GET", "POST"):
        return 405
    match path.split("/"):
        case ["", ""] | ["", "cart"] | ["", "search", _]:
            return 200
        case ["", "products", name] | ["", "products", name, "reviews"]:
            return 200 if name in PRODUCTS else 404
    return 404


def gate(environ, start_response):
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
    status = shop(method, path)
    REQUESTS.labels(method, path, status).inc()
    start_response(f"{status} .", [("Content-Type", "text/plain")])
    return [b"."]


start_http_server(8001)  # the page of metrics has a port of its own
serve(gate, port=8000, threads=8)
'''
COUNTED = "    REQUESTS.labels(method, path, status).inc()\n"
GATE = "def gate("
BY_HAND = """\
    if method not in ("GET", "POST"):
        method = "other"
    REQUESTS.labels(method, route(path), status).inc()
"""
SOLUTION = START.replace(COUNTED, BY_HAND).replace(
    GATE,
    '''\
def route(path):
    """Which of the gate's five routes a path takes."""
    match path.split("/"):
        case ["", ""] | ["", "cart"]:
            return path
        case ["", "products", _]:
            return "/products/:name"
        case ["", "products", _, "reviews"]:
            return "/products/:name/reviews"
        case ["", "search", _]:
            return "/search/:words"
    return "other"


def gate(''',
)
BY_PATTERN = START.replace(COUNTED, BY_HAND).replace(
    GATE,
    """\
import re

ROUTES = {
    "/": r"/",
    "/cart": r"/cart",
    "/products/:name": r"/products/[^/]*",
    "/products/:name/reviews": r"/products/[^/]*/reviews",
    "/search/:words": r"/search/[^/]*",
}


def route(path):
    return next((name for name, form in ROUTES.items() if re.fullmatch(form, path)), "other")


def gate(""",
)
BY_STEPS = START.replace(
    COUNTED,
    """\
    REQUESTS.labels(METHODS.get(method, "other"), route(path), status).inc()
""",
).replace(
    GATE,
    """\
METHODS = {"GET": "GET", "POST": "POST"}
for method in METHODS:
    REQUESTS.labels(method, "other", 404)  # begins at 0


def route(path):
    first, *rest = path.removeprefix("/").split("/")
    if not rest:
        return path if first in ("", "cart") else "other"
    if first == "products" and len(rest) == 1:
        return "/products/:name"
    if first == "products" and rest[1:] == ["reviews"]:
        return "/products/:name/reviews"
    if first == "search" and len(rest) == 1:
        return "/search/:words"
    return "other"


def gate(""",
)

PRODUCTS = ("teapot", "espresso-cup", "grinder-2", "1041")
WORDS = ("cup", "tea%20cup", "cheap", "teapot", "x1")
BOTS = ("/wp-login.php", "/.env", "/admin/config", "/products/1041/reviews/3", "/cart/old/2")
SENT = {
    ("GET", "/", "200"): ["GET /", "GET /"],
    ("GET", "/cart", "200"): ["GET /cart"],
    ("POST", "/cart", "200"): ["POST /cart"],
    ("GET", "/products/:name", "200"): [f"GET /products/{name}" for name in PRODUCTS],
    ("GET", "/products/:name", "404"): [f"GET /products/item-{number}" for number in range(14)],
    ("GET", "/products/:name/reviews", "200"): [f"GET /products/{n}/reviews" for n in PRODUCTS[2:]],
    ("GET", "/search/:words", "200"): [f"GET /search/{words}" for words in WORDS],
    ("GET", "other", "404"): [f"GET {path}" for path in BOTS],
    ("other", "/cart", "405"): [f"{method} /cart" for method in ("BREW", "YELL", "DELETE")],
}
EMPTY_PARTS = {
    ("GET", "/products/:name", "404"): ["GET /products/"],
    ("GET", "/products/:name/reviews", "404"): ["GET /products//reviews"],
    ("GET", "/search/:words", "200"): ["GET /search/"],
    ("GET", "other", "404"): ["GET /cart/", "GET /products/1041/", "GET /search//tea"],
}


def after(when: str, *sent: dict[tuple[str, str, str], list[str]]) -> Step:
    """The last of the requests are sent, and the page has counted all of them, by labels."""
    counts: Counter[tuple[str, ...]] = Counter()
    for each in sent:
        counts.update({labels: len(lines) for labels, lines in each.items()})
    requests = [
        Request(path, method, status=int(labels[-1]))
        for labels, lines in sent[-1].items()
        for method, path in map(str.split, lines)
    ]
    examples: dict[tuple[str, ...], str] = {
        labels: lines[0] for each in sent for labels, lines in each.items()
    }
    labels = ("method", "route", "status")
    metric = Metric("gate_requests_total", "counter", counts, labels, examples=examples)
    return Step(when, (metric,), requests=tuple(requests))


EXERCISE = Exercise(
    title="Too many series",
    kind="program",
    prompt="""\
Before the shop stands a gate, which counts what passes. Its Prometheus had 900 series from it on
Monday and 210,000 on Thursday, when a bot had come by and tried addresses. Below is the gate's
program: its labels hold whatever a stranger writes.

**Mend the program**, so that the number of series has a limit, no matter who sends what, and every
request is still counted once. The metric keeps its name, and these three labels:

- `method`: `GET` or `POST`, and `other` for everything else;
- `route`: `/`, `/cart`, `/products/:name`, `/products/:name/reviews` or `/search/:words`, where one
  part of the path stands for `:name` and `:words`, known to the shop or not; every other path is
  `other`. An empty part is a part: `/products/` has an empty name, and `/cart/` is not `/cart`. The
  route depends on the path alone, not on the method or the answer;
- `status`: the shop's answer, as now.

What the gate answers must stay as it is.""",
    hints=(
        "Take each label in turn: who decides what its values are? The shop's program decides "
        "about one of them only.",
        "Names of products are words, numbers and whatever a stranger tries: look at the *place* "
        "in the path, not at what stands there. The function `shop` shows how a path is taken "
        "apart.",
        "Write a function from a path to one of six words, with `other` at its end, and use its "
        "answer as the label. Then do the same for the method.",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(BY_PATTERN, BY_STEPS),
    wrong=(
        Wrong(START.replace("path, status)", 'path.rstrip("/"), status)'), "unbounded label"),
        Wrong(SOLUTION.replace('        method = "other"', "        pass"), "wrong label value"),
        Wrong(
            SOLUTION.replace(', "route", "status"', ', "status"').replace("route(path), ", ""),
            "label missing",
        ),
        Wrong(SOLUTION.replace('"products", _]', '"products", *_]'), "values merged"),
        Wrong(
            BY_PATTERN.replace("(form, path)", '(form, path.rstrip("/") or "/")'),
            "wrong label value",
        ),
        Wrong(
            SOLUTION.replace("    REQUESTS.", '    if route(path) != "other":\n        REQUESTS.'),
            "series missing",
        ),
        Wrong(
            SOLUTION.replace('"status"]', '"status", "visitor"]').replace(
                "status).inc", 'status, environ["REMOTE_ADDR"]).inc'
            ),
            "label too many",
        ),
        Wrong(SOLUTION.replace("status).inc()", "status).inc(2)"), "counted twice"),
    ),
    practice="Ask of every label who decides its values; what a stranger writes is never a label.",
    judge=Program(
        (
            after(f"After {sum(map(len, SENT.values()))} requests", SENT),
            after("After more, with an empty part in each path", SENT, EMPTY_PARTS),
        ),
        metrics_port=8001,
    ),
)
