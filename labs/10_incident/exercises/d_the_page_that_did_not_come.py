"""An alert on errors that visitors get, wherever these come from."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.incident.judges import CatchesRecorded

FAILED = 'sum(rate(shop_http_requests_total{status=~"5.."}[10s]))'
ALL = "sum(rate(shop_http_requests_total[10s]))"
PROBE = 'min(probe_success{instance="http://nginx/products"}) == 0'


def rule(
    *exprs: str, hold: str = "3s", severity: str = "critical", name: str = "VisitorsGetErrors"
) -> str:
    rules = "".join(
        f"""\
  - alert: {name}
    expr: {expr}
    for: {hold}
    labels: {{severity: {severity}}}
"""
        for expr in exprs
    )
    return f"groups:\n- name: incident\n  rules:\n{rules}"


SHARE = f"{FAILED} / {ALL} > 0.05"

EXERCISE = Exercise(
    title="The page that did not come",
    kind="configuration",
    prompt="""\
`ErrorsHigh` asks for the share of failed requests *in the shop*. In our incident it was silent,
as no request came that far. In other incidents only some pages fail, and a probe of one page
sees nothing.

**Write an alerting rule `VisitorsGetErrors`**, with the label `severity: critical`. In every
recorded incident in which visitors get errors, wherever they come from, it fires within 30 s.
In the calm minutes before, it keeps quiet; and so it does in incidents in which no visitor is
hurt.

Both views are needed: more than 5 % of what the shop answers has a status of 5xx, **or** the
probe of `http://nginx/products` fails. (Two rules of the same name are fine, and so is `or`.)
The check evaluates it over all recorded incidents, once a second; windows of 10 s and a `for`
of a few seconds fit their pace.""",
    hints=(
        "Write two rules with the same name first: one for the share in the shop, one for the "
        "probe. Either is enough to page.",
        "Each rule must give one alert, not one for each series: `sum` or `min` on its left side.",
        'The share is `sum(rate(…{status=~"5.."}[10s])) / sum(rate(…[10s])) > 0.05`; the probe is '
        '`min(probe_success{instance="…"}) == 0`. Join them with `or`, or make two rules.',
    ),
    start="""\
groups:
- name: incident
  rules:
  - alert: VisitorsGetErrors
    # your expression here, with for and labels
""",
    solution=rule(f"({SHARE}) or ({PROBE})"),
    also_right=(
        rule(SHARE, PROBE),
        rule(
            f"(100 * {FAILED} > 5 * {ALL}) or on () "
            '(sum(probe_success{instance=~".*/products"}) < 1)',
            hold="5s",
        ),
        "alert: VisitorsGetErrors\nlabels: {severity: critical}\nfor: 2s\nexpr: |\n"
        f'  (1 - sum(rate(shop_http_requests_total{{status!~"5.."}}[10s])) / {ALL} > bool 0.05)\n'
        f'    + on () (1 - min(probe_success{{instance="http://nginx/products"}})) > 0\n',
    ),
    wrong=(
        Wrong(rule(SHARE), "not caught"),
        Wrong(rule(PROBE), "not caught"),
        Wrong(rule("up == 0"), "not caught"),
        Wrong(rule(f"({SHARE}) or ({PROBE})", hold="2m"), "never fires"),
        Wrong(rule(f"({SHARE}) or ({PROBE})", hold="25s"), "too late"),
        Wrong(rule(f"{FAILED} / {ALL} > 5"), "never fires"),
        Wrong(rule(f"({ALL} > 0) or ({PROBE})"), "fires always"),
        Wrong(rule(f"({SHARE}) or ({PROBE})", severity="page"), "wrong label"),
        Wrong(rule(f"({SHARE}) or ({PROBE})", name="Errors"), "wrong name"),
        Wrong(rule(f"({SHARE} or ({PROBE})"), "syntax error"),
        Wrong(rule(f"({SHARE}) or ({PROBE})").replace("for:", "fro:"), "unknown field"),
    ),
    practice="Watch the same symptom from two sides: the program's own numbers know which page and "
    "why, and the probe knows of what never arrived.",
    judge=CatchesRecorded(
        "VisitorsGetErrors",
        {"severity": "critical"},
        wanted=lambda fault: fault.symptom == "errors",
        what="visitors get errors",
        within=30.0,
        quiet=lambda fault: fault.symptom in ("nobody", "blind"),
    ),
)
