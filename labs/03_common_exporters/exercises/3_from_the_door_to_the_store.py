"""Two exporters in one question."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

SELECTS = 'rate(mysql_global_status_commands_total{command="select"}[1h])'
REQUESTS = "rate(nginx_http_requests_total[1h])"
COST = f"sum({SELECTS}) / sum({REQUESTS})"

EXERCISE = Exercise(
    title="From the door to the store",
    kind="PromQL",
    prompt="""\
The new product page is said to "ask the database far too often". The web app has no metric for
that. But Nginx counts every request at the front door (`nginx_http_requests_total`), and MySQL
counts what it executes (`mysql_global_status_commands_total`, by `command`).

**Write PromQL** for how many `select`s the database executed for each request at the front door,
over the last hour: one number, without labels.""",
    hints=(
        "Both are counters: one rate divided by the other. What labels has each of the two?",
        "The two come from different exporters, so `job` and `instance` differ on the two sides, "
        "and no pair is found. Remove the labels that must not matter, or ignore them.",
        "An aggregation without `by` takes all labels away, on the left and on the right.",
    ),
    start="# your PromQL here",
    solution=COST,
    also_right=(
        'sum(increase(mysql_global_status_commands_total{command="select"}[1h]))\n'
        "  / sum(increase(nginx_http_requests_total[1h]))",
        f"{SELECTS} / on () {REQUESTS}",
        f"sum({SELECTS} / scalar({REQUESTS}))",
    ),
    wrong=(
        Wrong(f"{SELECTS} / {REQUESTS}", "no partners"),
        Wrong(f"sum({REQUESTS}) / sum({SELECTS})", "upside down"),
        Wrong(COST.replace('{command="select"}', ""), "matcher missing"),
        Wrong(COST.replace('"select"', '"SELECT"'), "empty selector"),
        Wrong(
            'sum(mysql_global_status_commands_total{command="select"})'
            " / sum(nginx_http_requests_total)",
            "raw counter",
        ),
        Wrong(f"sum({SELECTS})", "not finished"),
        Wrong(f"sum by (command) ({SELECTS}) / on () group_left sum({REQUESTS})", "label too many"),
        Wrong(COST.replace("1h", "5m"), "wrong window"),
        Wrong(f"sum({SELECTS}) - sum({REQUESTS})", "wrong operator"),
        Wrong(COST.replace("nginx", "shop"), "wrong metric"),
        Wrong(COST.replace("nginx_http_requests_total", "nginx_requests_total"), "no such metric"),
    ),
    practice="A number of one layer per request of another is the plainest test of a release: it "
    "must not change when only the looks did.",
    judge=SameAnswer(
        COST, at=("2026-03-03T13:28:00Z", "2026-03-04T12:00:00Z", "2026-03-08T20:00:00Z")
    ),
)
