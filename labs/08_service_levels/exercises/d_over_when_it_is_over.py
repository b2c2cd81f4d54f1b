"""An alert that is over when the outage is over."""

from pathlib import Path

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.alert import Goals, Measured

DESIGNS = Path(__file__).parents[1] / "designs"
R = "job:shop_http_requests_failed:ratio_rate"


def rules(expr: str, *windows: str, more: str = "") -> str:
    recorded = "".join(
        f"  - record: {R}{window}\n    expr: |\n"
        f'      sum by (job) (rate(shop_http_requests_total{{status=~"5.."}}[{window}]))\n'
        f"        / sum by (job) (rate(shop_http_requests_total[{window}]))\n"
        for window in windows
    )
    alert = f"  - alert: BudgetBurns\n    expr: {expr}\n{more}    labels: {{severity: page}}\n"
    return f"groups:\n- name: budget\n  rules:\n{recorded}{alert}"


FAST = f"{R}1h > 14.4 * 0.005"

EXERCISE = Exercise(
    title="Over when it is over",
    kind="configuration",
    prompt="""\
Design 4 has one window of an hour. It is simple, but the page stays for most of an hour after the
shop is well again: whoever mends something does not see that it is mended. The rules in the cell
are of the same kind, but faster: they fire at a burn rate of 14.4. That is the one at which an hour
spends 2 % of the budget.

**Rewrite the rules** so that in the week of history there is still one alert, for the outage on
Thursday. It must begin 12 minutes after the outage at the latest, and be over 10 minutes after its
end at the latest.
""",
    hints=(
        "Which of the outage's minutes are still in a window of an hour, half an hour after its "
        "end? Which are in a window of five minutes?",
        "The long window says that it is serious, the short one that it still goes on. An alert "
        "needs both.",
        "Record the share over `5m` too, and join the two comparisons by `and`: the labels of both "
        "sides are the same.",
    ),
    start=rules(FAST, "1h"),
    solution=rules(f"{FAST} and {R}5m > 14.4 * 0.005", "5m", "1h"),
    also_right=(
        (DESIGNS / "6_windows.yml").read_text(),
        rules(f"min by (job) ({R}1h > 0.072 and {R}5m > 0.01)", "1h", "5m"),
        rules(f"{R}10m > 0.2", "10m", more="    for: 5m\n"),
    ),
    wrong=(
        Wrong(rules(FAST.replace("14.4", "15"), "1h"), "resolves late"),
        Wrong(rules(f"{FAST} or {R}5m > 14.4 * 0.005", "5m", "1h"), "resolves late"),
        Wrong(rules(f"{FAST} and {R}5m > 14.4", "5m", "1h"), "never fires"),
        Wrong(rules(f"{FAST} and {R}5m > 14.4 * 0.005", "1h"), "never fires"),
        Wrong(rules(f"{R}5m > 0.005", "5m"), "false alarm"),
        Wrong(
            rules(f"{FAST} and {R}5m > 14.4 * 0.005", "5m", "1h", more="    for: 10m\n"), "too late"
        ),
        Wrong(
            rules(f"{FAST} and {R}5m > 14.4 * 0.005", "5m", "1h", more="    for: 1h\n"),
            "never fires",
        ),
        Wrong(rules(f"{FAST} and {R}5m >= 0", "5m", "1h"), "resolves late"),
        Wrong(rules(f"{R}5m >= 0", "5m"), "fires always"),
        Wrong(rules(f"{FAST} and {R}30d > 0.005", "30d", "1h"), "cannot be measured"),
        Wrong(rules(f"{FAST} an {R}5m > 0.072", "5m", "1h"), "syntax error"),
    ),
    practice="Two windows: the long one decides whether it matters, the short one whether it still "
    "lasts. A twelfth of the long one is usual.",
    judge=Measured(Goals(precision=1, recall=1, detected=12, reset=10, most=1)),
)
