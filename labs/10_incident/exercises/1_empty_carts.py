"""An alert on visitors who cannot buy, as their carts are gone."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.incident.judges import CatchesRecorded

LOST = 'sum(rate(shop_http_requests_total{route="/checkout", status="409"}[20s]))'
ALL = 'sum(rate(shop_http_requests_total{route="/checkout"}[20s]))'


def rule(expr: str, hold: str = "5s", severity: str = "warning", name: str = "CartsLost") -> str:
    return f"""\
groups:
- name: incident
  rules:
  - alert: {name}
    expr: {expr}
    for: {hold}
    labels: {{severity: {severity}}}
"""


EXERCISE = Exercise(
    title="Empty carts",
    kind="configuration",
    prompt="""\
Somebody puts mugs into a cart, goes to pay, and the cart is empty. The shop answers `/checkout`
with status 409. That is no 5xx, so no alert of the shop looks at it, and the visitor is gone
all the same.

**Write an alerting rule `CartsLost`**, with the label `severity: warning`: more than a quarter
of all requests for `/checkout` are answered with 409. It fires within 45 s in every recorded
incident in which visitors lose their carts, as one alert for the whole shop, and in the calm
minutes before them it keeps quiet.

Few visitors go to pay, about one a second: a window of 20 s is better than one of 10 s.""",
    hints=(
        "A share again: 409 at `/checkout`, out of all requests for `/checkout`.",
        "Both sides need `sum(rate(…[20s]))`, so that one number comes out, not one a replica.",
        '`sum(rate(shop_http_requests_total{route="/checkout", status="409"}[20s])) / …  > 0.25`, '
        "with a `for` of some seconds.",
    ),
    start="""\
groups:
- name: incident
  rules:
  - alert: CartsLost
    # your expression here, with for and labels
""",
    solution=rule(f"{LOST} / {ALL} > 0.25"),
    also_right=(
        rule(f"4 * {LOST} > {ALL}", hold="8s"),
        rule(f"{LOST} / {ALL} > 0.25".replace("20s", "30s"), hold="3s"),
        f"- alert: CartsLost\n  labels: {{severity: warning}}\n  for: 5s\n"
        f"  annotations: {{summary: carts are gone}}\n  expr: 100 * {LOST} / {ALL} > 25\n",
    ),
    wrong=(
        Wrong(rule(f"{LOST} / {ALL} > 0.25".replace("409", "5..")), "never fires"),
        Wrong(rule(f"{LOST} / {ALL} > 25"), "never fires"),
        Wrong(rule(f"{ALL} > 0"), "fires always"),
        Wrong(rule(f"{LOST} / {ALL} > 0.25".replace("/checkout", "/cart")), "never fires"),
        Wrong(rule(f"{LOST} / {ALL} > 0.25", hold="2m"), "never fires"),
        Wrong(rule(f"{LOST} / {ALL} > 0.25", severity="critical"), "wrong label"),
        Wrong(rule(f"{LOST} / {ALL} > 0.25", name="EmptyCarts"), "wrong name"),
        Wrong(rule(f"{LOST} / {ALL} > 0.25").replace("expr:", "exp:"), "unknown field"),
        Wrong(rule(f"({LOST} / {ALL} > 0.25"), "syntax error"),
    ),
    practice="Ask what a visitor came for: a page that is quick, correct and useless is an error "
    "to them.",
    judge=CatchesRecorded(
        "CartsLost",
        {"severity": "warning"},
        wanted=lambda fault: fault.symptom == "lost-carts",
        what="visitors lose their carts",
        within=45.0,
    ),
)
