"""Little's law: how many requests are inside, from how long each stayed."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

SECONDS = "shop_http_request_duration_seconds"
INSIDE = f"sum(rate({SECONDS}_sum[5m]))"

EXERCISE = Exercise(
    title="How many are inside?",
    kind="PromQL",
    prompt=f"""\
Each of the shop's three web apps answers at most 16 requests at a time; all others wait. How many
of these 48 places are in use?
A gauge is read once a minute and says nothing of the time between. The histogram of latencies
misses no request. It has a counter of requests, `{SECONDS}_count`, and a counter of the seconds
that they all took together, `{SECONDS}_sum`.

**Write PromQL** for the number of requests that the shop's three web apps worked on at a time, on
average over the last 5 minutes: one number for all of them together, without labels.""",
    hints=(
        "Little's law: arrivals per second times seconds that each stays. Both are in the two "
        "counters.",
        "Arrivals per second are the `rate` of one counter. The mean stay is the `rate` of the one "
        "divided by the `rate` of the other. Multiply them: what cancels out?",
        "Seconds that all requests took, per second: one `rate`, and then a sum over everything.",
    ),
    start="# your PromQL here",
    solution=INSIDE,
    also_right=(
        f"sum(increase({SECONDS}_sum[5m])) / 300",
        f"sum(rate({SECONDS}_count[5m]))\n"
        f"  * (sum(rate({SECONDS}_sum[5m])) / sum(rate({SECONDS}_count[5m])))",
        f"sum(sum by (instance) (rate({SECONDS}_sum[5m])))",
    ),
    wrong=(
        Wrong(f"sum(rate({SECONDS}_sum[5m])) / sum(rate({SECONDS}_count[5m]))", "mean stay"),
        Wrong(f"sum(rate({SECONDS}_count[5m]))", "arrivals"),
        Wrong(f"rate({SECONDS}_sum[5m])", "label too many"),
        Wrong(f"sum by (instance) (rate({SECONDS}_sum[5m]))", "label too many"),
        Wrong(f"sum(increase({SECONDS}_sum[5m]))", "off by a unit"),
        Wrong(f"sum({SECONDS}_sum)", "raw counter"),
        Wrong(f"avg(rate({SECONDS}_sum[5m]))", "wrong aggregation"),
        Wrong(f"sum(rate({SECONDS}_sum[1h]))", "wrong window"),
        Wrong(f"histogram_quantile(0.5, sum by (le) (rate({SECONDS}_bucket[5m])))", "a quantile"),
    ),
    practice="Seconds per second is how much of a thing is in use. It works for every histogram or "
    "summary of durations: requests, queries, batch jobs.",
    judge=SameAnswer(
        INSIDE,
        at=("2026-03-04T12:00:00Z", "2026-03-05T22:25:00Z"),
        misreadings={
            f"sum(rate({SECONDS}_sum[5m])) / sum(rate({SECONDS}_count[5m]))": (
                "mean stay",
                "That is how many seconds one request stays, on average. How many are there at a "
                "time?",
            ),
            f"sum(rate({SECONDS}_count[5m]))": (
                "arrivals",
                "That is how many requests come in a second. How long does each of them stay?",
            ),
            f"histogram_quantile(0.5, sum by (le) (rate({SECONDS}_bucket[5m])))": (
                "a quantile",
                "That is the time that half of the requests stay below. A number of requests is "
                "asked for.",
            ),
        },
    ),
)
