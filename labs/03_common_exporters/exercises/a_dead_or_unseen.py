"""One question for both: the database is down, or nobody can see whether it is."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

EITHER = 'mysql_up == 0 or up{job="mysql"} == 0'
NO_NAME = (
    "no name",
    "It speaks at the right moments. But `absent` builds its answer from the matchers alone: it "
    "does not say which instance, and with a second database it is silent as long as one of the "
    "two is there. Use the series that are 0.",
)
ONLY_DEAD = (
    "half of it",
    "It speaks as long as the exporter says that the database is dead. From 22:13 on nobody says "
    "so, and it is silent.",
)
ONLY_UNSEEN = (
    "half of it",
    "It speaks while the exporter does not answer. At 22:12 the exporter does answer. It says that "
    "the database is dead, and this is silent.",
)
NOT_THE_ZERO = (
    "not the zero",
    "It speaks at the right moments, and the series that it gives is 1 while the database is dead. "
    "Asked for is the series that is 0.",
)

EXERCISE = Exercise(
    title="Dead or unseen",
    kind="PromQL",
    prompt="""\
On Thursday evening of the shop's week, the database died at 22:10. At 22:13 the machine on which
MySQL's exporter runs went away too, until 22:32. At 22:35 the database was back. The person on call
wants to hear of both: of a database that is down, and of a database that nobody can see.

**Write PromQL** that answers with the series that is 0 (it has `job` and `instance`)

- while the exporter answers and the database does not, and
- while the exporter of the job `mysql` does not answer.

At all other times it must answer nothing.""",
    hints=(
        "Two comparisons, one for each case. Which metric comes from the exporter, and which does "
        "Prometheus write by itself?",
        "A comparison such as `… == 0` keeps the series that are 0 and drops the others.",
        "`or` puts two answers together.",
    ),
    start="# your PromQL here",
    solution=EITHER,
    also_right=(
        '(mysql_up or up{job="mysql"}) == 0',
        'up{job="mysql"} == 0 or mysql_up{job="mysql"} == 0',
        'min by (job, instance) ({__name__=~"up|mysql_up",job="mysql"}) == 0',
    ),
    wrong=(
        Wrong("mysql_up == 0", "half of it"),
        Wrong('up{job="mysql"} == 0', "half of it"),
        Wrong('up{job="mysql"} == 0 and mysql_up == 0', "nothing passes"),
        Wrong('up{job="mysql"} + mysql_up == 0', "nothing passes"),
        Wrong('mysql_up or up{job="mysql"} == 0', "too many series"),
        Wrong("absent(mysql_up == 1)", "no name"),
        Wrong('up{job="mysql"} unless mysql_up == 1', "not the zero"),
    ),
    practice="In an alert the two are better kept apart: a dead database wakes somebody at "
    "night, an exporter that does not answer can wait until morning. But both must be heard.",
    judge=SameAnswer(
        EITHER,
        at=(
            "2026-03-04T12:00:00Z",
            "2026-03-05T22:12:00Z",
            "2026-03-05T22:25:00Z",
            "2026-03-05T22:34:00Z",
        ),
        misreadings={
            "mysql_up == 0": ONLY_DEAD,
            'up{job="mysql"} == 0': ONLY_UNSEEN,
            "absent(mysql_up == 1)": NO_NAME,
            'up{job="mysql"} unless mysql_up == 1': NOT_THE_ZERO,
        },
    ),
)
