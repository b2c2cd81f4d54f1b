"""A latency objective, counted by a bucket's bound."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

M = "shop_http_request_duration_seconds"
SOLUTION = (
    f'sum(rate({M}_bucket{{route="/checkout", le="0.25"}}[1d]))\n'
    f'  / sum(rate({M}_count{{route="/checkout"}}[1d]))'
)

EXERCISE = Exercise(
    title="Fast enough",
    kind="PromQL",
    prompt="""\
The shop also promises: *90 % of all checkouts are answered within a quarter of a second.* The
histogram `shop_http_request_duration_seconds` has a bucket for it; `route` is `/checkout`.

**Write PromQL** for the share of checkouts of the last day (`1d`) that are answered within 0.25 s:
one number from 0 to 1, without labels. Failed checkouts count like all others.
""",
    hints=(
        "Good events divided by all events: how many checkouts were within the bound, and how "
        "many were there?",
        "The bucket with `le` 0.25 counts those that took 0.25 s or less. All of them are in "
        "`_count`.",
        "Take both rates over a day, add up each of them, and divide. What would `/` do without "
        "the sums?",
    ),
    start="# your PromQL here",
    solution=SOLUTION,
    also_right=(
        SOLUTION.replace("rate(", "increase("),
        f'sum(rate({M}_bucket{{route="/checkout", le="0.25"}}[1d]))'
        f' / sum(rate({M}_bucket{{route="/checkout", le="+Inf"}}[24h]))',
    ),
    wrong=(
        Wrong(SOLUTION.replace('"0.25"', '"0.5"'), "wrong matcher"),
        Wrong(SOLUTION.replace("[1d]", "[1h]"), "wrong window"),
        Wrong("1 - " + SOLUTION, "the other share"),
        Wrong(
            f'histogram_quantile(0.95, sum by (le) (rate({M}_bucket{{route="/checkout"}}[1d])))',
            "wrong values",
        ),
        Wrong(SOLUTION.replace("sum(", "(", 2), "no partners"),
        Wrong(SOLUTION.replace('le="0.25"', 'le="0.2"'), "empty selector"),
    ),
    practice="Choose the bound of a latency objective from the bounds that the histogram has, or "
    "give it one more: between two bounds nothing is counted, only guessed.",
    judge=SameAnswer(SOLUTION, at=("2026-03-04T00:00Z", "2026-03-05T12:00Z")),
)
