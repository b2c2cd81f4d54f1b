"""An alert for the day on which no replica answers, or none is even known."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.alert import FiresOn, Supposition

HERE, GONE = "1x40", "0x40"
CRASH = "1x5 0x35"  # away from the sixth minute on


def up(*replicas: str, other: str = HERE) -> dict[str, str]:
    """The samples of `up`: of each replica of the web app, and of another job's target."""
    series = {f'up{{job="web", instance="web-{n}:8000"}}': v for n, v in enumerate(replicas, 1)}
    return {**series, 'up{job="mysql", instance="mysql-exporter:9104"}': other}


def suppose(
    series: dict[str, str], minutes: int, fires: bool, diagnosis: str, words: str, one: bool = False
) -> Supposition:
    return Supposition(series, minutes, fires, diagnosis, words, one)


SUPPOSITIONS = (
    suppose(
        up(HERE, GONE, GONE),
        30,
        False,
        "one is left",
        "Suppose that one replica of three answers: your alert fires. It is for the day on which "
        "*none* does.",
    ),
    suppose(
        up(HERE, HERE, other=GONE),
        30,
        False,
        "another job",
        "Suppose that the database's exporter is away and all replicas answer: your alert fires. "
        "Whose `up` does it look at?",
    ),
    suppose(
        up(GONE, GONE),
        30,
        True,
        "silent when none is left",
        "Suppose that both replicas are away: your alert is silent after half an hour.",
    ),
    suppose(
        up(GONE, GONE),
        30,
        True,
        "one for each series",
        "Suppose that both replicas are away: your rule makes two alerts. One is asked for, "
        "however many replicas there are.",
        one=True,
    ),
    suppose(
        up(CRASH, CRASH),
        7,
        False,
        "too soon",
        "Suppose that both replicas have been away for one minute: your alert fires already. What "
        "does `for` say?",
    ),
    suppose(
        up(CRASH, CRASH),
        10,
        True,
        "for too long",
        "Suppose that both replicas have been away for four minutes: your alert does not fire yet. "
        "Two minutes are asked for.",
    ),
    suppose(
        up("1x5 0x10 1x25", "0x40"),
        25,
        False,
        "resolves late",
        "Suppose that a replica answers again, and has done so for ten minutes: your alert still "
        "fires.",
    ),
    suppose(
        up(),
        30,
        True,
        "silent without target",
        "It is right as long as Prometheus knows the replicas. But suppose that the job web is "
        "taken out of prometheus.yml: there is no `up` of it at all, and your alert is silent. "
        "What does your expression answer when it finds no series?",
    ),
)


def rule(expr: str, hold: str = "2m", labels: str = "{severity: critical, team: shop}") -> str:
    return f"- alert: NoReplicaLeft\n  expr: {expr}\n  for: {hold}\n  labels: {labels}\n"


WEB = 'up{job="web"}'

EXERCISE = Exercise(
    title="Nobody is left",
    kind="configuration",
    prompt="""\
One replica less is a nuisance. No replica at all is a closed shop, and that is worth another alert.

**Write an alerting rule `NoReplicaLeft`** with the labels `severity: critical` and `team: shop`:

- it fires when *no* replica of the job `web` has answered for 2 minutes, and not before;
- it is one alert, however many replicas there are;
- it is over when a replica answers again;
- it also fires when Prometheus has no target of the job `web` at all, because somebody broke the
  configuration.

The check gives your rule to `promtool` with made-up samples of `up`, one a minute.
""",
    hints=(
        "Count the replicas that answer: `up` is 1 for each of them.",
        '`sum(up{job="web"})` is that number, as one series. Ask yourself what it answers when '
        "there is no series to add up.",
        "A sum of nothing is no answer, and no answer is no alert. `… or vector(0)` puts a 0 in "
        "its place.",
    ),
    start="""\
- alert: NoReplicaLeft
  # your expression here, with for and labels
""",
    solution=rule(f"(sum({WEB}) or vector(0)) == 0"),
    also_right=(
        rule(f"absent({WEB} == 1)"),
        f"groups:\n- name: mine\n  rules:\n  - alert: NoReplicaLeft\n    expr: |\n"
        f"      sum by (job) ({WEB}) == 0\n        or absent({WEB})\n    for: 120s\n"
        "    labels:\n      team: shop\n      severity: critical\n",
        rule(f"(count({WEB} == 1) or vector(0)) < 1"),
    ),
    wrong=(
        Wrong(rule(f"{WEB} == 0"), "one is left"),
        Wrong(rule(f"sum by (job) ({WEB}) == 0"), "silent without target"),
        Wrong(rule(f"absent({WEB})"), "silent when none is left"),
        Wrong(rule(f"count({WEB} == 1) == 0"), "silent when none is left"),
        Wrong(rule("(sum(up) or vector(0)) == 0"), "silent when none is left"),
        Wrong(rule("min(up) == 0"), "one is left"),
        Wrong(rule(f"(max by (instance) ({WEB}) == 0) and on () (sum({WEB}) == 0)"),
              "one for each series"),
        Wrong(rule(f"(sum({WEB}) or vector(0)) == 0", "0s"), "too soon"),
        Wrong(rule(f"(sum({WEB}) or vector(0)) == 0", "10m"), "for too long"),
        Wrong(rule(f"(sum({WEB}) or vector(0)) == 0", "2m\n  keep_firing_for: 1h"),
              "resolves late"),
        Wrong(rule(f"(sum({WEB}) or vector(0)) == 0", labels="{team: shop}"), "label missing"),
        Wrong(rule(f"(sum({WEB}) or vector(0)) == 0").replace("NoR", "noR"), "wrong name"),
        Wrong(rule(f"(sum({WEB}) or vector(0)) = 0"), "syntax error"),
        Wrong(rule(f"(sum({WEB}) or vector(0)) == 0").replace("for:", "fro:"), "unknown field"),
    ),
    practice="Every alert that counts something needs an answer for the day on which there is "
    "nothing to count.",
    judge=FiresOn("NoReplicaLeft", {"severity": "critical", "team": "shop"}, SUPPOSITIONS),
)  # fmt: skip
