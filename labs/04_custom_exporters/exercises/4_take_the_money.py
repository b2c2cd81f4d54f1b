"""Counter or gauge, names with units, exceptions that are counted and pass on."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.program import Metric, Program, Request, Step

START = '''\
import time

from flask import Flask
from prometheus_client import Counter, Gauge, start_http_server
from waitress import serve

app = Flask("desk")


def bank(cents):
    """Take the money. It takes its time; the bank may refuse, or be away."""
    time.sleep(1.2)
    if cents > 100_000:
        raise PermissionError("refused")
    if cents == 1313:
        raise TimeoutError("the bank is away")


@app.post("/pay/<int:cents>")
def pay(cents):
    bank(cents)
    return "Thank you!"


start_http_server(8001)  # the page of metrics has a port of its own
serve(app, port=8000, threads=8)
'''
PAY = """\
@app.post("/pay/<int:cents>")
def pay(cents):
    bank(cents)
    return "Thank you!"
"""
METRICS = """\
PAYMENTS = Counter("desk_payments_total", "Payments, by what came of them.", ["outcome"])
TAKINGS = Counter("desk_takings_euros_total", "Money taken.")
IN_PROGRESS = Gauge("desk_payments_in_progress", "Payments that wait for the bank.")
for outcome in ("paid", "refused", "away"):
    PAYMENTS.labels(outcome)  # the series begins at 0


"""
SOLUTION = START.replace(
    PAY,
    METRICS
    + """\
@app.post("/pay/<int:cents>")
@IN_PROGRESS.track_inprogress()
def pay(cents):
    try:
        bank(cents)
    except PermissionError:
        PAYMENTS.labels("refused").inc()
        raise
    except TimeoutError:
        PAYMENTS.labels("away").inc()
        raise
    PAYMENTS.labels("paid").inc()
    TAKINGS.inc(cents / 100)
    return "Thank you!"
""",
)
PAID_ALONE = START.replace(
    PAY,
    METRICS
    + """\
@app.post("/pay/<int:cents>")
@IN_PROGRESS.track_inprogress()
def pay(cents):
    bank(cents)
    PAYMENTS.labels("paid").inc()
    TAKINGS.inc(cents / 100)
    return "Thank you!"
""",
)
WITH_FINALLY = START.replace(
    PAY,
    """\
OUTCOMES = {PermissionError: "refused", TimeoutError: "away"}
payments = Counter("desk_payments", "What came of the payments.", ["outcome"])
takings = Counter("desk_takings_euros", "Euros.")
waiting = Gauge("desk_payments_in_progress", "Now.")
counted = {name: payments.labels(outcome=name) for name in ("paid", "refused", "away")}


@app.post("/pay/<int:cents>")
def pay(cents):
    waiting.inc()
    outcome = "paid"
    try:
        bank(cents)
        takings.inc(cents / 100)
        return "Thank you!"
    except Exception as problem:
        outcome = OUTCOMES[type(problem)]
        raise
    finally:
        counted[outcome].inc()
        waiting.dec()
""",
)
IN_FLASK = START.replace(
    PAY,
    """\
from flask import request
from prometheus_client import CollectorRegistry

registry = CollectorRegistry()
done = Counter("desk_payments", "Payments.", ["outcome"], registry=registry)
money = Counter("desk_takings", "Takings.", unit="euros", registry=registry)
running = Gauge("desk_payments_in_progress", "Payments in progress.", registry=registry)
[done.labels(outcome) for outcome in ("paid", "refused", "away")]


@app.before_request
def begin():
    running.inc()


@app.teardown_request
def end(problem):
    running.dec()
    if problem is None:
        money.inc(request.view_args["cents"] / 100)
    kinds = {PermissionError: "refused", TimeoutError: "away"}
    done.labels(kinds.get(type(problem), "paid")).inc()


@app.post("/pay/<int:cents>")
def pay(cents):
    bank(cents)
    return "Thank you!"
