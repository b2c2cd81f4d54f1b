"""An alarm that hears both silences: the target that is down, and the one that is gone."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

EXERCISE = Exercise(
    title="Fewer than eight",
    kind="PromQL",
    prompt="""\
The shop's Prometheus has eight targets. Somebody wants one alarm for all of them: it rings when
fewer than eight **answer**. In the week of history
that was so twice. On Tuesday at 13:20 a target was lost from the configuration for some minutes;
on Thursday at 22:13 another could not be reached.

**Write PromQL** that answers with the number of targets that answer, as long as that is fewer
than eight, and with nothing when all eight do. One series, without labels.""",
    hints=(
        "`up` has a series for each target of the configuration, 1 or 0. What is there of one "
        "that is lost from the configuration?",
        "How do you get from eight series of ones and noughts to the number of those that answer? "
        "`sum(…)` and `count(…)` make one series of many.",
        "A comparison with a number, such as `… > 3`, lets a series pass or takes it away.",
    ),
    start="# your PromQL here",
    solution="sum(up) < 8",
    also_right=(
        "count(up == 1) < 8",
        "sum(up) != 8",
        "8 > sum without (instance, job) (up)",
        "count(up) - count(up == 0) < 8 or count(up) < 8",
    ),
    wrong=(
        Wrong("up == 0", "target gone"),
        Wrong("count(up) < 8", "target down"),
        Wrong("sum(up)", "no threshold"),
        Wrong("sum by (job) (up) < 8", "label too many"),
        Wrong("absent(up)", "nothing absent"),
        Wrong("sum(up) < bool 8", "no threshold"),
        Wrong("8 - sum(up) > 0", "the others counted"),
        Wrong("sum(up < 8)", "no threshold"),
        Wrong("sum(ups) < 8", "no such metric"),
        Wrong("sum(up) <", "syntax error"),
    ),
    practice="Whoever knows how many targets there ought to be, per job, alerts on that number; "
    "only an alarm that compares with what is expected hears a target that was lost from the list.",
    judge=SameAnswer(
        "sum(up) < 8",
        at=("2026-03-03T13:28Z", "2026-03-05T12:00Z", "2026-03-05T22:25Z"),
        misreadings={
            "up == 0": (
                "target gone",
                "On Thursday it rings. On Tuesday nothing is 0: the target that was lost has no "
                "`up` at all.",
            ),
            "count(up) < 8": (
                "target down",
                "On Tuesday it rings. On Thursday all eight have an `up`: one of them is 0.",
            ),
            "8 - sum(up) > 0": (
                "the others counted",
                "That is how many do not answer. Asked is how many do.",
            ),
            "sum(up)": (
                "no threshold",
                "That is the right number, and it is there on a good day too.",
            ),
            "sum(up) < bool 8": (
                "no threshold",
                "It says 0 and 1; on a good day it should be silent.",
            ),
        },
    ),
)
