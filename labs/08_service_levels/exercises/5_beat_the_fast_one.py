"""A design that beats a given one, which does not see slow burns."""

from pathlib import Path

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.alert import Goals, Measured

DESIGNS = Path(__file__).parents[1] / "designs"
FAST = (DESIGNS / "4_burn_rate.yml").read_text()
R = "job:shop_http_requests_failed:ratio_rate"


def rules(expr: str, *windows: str, severity: str = "page") -> str:
    recorded = "".join(
        f"  - record: {R}{window}\n    expr: |\n"
        f'      sum by (job) (rate(shop_http_requests_total{{status=~"5.."}}[{window}]))\n'
        f"        / sum by (job) (rate(shop_http_requests_total[{window}]))\n"
        for window in windows
    )
    return (
        f"groups:\n- name: budget\n  interval: 5m\n  rules:\n{recorded}"
        f"- name: alerts\n  rules:\n  - alert: BudgetBurns\n    expr: {expr}\n"
        f"    labels: {{severity: {severity}}}\n"
    )


def both(long: str, short: str, factor: float) -> str:
    return f"({R}{long} > {factor} * 0.005 and {R}{short} > {factor} * 0.005)"


EXERCISE = Exercise(
    title="Beat the fast one",
    kind="configuration",
    prompt="""\
The team has design 4: it pages when one hour spends 5 % of the budget. In the week of seed 8 it had
one alert, and that was right. Then somebody looked at the budget: more than a third of it was gone
in this one week, and nobody had been told of most of that.

**Rewrite the rules** so that in the week of seed 8

- every event that is worth an alert is told of (recall 1),
- at least 85 % of the alerts are right, and there are 12 at most,
- an alert begins at most 90 minutes after an event's beginning, and is over at most 60 minutes
  after the event's end (medians).
""",
    hints=(
        "A burn rate of 36 is for the biggest outages only. What burns the budget at a rate of 3, "
        "and how long does that take to be noticed?",
        "Slow burns need a long window and a low burn rate. A short window beside it ends the "
        "alert when it is over.",
        "`6h` at a burn rate of 2 sees all of them. Which short window keeps it from coming and "
        "going? What burns so slowly can be a ticket; a faster pair of windows is the page.",
    ),
    start=FAST,
    solution=rules(both("1h", "5m", 14.4), "5m", "1h", "6h")
    + f"  - alert: BudgetShrinks\n    expr: {both('6h', '1h', 2)}\n"
    "    labels: {severity: ticket}\n",
    also_right=(
        rules(both("6h", "1h", 2), "1h", "6h"),
        rules(both("6h", "1h", 2.2), "6h", "1h", severity="ticket"),
        (DESIGNS / "6_windows.yml").read_text(),
    ),
    wrong=(
        Wrong(rules(f"{R}1h > 14.4 * 0.005", "1h"), "not caught"),
        Wrong(rules(f"{R}1d > 0.005", "1d"), "not caught"),
        Wrong(rules(f"{R}5m > 0.005", "5m"), "false alarm"),
        Wrong(rules(f"{R}6h > 2 * 0.005", "6h"), "false alarm"),
        Wrong(rules(f"{R}6h > 2", "6h"), "never fires"),
        Wrong(rules(f"{R}7h > 2 * 0.005", "6h"), "never fires"),
        Wrong(rules(f"{R}6h > = 0.01", "6h"), "syntax error"),
    ),
    practice="A page that is always right may be one that is mostly silent: look at recall before "
    "you are proud of precision.",
    judge=Measured(Goals(precision=0.85, recall=1, detected=90, reset=60, most=12), seeds=(8,)),
)
