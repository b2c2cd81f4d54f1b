"""An alert on a database that is down, and on an exporter that is not even there to say so."""

from datetime import timedelta

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.alert import CatchesIncidents, Incident, Supposition
from lab_helpers.history import EVENTS

OUTAGE = Incident(
    "the outage",
    start=EVENTS["outage_start"],
    end=EVENTS["outage_end"],
    by=EVENTS["outage_start"] + timedelta(minutes=3),
    over_by=EVENTS["outage_end"] + timedelta(minutes=5),
)
NOT_WATCHED = Supposition(
    series={'up{job="shop", instance="web-1:8000"}': "1x30"},
    minutes=20,
    fires=True,
    diagnosis="silent without target",
    message="The outage is caught. But suppose that somebody takes the job mysql out of "
    "prometheus.yml: after 20 minutes without any series of it, not even `up`, your alert is "
    "still silent. Which function answers when there is nothing?",
)
SECOND = Supposition(
    series={
        f'{name}{{job="mysql", instance="mysql-exporter{number}:9104"}}': values
        for name, number, values in (
            ("up", "", "1x30"),
            ("up", "-2", "1x30"),
            ("mysql_up", "", "0x30"),
            ("mysql_up", "-2", "1x30"),
        )
    },
    minutes=20,
    fires=True,
    diagnosis="mute with a second one",
    message="The outage is caught. But suppose that the shop has a second database, "
    "`mysql-exporter-2:9104`, and that it is well while the first one is down: your alert is "
    "silent. Does it ask about each of them, or whether there is any?",
)


def rule(expr: str, hold: str = "1m") -> str:
    return f"""\
groups:
- name: database
  rules:
  - alert: DatabaseDown
    expr: {expr}
    for: {hold}
    labels: {{severity: critical, team: database}}
"""


ALL_THREE = 'mysql_up == 0 or up{job="mysql"} == 0 or absent(up{job="mysql"})'

EXERCISE = Exercise(
    title="Nobody left to say so",
    kind="configuration",
    prompt="""\
On Thursday at 22:10 the database died. Its exporter, `mysql-exporter:9104` of the job `mysql`, said
so: `mysql_up` was 0. Three minutes later the whole machine was gone, exporter included; at 22:32
the machine came back, at 22:35 the database. The alert of that time, `mysql_up == 0`, had resolved
itself in the midst of it, and the people on call went back to bed.

**Write an alert `DatabaseDown`** with the labels `severity: critical` and `team: database`, in a
rules file:

- it fires by 22:13, and it is *one* alert, without a break and with the same labels, until the
  database is back; it is resolved by 22:40, and the rest of the week is quiet;
- it also fires, after 20 minutes at most, if the job `mysql` is taken out of Prometheus's
  configuration by mistake: then no series of it is left, not even `up`;
- it still works when the shop has a second database: one that is down is told of, whatever the
  other one does.
""",
    hints=(
        'Plot `mysql_up` and `up{job="mysql"}` from 22:00 to 22:45. Which of them is there at '
        "22:11, at 22:20, at 22:33, and with which value?",
        "Two expressions can be joined by `or`: both must then answer with the very same labels, "
        "or there are two alerts.",
        "Ask about each instance: its `mysql_up` is 0, or its `up` is. `absent(…)` answers 1 when "
        "its argument is empty: of which series must there be at least one?",
    ),
    start="""\
groups:
- name: database
  rules:
  - alert: DatabaseDown
    expr: mysql_up == 0
    for: 1m
    labels: {severity: critical, team: database}
""",
    solution=rule(ALL_THREE),
    also_right=(
        rule(
            'min by (instance) (mysql_up or up{job="mysql"}) == 0 or absent(up{job="mysql"})', "0s"
        ),
        "groups:\n- name: database\n  rules:\n  - alert: DatabaseDown\n"
        '    expr: min by (job) (mysql_up or up{job="mysql"}) == 0\n    for: 90s\n'
        "    labels: &who {severity: critical, team: database}\n  - alert: DatabaseDown\n"
        '    expr: absent(up{job="mysql"})\n    for: 5m\n    labels: *who\n',
    ),
    wrong=(
        Wrong(rule("absent(mysql_up == 1)"), "mute with a second one"),
        Wrong(rule("(sum(mysql_up) or vector(0)) < 1", "0s"), "mute with a second one"),
        Wrong(rule("mysql_up == 0", "2m"), "series gone"),
        Wrong(rule('up{job="mysql"} == 0'), "too late"),
        Wrong(rule("absent(mysql_up)"), "too late"),
        Wrong(rule('mysql_up == 0 or up{job="mysql"} == 0'), "silent without target"),
        Wrong(rule("mysql_up == 0 or absent(mysql_up)", "0s"), "labels change"),
        Wrong(rule("mysql_up == 0 or absent(mysql_up)"), "labels change"),
        Wrong(rule(ALL_THREE, "5m"), "for too long"),
        Wrong(rule(ALL_THREE, "1m\n    keep_firing_for: 20m"), "resolves late"),
        Wrong(rule("count(mysql_up == 1) == 0"), "count of nothing"),
        Wrong(rule("absent(mysql_up == 0)"), "fires always"),
        Wrong(rule('absent(up{job="mysqld"} == 1)'), "fires always"),
        Wrong(rule('mysql_up{job="db"} == 0'), "empty selector"),
        Wrong(rule("mysql_up == 0").replace("critical", "warning"), "series gone"),
        Wrong(rule(ALL_THREE).replace(", team: database", ""), "label missing"),
    ),
    practice="Every alert on the value of a metric needs a partner for the day on which the "
    "metric is not there: a dead exporter looks like a quiet one.",
    judge=CatchesIncidents(
        "DatabaseDown",
        {"severity": "critical", "team": "database"},
        (OUTAGE,),
        (NOT_WATCHED, SECOND),
    ),
)
