"""A share of the whole: many series divided by one."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

FAILED = 'shop_http_requests_total{status=~"5.."}'
BY_ROUTE = f"sum by (route) (rate({FAILED}[1h]))"
OF_ITS_OWN = f"{BY_ROUTE} / sum by (route) (rate(shop_http_requests_total[1h]))"

EXERCISE = Exercise(
    title="Whose failures?",
    kind="PromQL",
    prompt="""\
On Friday morning the managers ask *where* the shop failed its customers. A rate of errors for each
route does not answer that: a route that nobody visits may fail always and matter little. What they
mean is: of all requests that failed, which share was on which route?

**Write PromQL** for that share, over the last **hour**: one series for each `route` with no other
label, a value between 0 and 1, all of them together 1. *Failed* are the requests whose `status`
begins with a 5 (`shop_http_requests_total`).

The check asks on Thursday in the middle of the outage, and on a quiet Friday noon.""",
    hints=(
        "Two sums of the same rate: one by route, one of everything. The first is divided by the "
        "second.",
        "On the left there are four series with a label, on the right one series without any. As "
        "they are, no two of them belong together.",
        "The operator has to be told which labels to compare (none) and on which side there are "
        "many.",
    ),
    start="# your PromQL here",
    solution=f"""\
  sum by (route) (rate({FAILED}[1h]))
/ on () group_left ()
  sum(rate({FAILED}[1h]))""",
    also_right=(
        f"{BY_ROUTE} / scalar(sum(rate({FAILED}[1h])))",
        f"sum by (route) (increase({FAILED}[60m]))\n"
        f"  / ignoring (route) group_left sum(increase({FAILED}[60m]))",
        "sum without (instance, job, method, status) (\n"
        f"  rate({FAILED}[1h]) / on () group_left sum(rate({FAILED}[1h]))\n)",
    ),
    wrong=(
        Wrong(f"{BY_ROUTE} / sum(rate({FAILED}[1h]))", "grouped differently"),
        Wrong(
            f"{BY_ROUTE} / on () sum(rate({FAILED}[1h]))",
            "group_left missing",
        ),
        Wrong(OF_ITS_OWN, "share of the route"),
        Wrong(
            f"{BY_ROUTE} / on () group_left sum(rate(shop_http_requests_total[1h]))",
            "matcher missing",
        ),
        Wrong(f"{BY_ROUTE}", "not finished"),
        Wrong(
            f"100 * sum by (route) (rate({FAILED}[1h])) / on () group_left sum(rate({FAILED}[1h]))",
            "off by a unit",
        ),
        Wrong(
            'sum by (route) (rate(shop_http_requests_total{status="5.."}[1h]))\n'
            '  / on () group_left sum(rate(shop_http_requests_total{status="5.."}[1h]))',
            "pattern with =",
        ),
        Wrong(
            'sum by (route) (rate(shop_http_requests_total{status=~"5"}[1h]))\n'
            '  / on () group_left sum(rate(shop_http_requests_total{status=~"5"}[1h]))',
            "anchored pattern",
        ),
        Wrong(
            f"rate({FAILED}[1h]) / on () group_left sum(rate({FAILED}[1h]))",
            "label too many",
        ),
        Wrong(f"sum by (route) ({FAILED}) / on () group_left sum({FAILED})", "raw counter"),
        Wrong(
            f"{BY_ROUTE} / on (route) group_left rate({FAILED}[1h])",
            "many-to-many join",
        ),
    ),
    practice="The same pattern tells which customer fills the disk, which query takes the "
    "database's time, and what each team's part of the bill is.",
    judge=SameAnswer(
        f"{BY_ROUTE} / on () group_left () sum(rate({FAILED}[1h]))",
        at=("2026-03-05T22:30:00Z", "2026-03-06T12:00:00Z"),
        misreadings={
            OF_ITS_OWN: (
                "share of the route",
                "That is how much of its own requests each route failed. Asked is how much each "
                "route contributed to all failures; do yours add up to 1?",
            )
        },
    ),
)
