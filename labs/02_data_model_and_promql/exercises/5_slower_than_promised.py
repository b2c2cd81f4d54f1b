"""A quantile from a histogram, held against a promise."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

BUCKET = "shop_http_request_duration_seconds_bucket"
P90 = f"histogram_quantile(0.9, sum by (le, route) (rate({BUCKET}[1h])))"

EXERCISE = Exercise(
    title="Slower than promised",
    kind="PromQL",
    prompt="""\
The shop promises: *nine of ten requests are answered within 50 milliseconds.* Some routes break
the promise at some hours; the developers want a list of those, and by how much.

**Write PromQL** for the routes on which the promise is broken, over the last **hour** and all
replicas together: one series for each such `route` with no other label. Its value is the time
within which 90 % of the requests were answered, **in milliseconds**; routes that keep the promise
do not appear.

The durations are in the histogram `shop_http_request_duration_seconds`. The check asks on Tuesday,
Wednesday and Saturday.""",
    hints=(
        "First the quantile in seconds, for all four routes: which counters does it need, and in "
        "which order do rate, sum and quantile come?",
        "The sum must keep two labels: the one that is asked for, and the one that makes the "
        "buckets a histogram.",
        "Then milliseconds, then a comparison: it drops the series for which it does not hold.",
    ),
    start="# your PromQL here",
    solution=f"""\
1000 * histogram_quantile(0.9,
  sum by (le, route) (rate({BUCKET}[1h]))
) > 50""",
    also_right=(
        f"({P90} > 0.05) * 1000",
        f"histogram_quantile(.9, sum without (instance, job) (increase({BUCKET}[1h]))) * 1e3 > 50",
        f"{P90} / 0.001 and {P90} > 0.05",
    ),
    wrong=(
        Wrong(
            f"1000 * histogram_quantile(0.9, sum by (route) (rate({BUCKET}[1h]))) > 50",
            "quantile without le",
        ),
        Wrong(
            f"1000 * avg by (route) (histogram_quantile(0.9, rate({BUCKET}[1h]))) > 50",
            "average of quantiles",
        ),
        Wrong(f"1000 * histogram_quantile(0.9, rate({BUCKET}[1h])) > 50", "label too many"),
        Wrong(
            f"1000 * histogram_quantile(0.9, sum by (le) (rate({BUCKET}[1h]))) > 50", "label lost"
        ),
        Wrong(f"{P90} > 50", "off by a unit"),
        Wrong(f"1000 * {P90}", "not filtered"),
        Wrong(f"1000 * {P90} > bool 50", "bool, not a filter"),
        Wrong(f"1000 * {P90.replace('0.9', '0.95')} > 50", "wrong quantile"),
        Wrong(f"1000 * {P90} > 100", "wrong threshold"),
        Wrong(
            f"1000 * histogram_quantile(0.9, sum by (le, route) ({BUCKET})) > 50",
            "raw counter",
        ),
        Wrong(
            "1000 * sum by (route) (rate(shop_http_request_duration_seconds_sum[1h]))\n"
            "  / sum by (route) (rate(shop_http_request_duration_seconds_count[1h])) > 50",
            "mean, not quantile",
        ),
        Wrong(
            f"1000 * quantile by (route) (0.9, rate({BUCKET}[1h])) > 50",
            "quantile of series",
        ),
        Wrong(
            f"1000 * histogram_quantile(sum by (le, route) (rate({BUCKET}[1h]))) > 50",
            "syntax error",
        ),
    ),
    practice="A comparison with a promise makes a table that is empty on good days. The same "
    "expression, with a name and a time to wait, is an alert.",
    judge=SameAnswer(
        f"1000 * {P90} > 50",
        at=("2026-03-03T11:00:00Z", "2026-03-04T20:00:00Z", "2026-03-07T11:00:00Z"),
    ),
)
