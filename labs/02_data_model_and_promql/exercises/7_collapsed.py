"""From words to an expression: who has collapsed, compared with yesterday?"""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

NOW = 'sum by (route) (rate(shop_http_requests_total{status=~"2.."}[10m]))'
YESTERDAY = 'sum by (route) (rate(shop_http_requests_total{status=~"2.."}[10m] offset 1d))'

EXERCISE = Exercise(
    title="Collapsed",
    kind="PromQL",
    prompt="""\
An error rate is blind to customers who do not come any more: no requests, no errors. The team on
call wants something that sees both, failures and absence, and that does not ring every night, when
the shop is quiet anyway. They agree on this:

*A route has collapsed if it has less than a quarter of the successes per second that it had at the
same time of the day before.* A success is a request with a `status` that begins with a 2; both
rates are over **10 minutes**, all replicas together.

**Write PromQL** that answers with the collapsed routes: one series for each, with the label
`route` and no other. The value is the share that is left: successes per second now, divided by
those of a day before.

The check asks twice during the outage on Thursday, and on Saturday at 7 o'clock, when many
customers still sleep.""",
    hints=(
        "Write the successes per second now, by route. Then the same for the day before, then one "
        "in relation to the other.",
        "`offset` belongs to the selector: directly behind its window, inside of `rate`.",
        "Both sides have the label `route`, so a plain division pairs them up. A comparison at the "
        "end keeps the small ones.",
    ),
    start="# your PromQL here",
    solution=f"  {NOW}\n/\n  {YESTERDAY}\n< 0.25",
    also_right=(
        f"{NOW} / on (route) {YESTERDAY} < 1 / 4",
        'sum by (route) (increase(shop_http_requests_total{status="200"}[10m]))\n'
        '  / sum by (route) (increase(shop_http_requests_total{status=~"2.."}[600s] offset 24h))\n'
        "  < .25",
        f"{NOW} / {YESTERDAY} unless {NOW} / {YESTERDAY} >= 0.25",
        f"0.25 > {NOW} / {YESTERDAY}",
    ),
    wrong=(
        Wrong(f"{NOW} / {YESTERDAY}", "not filtered"),
        Wrong(f"{NOW} / {YESTERDAY} < bool 0.25", "bool, not a filter"),
        Wrong(f"{NOW} / ({NOW} offset 1d) < 0.25", "syntax error"),
        Wrong(f"{NOW} / {YESTERDAY.replace('1d', '1h')} < 0.25", "wrong time"),
        Wrong(f"{YESTERDAY} / {NOW} > 4", "upside down"),
        Wrong(f"100 * {NOW} / {YESTERDAY} < 25", "off by a unit"),
        Wrong(f"{NOW} < 0.25 * {YESTERDAY}", "rate, not share"),
        Wrong(f"{NOW} / {YESTERDAY} < 0.5", "wrong threshold"),
        Wrong(
            f"{NOW} / {YESTERDAY} < 0.25".replace('{status=~"2.."}', ""),
            "matcher missing",
        ),
        Wrong(f"{NOW} / {YESTERDAY} < 0.25".replace(" by (route)", ""), "label lost"),
        Wrong(f"{NOW} / {YESTERDAY} < 0.25".replace("10m", "1m"), "window too short"),
        Wrong(
            "avg by (route) (\n"
            '  rate(shop_http_requests_total{status=~"2.."}[10m])\n'
            '/ rate(shop_http_requests_total{status=~"2.."}[10m] offset 1d)) < 0.25',
            "average of ratios",
        ),
    ),
    practice="Compared with yesterday, a threshold follows the rhythm of the day by itself. On the "
    "first holiday it will ring all the same: compare with a week before, or with both.",
    judge=SameAnswer(
        f"{NOW} / {YESTERDAY} < 0.25",
        at=("2026-03-05T22:18:00Z", "2026-03-05T22:25:00Z", "2026-03-07T07:00:00Z"),
        misreadings={
            f"{NOW} < 0.25 * {YESTERDAY}": (
                "rate, not share",
                "Those are the right routes, with the rate that they have now. A comparison keeps "
                "the value of its left side: which share is left of yesterday's is asked for.",
            )
        },
    ),
)
