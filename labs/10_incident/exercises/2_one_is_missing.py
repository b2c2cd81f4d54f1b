"""An alert on a target that is not there any more: no target, no `up`."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.incident.judges import CatchesRecorded


def rule(
    expr: str, hold: str = "5s", severity: str = "warning", name: str = "ReplicaMissing"
) -> str:
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
    title="One is missing",
    kind="configuration",
    prompt="""\
A replica ran and served visitors, and nobody watched it: it had vanished from Consul, so
Prometheus had no such target. `ReplicaDown` (`up{job="web"} == 0`) kept quiet: where there is
no target, there is no `up` that could be 0.

**Write an alerting rule `ReplicaMissing`**, with the label `severity: warning`. The shop has
two replicas. It fires within 20 s in every recorded incident in which a replica is not a target
any more, as one alert. It keeps quiet in the calm minutes, and where a replica is a target but
does not answer: for that there is `ReplicaDown`.""",
    hints=(
        "How many series has `up` of the job `web`, whatever their value?",
        "`count` counts series, `sum` adds up their values. Which of the two does not care whether "
        "a target answers?",
        '`count(up{job="web"})` is 2 when all is well. And when none is left, it is not 0, but '
        "nothing at all: `absent(…)` is for that.",
    ),
    start="""\
groups:
- name: incident
  rules:
  - alert: ReplicaMissing
    # your expression here, with for and labels
""",
    solution=rule('count(up{job="web"}) < 2 or absent(up{job="web"})'),
    also_right=(
        rule('count(up{job="web"}) != 2', hold="3s"),
        rule('(count(up{job="web"}) or vector(0)) < 2'),
        rule('absent(up{instance="web-1"}) or absent(up{instance="web-2"})', hold="2s"),
    ),
    wrong=(
        Wrong(rule('up{job="web"} == 0'), "not caught"),
        Wrong(rule('sum(up{job="web"}) < 2'), "wrong incident"),
        Wrong(rule('absent(up{job="web"})'), "never fires"),
        Wrong(rule('count(up{job="web"}) < 1'), "never fires"),
        Wrong(rule('count(up{job="web"}) <= 2'), "fires always"),
        Wrong(rule('count(up{job="web"}) < 2', hold="30s"), "too late"),
        Wrong(rule('count(up{job="web"}) < 2', severity="page"), "wrong label"),
        Wrong(rule('count(up{job="web"} < 2'), "syntax error"),
    ),
    practice="Count what must be there. With service discovery, a target that goes takes its "
    "alerts along.",
    judge=CatchesRecorded(
        "ReplicaMissing",
        {"severity": "warning"},
        wanted=lambda fault: fault.cause == "target-vanished",
        what="a replica is not a target any more",
        within=20.0,
        quiet=lambda fault: fault.cause != "target-vanished",
    ),
)
