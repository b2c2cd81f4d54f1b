"""The share of failures, recorded for alerts with a window of an hour."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.rules import Records

NAME = "job:shop_http_requests_failed:ratio_rate1h"
M = "shop_http_requests_total"
EXPR = f'sum by (job) (rate({M}{{status=~"5.."}}[1h])) / sum by (job) (rate({M}[1h]))'


def rule(name: str, expr: str) -> str:
    return f"groups:\n- name: budget\n  rules:\n  - record: {name}\n    expr: {expr}\n"


EXERCISE = Exercise(
    title="Record the share",
    kind="configuration",
    prompt="""\
Every design of alerts on a budget compares the same thing with a number: the share of requests that
fail (`status` 5xx), in some window. So it is recorded, once for each window.

**Write a rules file with one recording rule** that stores this share for a window of one hour, with
the label `job` and no other. Name it by the convention `level:metric:operations`; the metric in the
middle is called `shop_http_requests_failed`, and what was done to it `ratio_rate1h`.
""",
    hints=(
        "Begin with PromQL: failed requests divided by all requests. Both sides of `/` must have "
        "the same labels.",
        "`sum by (job)` on both sides leaves one label. It is also the first part of the name.",
        "The window stands three times in the rule: twice in the expression, once in the name.",
    ),
    start="groups:\n- name: budget\n  rules:\n  # your rule here\n",
    solution=rule(NAME, EXPR),
    also_right=(
        f"record: {NAME}\nexpr: |\n  sum without (instance, method, route, status) "
        f'(increase({M}{{status=~"5.."}}[1h]))\n'
        f"    / sum without (instance, method, route, status) (increase({M}[60m]))\n",
        rule(NAME, EXPR.replace('=~"5.."', '=~"500|503"')),
    ),
    wrong=(
        Wrong(rule(NAME, EXPR.replace("[1h]", "[5m]")), "wrong window"),
        Wrong(rule(NAME, EXPR.replace(" by (job)", "")), "label lost"),
        Wrong(rule(NAME, "1 - " + EXPR), "the other share"),
        Wrong(rule(NAME, EXPR.replace(" by (job)", " by (job, route)")), "label too many"),
        Wrong(rule("shop:shop_http_requests_failed:ratio_rate1h", EXPR), "level is not the labels"),
        Wrong(rule("job_failed_ratio_1h", EXPR), "no level:metric:operations"),
        Wrong(rule(NAME.replace("1h", "5m"), EXPR), "operations do not fit"),
        Wrong(
            rule(NAME, EXPR).replace("record", "alert").replace(NAME, "Failing"),
            "alert, not record",
        ),
    ),
    practice="A long window over many series is expensive: record it, every few minutes, and have "
    "alerts and dashboards read the one number.",
    judge=Records(NAME, EXPR, at=("2026-03-03T12:00Z", "2026-03-05T22:40Z")),
)
