"""Buckets that fit an objective, and a clock that also runs when the answer is an error."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.program import Durations, Program, Request, Step

START = '''\
import time

from flask import Flask
from prometheus_client import start_http_server
from waitress import serve

app = Flask("quotes")
prices = {}

def ask_carrier(kilograms):
    """The price of a parcel, in euros. Heavy parcels take longer, and the heaviest fail."""
    time.sleep(0.03 if kilograms in prices else min(kilograms, 70) / 100)
    if kilograms > 70:
        raise TimeoutError("the carrier does not answer")
    prices[kilograms] = 4 + kilograms / 2
    return prices[kilograms]


@app.get("/quote/<int:kilograms>")
def quote(kilograms):
    return f"{ask_carrier(kilograms)} euros"


start_http_server(8001)  # the page of metrics has a port of its own
serve(app, port=8000, threads=8)
'''
QUOTE = """\
@app.get("/quote/<int:kilograms>")
def quote(kilograms):
    return f"{ask_carrier(kilograms)} euros"
"""
BOUNDS = "(0.025, 0.05, 0.1, 0.2, 0.4, 0.8)"
WITH_HISTOGRAM = START.replace("import start_http", "import Histogram, start_http")
SOLUTION = WITH_HISTOGRAM.replace(
    QUOTE,
    f"""\
BOUNDS = {BOUNDS}
SECONDS = Histogram("quotes_duration_seconds", "Time to make an offer.", buckets=BOUNDS)


@app.get("/quote/<int:kilograms>")
@SECONDS.time()
def quote(kilograms):
    return f"{{ask_carrier(kilograms)}} euros"
""",
)
WITH_FINALLY = WITH_HISTOGRAM.replace(
    QUOTE,
    """\
seconds = Histogram(
    "quotes_duration_seconds",
    "How long customers wait for an offer.",
    buckets=[0.02, 0.03, 0.06, 0.12, 0.24, 0.4, 0.7, 1],
)


@app.get("/quote/<int:kilograms>")
def quote(kilograms):
    began = time.perf_counter()
    try:
        return f"{ask_carrier(kilograms)} euros"
    finally:
        seconds.observe(time.perf_counter() - began)
""",
)
IN_FLASK = START.replace(
    QUOTE,
    """\
from flask import g
from prometheus_client import REGISTRY, Histogram

WAIT = Histogram("quotes_duration", "Offers.", unit="seconds", registry=REGISTRY,
                 buckets=[0.4 / 2**n for n in range(4, -2, -1)])


@app.before_request
def begin():
    g.began = time.time()


@app.teardown_request
def end(problem):
    WAIT.observe(time.time() - g.began)
"""
    + QUOTE,
)
MILLISECONDS = (
    WITH_FINALLY.replace("_seconds", "_milliseconds")
    .replace("(time.perf_counter() - began)", "((time.perf_counter() - began) * 1000)")
    .replace("[0.02, 0.03, 0.06, 0.12, 0.24, 0.4, 0.7, 1]", "[25, 50, 100, 200, 400, 800]")
)
NO_FINALLY = WITH_FINALLY.replace("    try:\n        return", "    price =").replace(
    """\
euros"
    finally:
        seconds.observe(time.perf_counter() - began)
""",
    """\
euros"
    seconds.observe(time.perf_counter() - began)
    return price
""",
)
GUESSED = WITH_HISTOGRAM.replace(
    QUOTE,
    SOLUTION[SOLUTION.index("BOUNDS =") : SOLUTION.index("@app")]
    + QUOTE.replace("    return", "    SECONDS.observe(min(kilograms, 70) / 100)\n    return"),
)
SUMMARY = SOLUTION.replace("Histogram", "Summary").replace(", buckets=BOUNDS", "")
SECONDS = Durations("quotes_duration_seconds", 0.4, 0.025, 0.7, most=8)
WEIGHTS = (3, 4, 5, 6, 8, 9, 12, 15, 18, 25, 60)

EXERCISE = Exercise(
    title="Within the limit",
    kind="program",
    prompt="""\
Before customers pay, the shop asks a carrier what a parcel will cost. The shop has promised itself
that **95 % of all offers take no longer than 400 ms**. Whether it keeps that promise must be
counted, not guessed. Offers take from 25 ms to 700 ms, and an offer that fails has made the
customer wait as well.

**Complete the program**, so that its page on port 8001 has `quotes_duration_seconds`: a histogram
without labels, with a help text, of how long each offer took, those that failed included: they
still end with a status of 500, and their exceptions go on to Flask. Choose the bounds of its
buckets:

- the share of offers within 400 ms can be read off exactly;
- a quantile anywhere between 25 ms and 700 ms is known to within a factor of two: the two bounds
  around it are no further apart than that;
- there are eight bounds at most, `+Inf` not counted, for each is a series.""",
    hints=(
        "Take the buckets first. Start from the bound that must be there, and go down and up from "
        "it: how far may you go with each step?",
        "Halving 400 ms again and again leads to 25 ms, doubling it once leads beyond 700 ms. In "
        "which unit are the bounds, if the name ends in `_seconds`?",
        "A histogram has `time()`, a decorator and a context manager that observes when an "
        "exception passes too. Of two decorators of a page, Flask's comes first.",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(WITH_FINALLY, IN_FLASK),
    wrong=(
        Wrong(SOLUTION.replace(", buckets=BOUNDS", ""), "objective no bound"),
        Wrong(MILLISECONDS, "not a base unit"),
        Wrong(MILLISECONDS.replace("_milliseconds", "_seconds"), "off by a unit"),
        Wrong(SOLUTION.replace(BOUNDS, "(25, 50, 100, 200, 400, 800)"), "all in one bucket"),
        Wrong(SOLUTION.replace(BOUNDS, "(0.000025, 0.00005, 0.0004)"), "all in +Inf"),
        Wrong(SOLUTION.replace(BOUNDS, "(0.025, 0.1, 0.4, 1)"), "bucket too wide"),
        Wrong(SOLUTION.replace("0.4, 0.8", "0.4"), "range not covered"),
        Wrong(NO_FINALLY, "failures not counted"),
        Wrong(GUESSED, "measured too much"),
        Wrong(SUMMARY, "wrong type"),
    ),
    practice="Put a bound on every objective: then the share within it is a division, not a guess.",
    judge=Program(
        (
            Step(
                "After twelve offers",
                (SECONDS,),
                requests=(
                    *(Request(f"/quote/{n}", seconds=n / 100) for n in WEIGHTS),
                    Request("/quote/80", "GET", 500, 0.7, "TimeoutError: the carrier does not"),
                ),
            ),
            Step(
                "After eight more, all for a parcel that was asked about before",
                (SECONDS,),
                requests=(Request("/quote/60", seconds=0.03),) * 8,
            ),
        ),
        metrics_port=8001,
    ),
)
