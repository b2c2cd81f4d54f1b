"""The rate of a counter, summed by a label."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

EXERCISE = Exercise(
    title="Who writes?",
    kind="PromQL",
    prompt="""\
The database team wants to know how much the shop will write to a bigger database. Requests with
the method `POST` are those that may change something; everything else only reads.
`shop_http_requests_total` counts all requests, with the labels `instance`, `job`, `method`,
`route` and `status`.

**Write PromQL** for the requests per second with the method `POST`, over the last **10 minutes**:
one series for each `route`, with no other label, all replicas together.

The check asks on Monday evening, and on Saturday two minutes after one of the replicas has
restarted.""",
    hints=(
        "Begin with a selector that finds the right series, and look at what it finds.",
        "A counter becomes requests per second by a function over a window: 10 minutes of samples.",
        "From the inside out: selector with its window, the function, then the aggregation by one "
        "label. The order of the last two matters.",
    ),
    start="# your PromQL here",
    solution='sum by (route) (rate(shop_http_requests_total{method="POST"}[10m]))',
    also_right=(
        "sum without (instance, job, method, status) (\n"
        '  increase(shop_http_requests_total{method!="GET"}[10m])\n) / 600',
        'sum(rate({__name__="shop_http_requests_total", method=~"P.*"}[600s])) by (route)',
        "sum by (route) (rate(shop_http_requests_total[10m]) and "
        'shop_http_requests_total{method="POST"})',
    ),
    wrong=(
        Wrong(
            'rate(sum by (route) (shop_http_requests_total{method="POST"})[10m:1m])',
            "rate after sum",
        ),
        Wrong('rate(shop_http_requests_total{method="POST"}[10m])', "label too many"),
        Wrong('sum(rate(shop_http_requests_total{method="POST"}[10m]))', "label lost"),
        Wrong(
            'sum by (route) (rate(shop_http_requests_total{method="POST"}[1m]))', "window too short"
        ),
        Wrong(
            'sum by (route) (rate(shop_http_requests_total{method="post"}[10m]))', "empty selector"
        ),
        Wrong('sum by (route) (shop_http_requests_total{method="POST"})', "raw counter"),
        Wrong(
            'sum by (route) (delta(shop_http_requests_total{method="POST"}[10m]))',
            "gauge's function on a counter",
        ),
        Wrong(
            'sum by (route) (increase(shop_http_requests_total{method="POST"}[10m]))',
            "off by a unit",
        ),
        Wrong(
            'sum by (route) (irate(shop_http_requests_total{method="POST"}[10m]))', "wrong function"
        ),
        Wrong('sum by (route) (rate(shop_http_requests_total{method="POST"}[5m]))', "wrong window"),
        Wrong(
            'avg by (route) (rate(shop_http_requests_total{method="POST"}[10m]))',
            "wrong aggregation",
        ),
        Wrong('sum by (route) (rate(shop_http_requests_total{method="POST"}[10m])', "syntax error"),
    ),
    practice="Nearly every panel on nearly every dashboard is a sum of rates: with it in your "
    "fingers you can read most of what others have built.",
    judge=SameAnswer(
        'sum by (route) (rate(shop_http_requests_total{method="POST"}[10m]))',
        at=("2026-03-02T19:00:00Z", "2026-03-07T14:32:30Z"),
    ),
)
