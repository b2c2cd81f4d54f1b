"""The worst quantile of a day: a subquery around a quantile."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

BUCKETS = 'shop_http_request_duration_seconds_bucket{route="/products"}'
P95 = f"histogram_quantile(0.95, sum by (le) (rate({BUCKETS}[5m])))"
SOLUTION = """\
max_over_time(
  histogram_quantile(0.95,
    sum by (le) (rate(shop_http_request_duration_seconds_bucket{route="/products"}[5m]))
  )[1d:5m]
)"""

EXERCISE = Exercise(
    title="The slowest minutes",
    kind="PromQL",
    prompt="""\
Somebody says: *since the release even the product pages have bad minutes.* Is it true?

**Write a query** that gives, at the end of a day, the day's **worst 95th percentile of
`/products`**: of all replicas together, over windows of five minutes, looked at every five
minutes. Its answer is one series without labels. It is asked at the end of Tuesday (the day before
the release), and at the end of Wednesday (the day of the release).""",
    hints=(
        "First the percentile, without the day: `rate` of the buckets over five minutes, summed by "
        "`le`, then `histogram_quantile`.",
        "A subquery makes a range of any expression: behind it stands `[how long:how often]`.",
        "Around it goes the function that gives the largest of the samples along time.",
    ),
    start="# the worst of a day",
    solution=SOLUTION,
    also_right=(
        f"max_over_time(({P95})[24h:300s])",
        f"max(max_over_time(histogram_quantile(0.95, "
        f"sum without (job, instance, route) (rate({BUCKETS}[5m])))[1d:5m]))",
    ),
    wrong=(
        Wrong(P95, "not finished"),
        Wrong(P95.replace("5m", "1d"), "one of the whole day"),
        Wrong(SOLUTION.replace("max_over", "avg_over"), "wrong function"),
        Wrong(SOLUTION.replace("[5m]", "[1h]"), "wrong window"),
        Wrong(SOLUTION.replace('{route="/products"}', ""), "matcher missing"),
        Wrong(SOLUTION.replace("0.95", "0.5"), "wrong quantile"),
        Wrong(SOLUTION.replace("sum by (le)", "sum"), "quantile without le"),
        Wrong(SOLUTION.replace("1d:5m", "1d:1h"), "wrong step"),
        Wrong(f"max(histogram_quantile(0.95, rate({BUCKETS}[1d])))", "average of quantiles"),
    ),
    practice="If you ask this every day, make a recording rule for the percentile. The worst of a "
    "day is then a plain `max_over_time`.",
    judge=SameAnswer(
        SOLUTION,
        at=("2026-03-04T00:00Z", "2026-03-05T00:00Z"),
        misreadings={
            P95.replace("5m", "1d"): (
                "one of the whole day",
                "That is one percentile of all requests of the day. In it, few bad minutes among "
                "many good ones do not show. The worst of many percentiles is asked for.",
            ),
        },
    ),
)
