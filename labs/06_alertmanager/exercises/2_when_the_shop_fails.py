"""An alert on the share of requests that fail."""

from datetime import timedelta

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.alert import CatchesIncidents, Incident, Supposition
from lab_helpers.history import EVENTS

OUTAGE = Incident(
    "the outage",
    start=EVENTS["outage_start"],
    end=EVENTS["outage_end"],
    by=EVENTS["outage_start"] + timedelta(minutes=6),
    over_by=EVENTS["outage_end"] + timedelta(minutes=10),
)


def traffic(**a_minute: int) -> dict[str, str]:
    """Counters of requests by status, such as s200, and a database that is up."""
    where = 'job="shop", instance="web-1:8000", method="GET", route="/"'
    counters = {
        f'shop_http_requests_total{{{where}, status="{status[1:]}"}}': f"0+{count}x30"
        for status, count in a_minute.items()
    }
    return counters | {'mysql_up{job="mysql", instance="mysql-exporter:9104"}': "1x30"}


SUPPOSITIONS = (
    Supposition(
        series=traffic(s200=324, s500=36),
        minutes=15,
        fires=True,
        diagnosis="only the outage",
        message="The outage is caught. But suppose that one request in ten fails, for 15 minutes, "
        "while the database is up: your alert is silent. From which share on must it fire?",
    ),
    Supposition(
        series=traffic(s200=7722, s503=78),
        minutes=15,
        fires=False,
        diagnosis="a count, no share",
        message="The outage is caught. But suppose that the shop has ten times its visitors, and "
        "one request in a hundred fails: your alert fires. Failures a second say nothing by "
        "themselves: out of how many?",
    ),
    Supposition(
        series=traffic(s200=166, s404=180, s500=14),
        minutes=15,
        fires=False,
        diagnosis="share of what",
        message="The outage is caught. But suppose that half of the requests ask for pages that "
        "do not exist, and are told so with a 404, and 4 % of all fail: your alert fires. Of which "
        "requests does it take the share, and what is its threshold?",
    ),
)


def rule(expr: str, hold: str = "2m", severity: str = "critical") -> str:
    return f"""\
groups:
- name: shop
  rules:
  - alert: ShopFails
    expr: {expr}
    for: {hold}
    labels: {{severity: {severity}}}
"""


FAILED = 'sum(rate(shop_http_requests_total{status=~"5.."}[5m]))'
ALL = "sum(rate(shop_http_requests_total[5m]))"

EXERCISE = Exercise(
    title="When the shop fails",
    kind="configuration",
    prompt="""\
On Thursday night, from 22:10 to 22:35, the database was gone and nearly every page of the shop
answered with a status of 5xx. The owner heard of it on Friday, from a customer. Nobody wants to be
woken for the odd failure, though: one request in a thousand fails on any day.

**Write an alerting rule `ShopFails`**, with the label `severity: critical`, that would have told:

- it fires when more than 5 % of all requests fail, and does so within 6 minutes, by 22:16;
- it is *one* alert, for the whole shop, as long as the outage lasts, and it is resolved by 22:45;
- in all the rest of the week it keeps quiet.

The requests are counted by `shop_http_requests_total`, by `instance`, `method`, `route` and
`status`. The check evaluates your rule over the whole week, once a minute.
""",
    hints=(
        "Two numbers are to be compared: the failures a second and the requests a second. How do "
        "you get each for the whole shop?",
        '`status=~"5.."` selects the failures. `sum` over a `rate` makes one number of all '
        "replicas and routes; the windows of both must be long enough for a scrape every minute.",
        "`expr: sum(rate(…[5m])) / sum(rate(…[5m])) > …`, and a `for` of a minute or two. Window "
        "and `for` together must fit into 6 minutes.",
    ),
    start="""\
groups:
- name: shop
  rules:
  - alert: ShopFails
    # your expression here, with for and labels
""",
    solution=rule(f"{FAILED} / {ALL} > 0.05"),
    also_right=(
        'alert: ShopFails\nexpr: |\n  1 - sum(rate(shop_http_requests_total{status!~"5.."}[3m]))'
        "\n      / sum(rate(shop_http_requests_total[3m])) > 0.05\nlabels: {severity: critical}\n",
        rule(f"100 * {FAILED.replace('[5m]', '[2m]')} > 5 * {ALL.replace('[5m]', '[2m]')}", "3m"),
        "- alert: ShopFails\n  for: 1m\n  labels:\n    severity: critical\n  annotations:\n"
        "    summary: '{{ $value | humanizePercentage }} of the requests fail'\n"
        '  expr: avg(sum by (instance) (rate(shop_http_requests_total{status=~"5.+"}[4m]))'
        " / sum by (instance) (rate(shop_http_requests_total[4m]))) > 0.05\n",
    ),
    wrong=(
        Wrong(rule(f"{FAILED} / {ALL} > 0.05", "30m"), "for too long"),
        Wrong(rule(f"{FAILED} / {ALL} > 0.05", severity="page"), "wrong label"),
        Wrong(rule(f"{FAILED.replace('=~', '=')} / {ALL} > 0.05"), "pattern with ="),
        Wrong(rule(f"{FAILED} / {ALL} > 5"), "never true"),
        Wrong(rule(f"{FAILED} / {ALL} > 0.0005"), "fires always"),
        Wrong(
            rule(f"{FAILED} / {ALL} > 0.05".replace("sum(", "sum by (instance) (")),
            "one for each series",
        ),
        Wrong(rule(f"{FAILED} / {ALL} > 0.05".replace("5m", "1m")), "window too short"),
        Wrong(rule(f"{FAILED} / {ALL} > 0.05".replace("5m", "20m")), "resolves late"),
        Wrong(rule(f"{FAILED} / {ALL} > 0.05").replace("for:", "fro:"), "unknown field"),
        Wrong(rule(f"({FAILED} / {ALL} > 0.05"), "syntax error"),
        Wrong(rule(f"{FAILED} / {ALL} > 0.01", "0s"), "false alarm"),
        Wrong(rule(f"{FAILED} / {ALL} > 0.05".replace("sum", "")), "divided by itself"),
        Wrong(rule(f"{FAILED} / {ALL} > 0.5"), "only the outage"),
        Wrong(rule("absent(mysql_up == 1)"), "only the outage"),
        Wrong(rule(f"{FAILED} > 0.05"), "a count, no share"),
        Wrong(
            rule(f"{FAILED} / {ALL} > 0.05".replace("total[", 'total{status="200"}[')),
            "share of what",
        ),
    ),
    practice="A share pages at night and at noon alike; a count of failures only knows how many "
    "visitors there are.",
    judge=CatchesIncidents("ShopFails", {"severity": "critical"}, (OUTAGE,), SUPPOSITIONS),
)
