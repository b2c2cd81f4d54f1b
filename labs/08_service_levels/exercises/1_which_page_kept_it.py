"""An SLI for each page: the share of good events in all events."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

M = "shop_http_requests_total"
SOLUTION = (
    f'1 - sum by (route) (rate({M}{{status=~"5.."}}[1d]))\n    / sum by (route) (rate({M}[1d]))'
)

EXERCISE = Exercise(
    title="Which page kept it?",
    kind="PromQL",
    prompt="""\
The shop as a whole keeps its promise of 99.5 %, and yet a manager says: "Our checkout does not." A
request is good if the shop did not fail: its `status` is not one of 5xx. (A visitor who asks for a
page that is not there, or buys what is sold out, is no failure of the shop.)

**Write PromQL** for the share of good requests of the last day (`1d`): one series for each `route`,
with no other label, from 0 to 1.
""",
    hints=(
        "Which statuses are good? It is shorter to say which are not, and to take that from 1.",
        "Failed requests divided by all requests, both as rates over a day, and both added up by "
        "the one label that is left.",
        '`status=~"5.."` finds the failed ones. `4..` is what visitors did, and good.',
    ),
    start="# your PromQL here",
    solution=SOLUTION,
    also_right=(
        f'sum by (route) (increase({M}{{status!~"5.."}}[1d])) / sum by (route) (increase({M}[1d]))',
        f'sum without (instance, job, method, status) (rate({M}{{status=~"[234].."}}[24h]))'
        f" / sum without (instance, job, method, status) (rate({M}[24h]))",
    ),
    wrong=(
        Wrong(SOLUTION.removeprefix("1 - "), "the other share"),
        Wrong(SOLUTION.replace('status=~"5.."', 'status!="200"'), "wrong matcher"),
        Wrong(SOLUTION.replace("by (route) ", ""), "label lost"),
        Wrong(SOLUTION.replace("[1d]", "[1h]"), "wrong window"),
        Wrong(SOLUTION.replace("(route)", "(route, instance)"), "label too many"),
        Wrong(f'1 - {M}{{status=~"5.."}} / {M}', "raw counter"),
        Wrong(SOLUTION.replace('"5.."', '"5xx"'), "empty selector"),
    ),
    practice="One number for the whole shop hides its smallest page, and that may be the one that "
    "earns the money: give what matters most a promise of its own.",
    judge=SameAnswer(SOLUTION, at=("2026-03-04T00:00Z", "2026-03-06T00:00Z")),
)
