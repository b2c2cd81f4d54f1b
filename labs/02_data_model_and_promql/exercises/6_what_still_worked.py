"""A diagnosis from metrics alone: what an outage spared."""

from collections.abc import Iterable

from lab_helpers.grading import WEEK, Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Words

SPARED = """
  sum by (method, route) (increase(shop_http_requests_total{status!~"5.."}[10m]))
/ sum by (method, route) (increase(shop_http_requests_total[10m]))
> 0.9
"""


def spared(bench: Bench) -> Iterable[str]:
    (found,) = bench.week.query(SPARED, at="2026-03-05T22:30Z").itertuples()
    return found.method, found.route


EXERCISE = Exercise(
    title="What still worked",
    kind="diagnosis",
    prompt="""\
Thursday 5 March, 22:30. The shop is down; the phones ring. Somebody has to write on the status
page what customers can still do, and the developers want to know which way through the shop does
not touch what is broken. You have nothing but the metrics.

Requests differ in `method` and `route`. **Exactly one** kind of them was answered in the ten
minutes from 22:20 to 22:30 as well as ever; of every other kind nearly all failed.

**Find it**, and write its method and its route, as in `DELETE /basket`.""",
    hints=(
        "`shop_http_requests_total` knows method, route and status. Which statuses are there in "
        "these ten minutes, and how many requests ended in each?",
        "Ask for `increase` over 10 minutes at 2026-03-05 22:30, summed by method, route and "
        "status.",
        "A route may have two methods with different fates: do not sum the methods together.",
    ),
    start="# METHOD /route",
    solution="GET /cart",
    also_right=("# all of these ended in 200\nget /cart", "`GET` `/cart`", "/cart, GET"),
    wrong=(
        Wrong("/cart", "not all of it"),
        Wrong("POST /cart", "looking is not buying"),
        Wrong("GET /", "a few got through"),
        Wrong("GET /products", "it needs the database"),
        Wrong("POST /checkout", "not a success"),
        Wrong("none", "look closer"),
        Wrong("GET /basket", "not that"),
    ),
    practice="What an outage spares says as much as what it hits: the requests that went on are "
    "those that do not need the part that broke.",
    judge=Words(
        right=spared,
        near={
            "/": (
                "a few got through",
                "The front page is kept for some seconds, so one in a hundred got an answer. "
                "Nearly all failed: put the number of 503 beside the number of 200.",
            ),
            "/products": (
                "it needs the database",
                "Of `/products` all requests ended in 503. Sum by status too, and read the numbers "
                "again.",
            ),
            "/checkout": (
                "not a success",
                "At `/checkout` a few ended in 409, which is no order either. Which kind has 200 "
                "and nothing else?",
            ),
            "post": (
                "looking is not buying",
                "Look at the two methods of `/cart` one by one. What does a POST do with the "
                "database, and how many ended in 503?",
            ),
            "none": (
                "look closer",
                "Something was answered. The error rate of a whole route hides it: sum by method "
                "as well.",
            ),
        },
        because="The cart is kept in memcached, and looking at it needs nothing else. What needs "
        "MySQL failed: it was MySQL that was gone.",
        services=WEEK,
    ),
)