""",
).replace("start_http_server(8001)", "start_http_server(8001, registry=registry)")


REFUSED = "PermissionError: refused"


def page(paid: int, refused: int, away: int, euros: float) -> tuple[Metric, ...]:
    """All that is asked for, when nothing is in progress."""
    values: dict[tuple[str, ...], float] = {("paid",): paid, ("refused",): refused, ("away",): away}
    return (
        Metric("desk_payments_total", "counter", values, ("outcome",), begins="desk_payments…"),
        Metric("desk_takings_euros_total", "counter", {(): euros}, begins="desk_takings…"),
        Metric("desk_payments_in_progress", "gauge", {(): 0}),
    )


EXERCISE = Exercise(
    title="Take the money",
    kind="program",
    prompt="""\
The shop has a payment desk. On Saturday customers could not pay, and nobody could tell whether the
bank had refused their cards or had been away. So the desk is to say it itself. Below is its
program: `bank` raises `PermissionError` when it refuses and `TimeoutError` when it is away, and
both end with a status of 500, as they should.

**Complete the program**, so that its page on port 8001 has these three metrics, each with a help
text. Choose the types. Two names are only begun; end them as the rules for types and units want,
with unit and ending, no further words.

- `desk_payments…`, how many payments the desk has dealt with so far, by the label `outcome`:
  `paid`, `refused` or `away`. All three series are there before the first customer comes.
- `desk_takings…`, the money taken so far, in euros. (The program has cents.)
- `desk_payments_in_progress`, how many payments wait for the bank at this moment.

What customers get must stay as it is. The exceptions still go on to Flask, which writes them to the
log and answers.""",
    hints=(
        "For each of the three ask: can it go down while the program runs? And if an exception "
        "leaves the function in the middle, which of your lines does it skip?",
        "What must happen in any case belongs in `finally`, or into a context manager; the "
        "gauge has one, `track_inprogress()`. An exception that you have caught goes on with a "
        "bare `raise`.",
        '`METRIC.labels("refused")` alone makes the series, at 0. A counter\'s name ends in '
        "`_total`, and before that comes the unit, if it has one: `…_bytes_total`.",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(WITH_FINALLY, IN_FLASK),
    wrong=(
        Wrong(SOLUTION.replace(" = Counter(", " = Gauge("), "wrong type"),
        Wrong(
            SOLUTION.replace("_euros_total", "_cents_total").replace("cents / 100", "cents"),
            "not a base unit",
        ),
        Wrong(SOLUTION.replace("cents / 100", "cents"), "off by a unit"),
        Wrong(SOLUTION.replace("_euros_total", "_total"), "unit missing"),
        Wrong(SOLUTION.replace("    PAYMENTS.labels(outcome)", "    pass"), "no series yet"),
        *(
            Wrong(SOLUTION.replace("inc()\n        raise", f"inc()\n        {instead}"), diagnosis)
            for instead, diagnosis in {
                'return "Sorry"': "exception swallowed",
                'return "Sorry", 500': "exception swallowed",
                "__import__('flask').abort(500)": "exception swallowed",
            }.items()
        ),
        Wrong(
            SOLUTION.replace("@IN_PROGRESS.track_inprogress()\n", "")
            .replace("    try:\n", "    IN_PROGRESS.inc()\n    try:\n")
            .replace("    return", "    IN_PROGRESS.dec()\n    return"),
            "never comes down",
        ),
        Wrong(PAID_ALONE, "failures not counted"),
        Wrong(SOLUTION.replace("except PermissionError", "except Exception"), "values merged"),
        Wrong(
            SOLUTION.replace("    TAKINGS.inc(cents / 100)\n", "").replace(
                "    try:\n", "    TAKINGS.inc(cents / 100)\n    try:\n"
            ),
            "failures counted too",
        ),
        Wrong(SOLUTION.replace('labels("away")', 'labels("bank is away")'), "wrong label value"),
    ),
    practice="Errors are counted where they are known, with a handful of names for their kinds.",
    judge=Program(
        (
            Step("Before the first customer", page(0, 0, 0, 0)),
            Step(
                "After seven payments",
                page(4, 2, 1, 1024.40),
                requests=(
                    *(Request(f"/pay/{n}", "POST", 200, 1.2) for n in (99_050, 650, 840, 1900)),
                    *(Request(f"/pay/{n}", "POST", 500, 1.2, REFUSED) for n in (250_000, 100_001)),
                    Request("/pay/1313", "POST", 500, 1.2, "TimeoutError: the bank is away"),
                ),
                meanwhile="desk_payments_in_progress",
            ),
        ),
        metrics_port=8001,
    ),
)
