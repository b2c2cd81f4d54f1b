"""Tests of an alerting rule that notice when somebody breaks it."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.rules import Broken, NoticesBrokenRules

RULES = """\
groups:
- name: shop
  rules:
  - alert: QueueLong
    expr: sum by (job) (shop_http_requests_in_progress) > 20
    for: 10m
    labels: {severity: warning}
"""


def broken(unnoticed: str, what: str, old: str, new: str) -> Broken:
    return Broken(unnoticed, what, RULES.replace(old, new))


def series(one: str, other: str) -> str:
    name = 'shop_http_requests_in_progress{job="shop", instance="'
    return (
        f'  input_series:\n  - series: {name}web-1:8000"}}\n    values: {one}\n'
        f'  - series: {name}web-2:8000"}}\n    values: {other}\n'
    )


def expect(minute: int, alerts: str) -> str:
    return f"  - eval_time: {minute}m\n    alertname: QueueLong\n    exp_alerts: [{alerts}]\n"


HEAD = "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n"
FIRES = "{exp_labels: {job: shop, severity: warning}}"
LONG = "- interval: 1m\n" + series("11x30", "10x30") + "  alert_rule_test:\n"
JUST = "- interval: 1m\n" + series("10x60", "10x60") + "  alert_rule_test:\n"
SOLUTION = HEAD + LONG + expect(9, "") + expect(10, FIRES) + JUST + expect(30, "")

EXERCISE = Exercise(
    title="Tests that notice",
    kind="configuration",
    prompt="""\
The shop has agreed on this: *if more than 20 requests are in progress, in all replicas of a job
together, for ten minutes, the job's team gets a warning. 20 are fine.* The rule in `rules.yml` says
the same:

```yaml
groups:
- name: shop
  rules:
  - alert: QueueLong
    expr: sum by (job) (shop_http_requests_in_progress) > 20
    for: 10m
    labels: {severity: warning}
```

Last month somebody "tidied up" the rules, and the alert fired no more. **Write `rules_test.yml`**,
for `promtool test rules`, with `rule_files: [rules.yml]`. It must pass on the rule above, and fail
on every rule that breaks the agreement. The check tries some of these: with another `for`,
threshold, way of adding up, or severity. All of them are evaluated once a minute.
""",
    hints=(
        "A test has an `interval`, some `input_series` with `values`, and an `alert_rule_test` "
        "that says which alerts fire at an `eval_time`. Which samples are just enough, and which "
        "are just not?",
        "`values: 11x30` is 11 and thirty times more 11, one each `interval`. Two replicas with "
        "11 and 10 are 21 together, and less than 20 each.",
        "Look at two moments of one series that is just too high: right before the ten minutes "
        "are over (`exp_alerts: []`), and right when they are (with `exp_labels`, all of them). "
        "Then at a series that is just fine.",
    ),
    start="""\
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
# your tests here
""",
    solution=SOLUTION,
    also_right=(
        HEAD
        + LONG.replace("11x30", "'0x4 15x30'").replace("10x30", "'0x4 6x30'")
        + expect(14, "")
        + expect(15, FIRES)
        + JUST
        + expect(59, ""),
        HEAD
        + LONG.replace("  alert_rule_test:\n", "  promql_expr_test:\n")
        + "  - expr: ALERTS\n    eval_time: 9m\n    exp_samples: [{labels: 'ALERTS{alertname=\""
        'QueueLong", alertstate="pending", job="shop", severity="warning"}\', value: 1}]\n'
        '  - expr: ALERTS{alertstate="firing"}\n    eval_time: 10m\n    exp_samples: [{labels: '
        '\'ALERTS{alertname="QueueLong", alertstate="firing", job="shop", severity="warning"}\', '
        "value: 1}]\n" + JUST + expect(45, ""),
    ),
    wrong=(
        Wrong(HEAD + LONG + expect(10, FIRES) + JUST + expect(30, ""), "too soon unnoticed"),
        Wrong(
            HEAD + LONG + expect(9, "") + expect(30, FIRES) + JUST + expect(30, ""),
            "too late unnoticed",
        ),
        Wrong(HEAD + LONG + expect(9, "") + expect(10, FIRES), "threshold unnoticed"),
        Wrong(
            HEAD
            + LONG.replace("11x30", "21x30").replace("10x30", "0x30")
            + expect(9, "")
            + expect(10, FIRES)
            + JUST
            + expect(30, ""),
            "sum unnoticed",
        ),
        Wrong(SOLUTION.replace(FIRES, "{exp_labels: {job: shop}}"), "fails on good rules"),
        Wrong(HEAD + JUST.replace("10x60", "0x60") + expect(30, ""), "tests nothing"),
        Wrong(SOLUTION.replace("rules.yml", "rule.yml"), "no rules found"),
        Wrong(SOLUTION.replace("QueueLong", "QueueLog"), "wrong name"),
        Wrong(SOLUTION.replace("x30", "x4"), "samples end early"),
        Wrong(SOLUTION.replace("exp_labels", "labels"), "field misplaced"),
        Wrong(RULES, "another kind of file"),
        Wrong(SOLUTION.partition("tests:\n")[2], "something missing above"),
        Wrong(SOLUTION.replace("  alert_rule_test:", " alert_rule_test:"), "not yaml"),
    ),
    practice="Rules change hands more often than their authors think: the test file keeps what was "
    "agreed, and runs wherever changes are reviewed.",
    judge=NoticesBrokenRules(
        RULES,
        (
            broken("too soon unnoticed", "fire after nine minutes", "10m", "9m"),
            broken("too soon unnoticed", "fire at once", "for: 10m", "for: 0m"),
            broken("too late unnoticed", "fire after a quarter of an hour", "10m", "15m"),
            broken("threshold unnoticed", "fire at 20 already", "> 20", ">= 20"),
            broken("threshold unnoticed", "fire at 22 only", "> 20", "> 21"),
            broken("sum unnoticed", "look at one replica at a time", "sum", "max"),
            broken("severity unnoticed", "wake people up for it", "warning", "critical"),
        ),
    ),
)
