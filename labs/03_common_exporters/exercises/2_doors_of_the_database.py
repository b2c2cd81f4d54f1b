"""How near a gauge came to its limit, in a day."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

OPEN, LIMIT = "mysql_global_status_threads_connected", "mysql_global_variables_max_connections"
NEAREST = f"max_over_time({OPEN}[1d]) / {LIMIT}"

EXERCISE = Exercise(
    title="How many doors has the database?",
    kind="PromQL",
    prompt="""\
A MySQL with `max_connections` open connections refuses the next one, and the shop shows an error.
For the sale next month the shop will have twice as many replicas, and each of them keeps
connections open. How near did the database come to its limit?

MySQL's exporter says in `mysql_global_status_threads_connected` how many connections are open
at the moment of the scrape, and in `mysql_global_variables_max_connections` how many may be open.
Prometheus scrapes it once a minute.

**Write PromQL** for the largest share of the limit that any scrape of the last **day** (`1d`) saw
in use: a value between 0 and 1, with the labels `job` and `instance`.""",
    hints=(
        "The first of the two is a gauge: it goes up and down. Which of the functions over time "
        "keeps its highest point?",
        "The limit does not change, so it does not matter whether you divide before or after.",
        "Both metrics come from one exporter and have the same labels, so one can be divided by "
        "the other as they are.",
    ),
    start="# your PromQL here",
    solution=NEAREST,
    also_right=(
        f"max_over_time({OPEN}[24h]) / max_over_time({LIMIT}[24h])",
        f"max_over_time(({OPEN} / {LIMIT})[1d:1m])",
        f"max by (instance, job) (max_over_time({OPEN}[1d])) / on (instance, job) {LIMIT}",
    ),
    wrong=(
        Wrong(f"{OPEN} / {LIMIT}", "no peak"),
        Wrong(f"avg_over_time({OPEN}[1d]) / {LIMIT}", "wrong function"),
        Wrong(f"max_over_time({OPEN}[1h]) / {LIMIT}", "wrong window"),
        Wrong(f"max_over_time({OPEN}[1d])", "not finished"),
        Wrong(f"max({OPEN}) / max({LIMIT})", "label lost"),
        Wrong(f"{LIMIT} / max_over_time({OPEN}[1d])", "upside down"),
        Wrong(f"rate({OPEN}[1d]) / {LIMIT}", "counter's function on a gauge"),
        Wrong(f"max_over_time(mysql_global_status_threads_running[1d]) / {LIMIT}", "wrong metric"),
        Wrong(
            f"max_over_time(mysql_global_status_connections[1d]) / {LIMIT}",
            "wrong metric",
        ),
        Wrong(f"max_over_time({OPEN}[1d]) / 100", "off by a factor"),
    ),
    practice="Limits are reached at peaks, never on average. A peak between two scrapes is in no "
    "sample: where the service itself keeps its highest value, use that as well. MySQL does, in "
    "`mysql_global_status_max_used_connections`, since its start.",
    judge=SameAnswer(
        NEAREST,
        at=("2026-03-04T12:00:00Z", "2026-03-08T20:00:00Z"),
        misreadings={
            f"{OPEN} / {LIMIT}": (
                "no peak",
                "That is the share at this very moment. The nearest that it came may have been at "
                "any scrape of the day.",
            )
        },
    ),
)
