"""Metrics that lie: a page held against what is known to have happened."""

import requests

from lab_helpers import ProgramContainer
from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.program import read_page
from lab_helpers.grading.judges.words import Words

#: Euros, seconds, and whether the order was paid.
ROLL = (
    (12.5, 40, True),
    (34.0, 55, True),
    (89.0, 300, False),
    (6.5, 20, True),
    (9.9, 35, True),
    (120.0, 280, False),
    (34.0, 95, True),
)
PROGRAM = f"""\
from threading import Event

from prometheus_client import Counter, Gauge, Summary, start_http_server
from prometheus_client import disable_created_metrics as without_created

without_created()
PAID = Counter("till_orders_paid_total", "Orders that were paid.")
GIVEN_UP = Counter("till_orders_given_up_total", "Orders that customers gave up.")
TAKINGS = Counter("till_takings_euros_total", "Money taken.")
OPEN = Gauge("till_orders_open", "Orders begun, and neither paid nor given up yet.")
SECONDS = Summary("till_order_duration_seconds", "Orders from beginning to end, paid or not.")
LARGEST = Gauge("till_largest_paid_order_euros", "The largest order that was paid.")
largest = 0.0


def order(euros, seconds, paid):
    global largest
    OPEN.inc()
    if not paid:
        GIVEN_UP.inc()
        raise RuntimeError("the customer has gone")
    PAID.inc()
    TAKINGS.inc(euros)
    SECONDS.observe(seconds)
    largest = max(largest, euros)
    LARGEST.set(largest)
    OPEN.dec()


for line in {ROLL!r}:
    try:
        order(*line)
    except RuntimeError:
        pass
start_http_server(8000)
Event().wait()
"""


def liars(bench: Bench) -> list[str]:
    """The metrics of the page that are not what the roll says."""
    reply = requests.get(bench["till"].metrics_url, timeout=10)
    page = read_page(reply.headers["Content-Type"], reply.text)
    paid = [euros for euros, _, was_paid in ROLL if was_paid]
    truth: dict[str, dict[str, float]] = {
        "till_orders_paid_total": {"": len(paid)},
        "till_orders_given_up_total": {"": len(ROLL) - len(paid)},
        "till_takings_euros_total": {"": sum(paid)},
        "till_orders_open": {"": 0},
        "till_order_duration_seconds": {"_count": len(ROLL), "_sum": sum(s for _, s, _ in ROLL)},
        "till_largest_paid_order_euros": {"": max(paid)},
    }
    return [
        name
        for name, values in truth.items()
        if any(abs(page.samples[name + end][frozenset()] - v) > 1e-6 for end, v in values.items())
    ]


_PAPER = "\n".join(
    f"| {9 + number // 2}:{30 * (number % 2) + 2:02} | {euros:.2f} | {seconds} | "
    f"{'paid' if paid else 'given up'} |"
    for number, (euros, seconds, paid) in enumerate(ROLL)
)

EXERCISE = Exercise(
    title="The paper roll",
    kind="diagnosis",
    prompt=f"""\
The shop's till has metrics since last week, and its owner does not believe them. The till also has
a paper roll, and the roll does not lie. This is the whole day, one order at a time:

| begun | euros | seconds | ended |
|---|---|---|---|
{_PAPER}

What the till exposes after the last of them is what *Look around*, above, has printed. **Which of
its metrics do not say what their help text promises?** There are two. Write their names as they
stand behind `# TYPE`: names only, with blanks between them.""",
    hints=(
        "Work out from the roll what each help text promises: how many paid, how much money, how "
        "many ended in all. Then read the page.",
        "How many orders are open at the end of such a day? And how many have come to an end, one "
        "way or the other?",
        "Both of them miss the same orders: those that were given up. Which metrics should have "
        "noticed these two?",
    ),
    start="# the two names",
    solution="till_orders_open till_order_duration_seconds",
    also_right=(
        "till_order_duration_seconds, till_orders_open",
        "- till_orders_open and\n- till_order_duration_seconds  # the other one",
        "# the one never comes down, the other misses those given up\n"
        "`till_orders_open`\n`till_order_duration_seconds`",
    ),
    wrong=(
        Wrong("till_orders_open", "not all of it"),
        Wrong("till_orders_open till_takings_euros_total", "unpaid orders added"),
        Wrong("till_orders_given_up_total, till_orders_open", "right number doubted"),
        Wrong("till_order_duration_seconds till_orders_paid_total", "help text misread"),
        Wrong("till_orders_open till_order_duration_seconds_sum", "series named"),
        Wrong("the exceptions", "not that"),
    ),
    practice="Hold a new metric against something counted otherwise, once, with errors in between.",
    judge=Words(
        right=liars,
        near={
            "till_takings_euros_total": (
                "unpaid orders added",
                "Add up the orders that were paid, and no others: the takings agree.",
            ),
            "till_orders_given_up_total": (
                "right number doubted",
                "Count on the roll how many were given up: the counter agrees.",
            ),
            "till_orders_paid_total": (
                "help text misread",
                "It promises orders that were *paid*. Count these on the roll.",
            ),
            "till_largest_paid_order_euros": (
                "help text misread",
                "It promises the largest order that was *paid*. The largest of all was given up.",
            ),
            "till_order_duration_seconds_sum": (
                "series named",
                "That is one series of a metric; the name of the metric stands behind TYPE.",
            ),
            "till_order_duration_seconds_count": (
                "series named",
                "That is one series of a metric; the name of the metric stands behind TYPE.",
            ),
        },
        because="An order that is given up leaves the function before the clock stops and the "
        "gauge comes down: what must happen in any case belongs in `finally`.",
        services={"till": lambda: ProgramContainer(PROGRAM, name="till")},
    ),
)
