"""A recording rule, with a name that says what it holds."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.rules import Records

NAME = "route:shop_http_requests:rate5m"
EXPR = "sum by (route) (rate(shop_http_requests_total[5m]))"


def rule(name: str, expr: str) -> str:
    return f"groups:\n- name: shop\n  rules:\n  - record: {name}\n    expr: {expr}\n"


EXERCISE = Exercise(
    title="Ask once, record it",
    kind="configuration",
    prompt="""\
Three dashboards and two alerts of the shop ask the same: how many requests a second does each
`route` get, counted over the last five minutes, all replicas, methods and statuses together? Each
of them adds up 36 series for it, every few seconds.

**Write a rules file with one recording rule** that stores this, from the counter
`shop_http_requests_total`: one series for each `route`, with no other label, in requests a second
over `5m`. Name it by the convention `level:metric:operations`: the labels that are left; the
metric's name, without `_total` where a rate was taken; what was done, with its window (a `sum` need
not be said beside a rate).
""",
    hints=(
        "First write the PromQL and look at its labels. Then the rule around it: `record` where "
        "an alert has `alert`, and `expr`.",
        "Counters are added up after their rates have been taken, and `sum by (…)` says which "
        "labels are left. What is left is also the first part of the name.",
        "The name has three parts and two colons. The last part is the function and its window, "
        "with nothing between them.",
    ),
    start="""\
groups:
- name: shop
  rules:
  # your rule here
""",
    solution=rule(NAME, EXPR),
    also_right=(
        f"record: {NAME}\nexpr: sum without (instance, job, method, status) (\n"
        "  rate(shop_http_requests_total[5m]))\n",
        f"groups:\n  - name: traffic\n    interval: 30s\n    rules:\n      - record: {NAME}\n"
        "        expr: |\n          # over all replicas\n"
        "          sum by (route) (increase(shop_http_requests_total[5m])) / 300\n",
        rule("route:shop_http_requests:sum_rate5m", EXPR),
    ),
    wrong=(
        Wrong(rule(NAME, "rate(sum by (route) (shop_http_requests_total)[5m:])"), "rate after sum"),
        Wrong(rule(NAME, EXPR.replace("(route)", "(route, status)")), "label too many"),
        Wrong(rule(NAME, EXPR.replace("by (route) ", "")), "label lost"),
        Wrong(rule(NAME, EXPR.replace("rate(", "increase(")), "off by a unit"),
        Wrong(rule(NAME, EXPR.replace("5m", "1m")), "window too short"),
        Wrong(rule("shop_http_requests_rate5m", EXPR), "no level:metric:operations"),
        Wrong(rule("job:shop_http_requests:rate5m", EXPR), "level is not the labels"),
        Wrong(rule("route:shop_http_requests_total:rate5m", EXPR), "total kept"),
        Wrong(rule("route:requests:rate5m", EXPR), "metric renamed"),
        Wrong(rule("route:shop_http_requests:rate300s", EXPR), "operations do not fit"),
        Wrong(rule("route:shop_http_requests:sum", EXPR), "operations do not fit"),
        Wrong(rule(NAME, EXPR) + "    for: 5m\n", "refused"),
        Wrong(
            rule(NAME, EXPR).replace("record", "alert").replace(NAME, "Requests"),
            "alert, not record",
        ),
    ),
    practice="Record what many ask for and what alerts compare: it is computed once, and "
    "everybody means the same by it.",
    judge=Records(NAME, EXPR, at=("2026-03-03T12:00Z", "2026-03-07T14:32:30Z")),
)
