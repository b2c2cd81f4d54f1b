"""An alert in Grafana from a file: rule, contact points, notification policy."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.grafana import GrafanaAlert

CHECKOUTS = 'shop_http_requests_total{route="/checkout"}'
FAILED = 'shop_http_requests_total{route="/checkout",status=~"5.."}'
SHARE = f"sum(rate({FAILED}[5m])) / sum(rate({CHECKOUTS}[5m]))"

FILE = """\
apiVersion: 1

groups:
  - name: shop
    folder: Shop
    interval: 1m
    rules:
      - uid: checkout-fails
        title: CheckoutFails
        for: 5m
        labels: {severity: critical}
        annotations: {summary: Checkouts fail}
        noDataState: OK
        execErrState: Error
        condition: B
        data:
          - refId: A
            datasourceUid: prometheus
            relativeTimeRange: {from: 600, to: 0}
            model:
              refId: A
              instant: true
              expr: 'EXPR'
          - refId: B
            datasourceUid: __expr__
            model:
              refId: B
              type: threshold
              expression: A
              conditions:
                - evaluator: {type: gt, params: [0.05]}

contactPoints:
  - name: team
    receivers:
      - {uid: team, type: webhook, settings: {url: "http://inbox:8025/hook/team"}}
  - name: night
    receivers:
      - {uid: night, type: webhook, settings: {url: "http://inbox:8025/hook/night"}}

policies:
  - receiver: team
    group_by: [alertname]
    routes:
      - receiver: night
        object_matchers: [[severity, =, critical]]"""


def file(expr: str = SHARE, **other: tuple[str, str]) -> str:
    """The file with this PromQL, and other things put in the place of others."""
    text = FILE.replace("EXPR", expr)
    for old, new in other.values():
        assert old in text, old
        text = text.replace(old, new)
    return text


THRESHOLD = """type: threshold
              expression: A
              conditions:
                - evaluator: {type: gt, params: [0.05]}"""
NIGHT = """
    routes:
      - receiver: night
        object_matchers: [[severity, =, critical]]"""
REDUCED = """condition: C
        data:
          - refId: C
            datasourceUid: __expr__
            model: {refId: C, type: math, expression: "$B > 0.05"}"""

EXERCISE = Exercise(
    title="Checkout fails",
    kind="configuration",
    prompt="""\
The team that owns checkout lives in Grafana, and wants its alert there, from a file. The file is
begun; its rule fires at nothing, and everything goes to one place.

**Finish it:**

- *CheckoutFails* holds when more than 5 % of the requests to `/checkout` ended in a status of 500
  or more, over the last 5 minutes, in all replicas together. It fires when that was so for
  5 minutes.
- An alert with the label `severity: critical`, as this one has, goes to the contact point `night`,
  which is missing: a webhook to `http://inbox:8025/hook/night`. All others go to `team`, as now.

The data source's uid is `prometheus`. Leave title, labels and states as they are. The check needs
no Grafana: it reads the file as Grafana would, and asks the week of history.""",
    hints=(
        "The query `A` asks Prometheus; with `instant: true` it has one number for each series. "
        "`B` compares, and `condition` names the one that decides.",
        "A threshold has `conditions` with an `evaluator`: its `type` is `gt`, its `params` a "
        "list. Mind which number is 5 %: that depends on what `A` answers.",
        "A policy may have `routes`, each with a `receiver` and `object_matchers`, which is a list "
        "of lists: `[[label, =, value]]`.",
    ),
    start=file(
        "up",
        limit=("params: [0.05]", "params: [1000]"),
        night=(
            "\n  - name: night\n    receivers:\n      - {uid: night, type: webhook, settings: "
            '{url: "http://inbox:8025/hook/night"}}',
            "",
        ),
        routes=(NIGHT, ""),
    ),
    solution=file(),
    also_right=(
        file(f"100 * {SHARE}", limit=("[0.05]", "[5]")),
        file(
            kind=(
                THRESHOLD,
                "type: reduce\n              reducer: last\n              expression: A",
            ),
            condition=("condition: B\n        data:", REDUCED),
            instant=("instant: true", "instant: false"),
        ),
        file(
            matchers=(
                "object_matchers: [[severity, =, critical]]",
                'matchers: ["severity = critical"]',
            )
        ),
        file(f"{SHARE} > 0.05", limit=("[0.05]", "[0]")),
    ),
    wrong=(
        Wrong(file(limit=("[0.05]", "[5]")), "misses it"),
        Wrong(file(limit=("type: gt", "type: lt")), "misses it"),
        Wrong(
            file(SHARE.replace('route="/checkout",', "").replace('{route="/checkout"}', "")),
            "misses it",
        ),
        Wrong(file(SHARE.replace('=~"5.."', '="500"')), "misses it"),
        Wrong(file(f"sum(rate({FAILED}[5m]))"), "misses it"),
        Wrong(file(SHARE.replace('=~"5.."', '!="200"')), "false alarm"),
        Wrong(file(condition=("condition: B", "condition: A")), "false alarm"),
        Wrong(file(condition=("condition: B", "condition: C")), "no such refId"),
        Wrong(file(instant=("instant: true", "instant: false")), "not reduced"),
        Wrong(
            file(uid=("datasourceUid: prometheus", "datasourceUid: Prometheus")),
            "wrong data source",
        ),
        Wrong(file(interval=("interval: 1m", "interval: 15s")), "interval refused"),
        Wrong(file(hold=("for: 5m", "for: 1m")), "wrong for"),
        Wrong(file(routes=(NIGHT, "")), "wrong receiver"),
        Wrong(file(routes=("receiver: team\n", "receiver: night\n")), "wrong receiver"),
        Wrong(file(routes=("receiver: night", "receiver: nights")), "no such receiver"),
        Wrong(file(url=("hook/night", "hook/team")), "wrong receiver"),
        Wrong(file(SHARE.replace("rate(", "rat(")), "query refused"),
        Wrong(file(indent=("    folder: Shop", "   folder: Shop")), "not yaml"),
    ),
    practice="Two teams, one rule each, in one place each: decide per alert whether Prometheus or "
    "Grafana has it, and never write the same one twice.",
    judge=GrafanaAlert(
        title="CheckoutFails",
        holds_for="5m",
        labels={"severity": "critical"},
        when={
            "2026-03-05T22:25Z": (True, "The database was away, and nearly all checkouts failed."),
            "2026-03-04T12:05Z": (True, "8 of 100 checkouts failed, and hardly any other page."),
            "2026-03-05T08:05Z": (
                True,
                "7 of 100 checkouts failed, some of them with the status 503.",
            ),
            "2026-03-04T12:15Z": (False, "Fewer than 5 of 100 checkouts failed."),
            "2026-03-03T12:00Z": (False, "All was well."),
            "2026-03-02T04:00Z": (
                False,
                "No checkout had a status of 500 or more. Some had 409: a product was sold out.",
            ),
            "2026-03-07T20:00Z": (False, "Fewer than 5 of 100 checkouts failed."),
        },
        webhook="http://inbox:8025/hook/night",
        others={"http://inbox:8025/hook/team": {"alertname": "Other", "severity": "warning"}},
    ),
)
