"""The budget of 30 days, and what the last seven of them spent."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

M = "shop_http_requests_total"
FAILED, ALL = f'sum(increase({M}{{status=~"5.."}}[7d]))', f"sum(increase({M}[7d]))"
SOLUTION = f"{FAILED}\n  / ({ALL} * 30 / 7 * 0.005)"

EXERCISE = Exercise(
    title="What did the week spend?",
    kind="PromQL",
    prompt="""\
At the end of the week the team asks how much of its budget is gone. The promise is 99.5 % in 30
days, so the budget is 0.5 % of the requests of 30 days. Nobody knows yet how many requests these
will have. So the team takes the last 7 days, and expects the same traffic in the rest.

**Write PromQL** for the share of the budget of 30 days that the failures (`status` 5xx) of the last
`7d` have spent: one number without labels, 1 for all of it.
""",
    hints=(
        "Two numbers: how many requests failed in 7 days, and how many may fail in 30?",
        "How many may fail: 0.5 % of the requests of 30 days. These are 30/7 times those of 7 "
        "days.",
        "`increase` over `7d`, added up, gives both. Mind the brackets: what is divided by what?",
    ),
    start="# your PromQL here",
    solution=SOLUTION,
    also_right=(
        f'sum(rate({M}{{status=~"5.."}}[7d])) / sum(rate({M}[7d])) / 0.005 * 7 / 30',
        f"7 / 30 * {FAILED} / {ALL} / (1 - 0.995)",
    ),
    wrong=(
        Wrong(f"{FAILED} / ({ALL} * 0.005)", "off by a factor"),
        Wrong(f"{FAILED} / {ALL}", "off by a factor"),
        Wrong(f"{FAILED} / {ALL} * 30 / 7 / 0.005", "off by a factor"),
        Wrong("1 - " + SOLUTION, "the other share"),
        Wrong(f"100 * {SOLUTION}", "off by a unit"),
        Wrong(SOLUTION.replace('status=~"5.."', 'status!="200"'), "wrong matcher"),
    ),
    practice="Say the budget in requests, not only in percent: 'eighty thousand may fail this "
    "month' is something that people can plan with.",
    judge=SameAnswer(SOLUTION, at=("2026-03-09T00:00Z", "2026-03-08T12:00Z")),
)
