"""An alert on alerts that cannot fire any more, as the series are gone that they read."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.incident.judges import CatchesRecorded

RECORDED = "job:shop_http_requests:rate10s"
COMES = "sum(rate(shop_http_requests_total[10s])) > 0"


def rule(expr: str, hold: str = "5s", severity: str = "warning", name: str = "RulesMute") -> str:
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
    title="Who watches the rules?",
    kind="configuration",
    prompt=f"""\
`ErrorsHigh` reads a recorded series. In a change of `rules.yml` the recording rules were lost,
and from then on `ErrorsHigh` compared nothing with 5 %: it could not fire, whatever happened.
Nothing was red.

**Write an alerting rule `RulesMute`**, with the label `severity: warning`: the series
`{RECORDED}` is not there. It fires within 30 s in every recorded incident in which rules went
mute, as one alert, and keeps quiet in the calm minutes and in all other incidents.

Mind one thing: an instant query still finds a series up to five minutes after its last sample,
unless Prometheus knows that it ended. When a rule is taken away, it does.""",
    hints=(
        "There is a function for a series that is not there.",
        "`absent(…)` answers 1 if its argument finds nothing, and nothing otherwise: that is an "
        "alert's expression already.",
        "`expr: absent(job:…:rate10s)`, with a `for` of a few seconds so that a restart does not "
        "page.",
    ),
    start="""\
groups:
- name: incident
  rules:
  - alert: RulesMute
    # your expression here, with for and labels
""",
    solution=rule(f"absent({RECORDED})"),
    also_right=(
        rule(f"absent({RECORDED}) and on () ({COMES})", hold="3s"),
        rule(f"absent(sum({RECORDED}))", hold="8s"),
        rule(f"({COMES}) unless on () {RECORDED}", hold="3s"),
    ),
    wrong=(
        Wrong(rule(f"{RECORDED} == 0"), "not caught"),
        Wrong(rule(f"count({RECORDED}) < 1"), "never fires"),
        Wrong(rule("absent(job:shop_http_request:rate10s)"), "fires always"),
        Wrong(rule(f"absent({RECORDED})", hold="2m"), "never fires"),
        Wrong(rule(f"absent({RECORDED}) or up == 0"), "wrong incident"),
        Wrong(rule(f"absent({RECORDED})", severity="page"), "wrong label"),
        Wrong(rule(f"absent({RECORDED}"), "syntax error"),
        Wrong(rule(f"absent({RECORDED})", name="Mute"), "wrong name"),
    ),
    practice="Whoever reads a recorded series depends on it: let an alert say when it is gone.",
    judge=CatchesRecorded(
        "RulesMute",
        {"severity": "warning"},
        wanted=lambda fault: fault.cause == "rule-mute",
        what="rules went mute",
        within=30.0,
        quiet=lambda fault: fault.cause != "rule-mute",
    ),
)
