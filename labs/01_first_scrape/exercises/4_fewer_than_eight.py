"""An alarm that hears every silence: a target that is down, one that is gone, all that are."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

EXERCISE = Exercise(
    title="Fewer than eight",
    kind="PromQL",
    prompt="""\
The shop's Prometheus has eight targets. You want one alarm for all of them: it rings when fewer
than eight **answer**. That was so three times:

- On Sunday, 1 March, before the week began, the list of targets was empty: not one of them.
- On Tuesday, 3 March, at 13:20 UTC one target was missing from the configuration for some minutes.
- On Thursday, 5 March, at 22:13 UTC another one could not be reached.

**Write PromQL** that answers with the number of targets that answer, as long as it is smaller than
eight. When all eight answer, it answers nothing. One series, without labels.""",
    hints=(
        "`up` has a series for each target of the configuration, 1 or 0. What is there of one "
        "that is lost from the configuration?",
        "`sum(…)` makes one series of many. A comparison with a number, such as `… > 3`, lets a "
        "series pass or takes it away. What is the sum of no series at all?",
        "`A or vector(0)` is A, or a 0 if A is empty. It needs braces around it if something is "
        "to be compared with it.",
    ),
    start="# your PromQL here",
    solution="(sum(up) or vector(0)) < 8",
    also_right=(
        "(count(up == 1) or vector(0)) < 8",
        "sum(up or vector(0)) != 8",
        "8 > (sum without (instance, job) (up) or vector(0))",
        "sum(up) < 8 or absent(up) - 1",
    ),
    wrong=(
        Wrong("sum(up) < 8", "silent when all are gone"),
        Wrong("count(up == 1) < 8", "silent when all are gone"),
        Wrong("sum(up) < 8 or vector(0)", "never silent"),
        Wrong("up == 0", "target gone"),
        Wrong("(count(up) or vector(0)) < 8", "target down"),
        Wrong("count(up) < 8", "target down"),
        Wrong("sum(up) or vector(0)", "no threshold"),
        Wrong("sum(up)", "not there then"),
        Wrong("sum by (job) (up) or vector(0)", "label too many"),
        Wrong("absent(up)", "only when all are gone"),
        Wrong("(sum(up) or vector(0)) < bool 8", "no threshold"),
        Wrong("8 - (sum(up) or vector(0)) > 0", "the others counted"),
        Wrong("sum(ups) < 8", "no such metric"),
        Wrong("sum(up) <", "syntax error"),
    ),
    practice="Compare with the number of targets that a job has to have: only so you hear of one "
    "that is missing from the list. And think of the worst case: a sum or a count of nothing is "
    "not 0, it is nothing, and an alarm on nothing is silent.",
    judge=SameAnswer(
        "(sum(up) or vector(0)) < 8",
        at=("2026-03-01T12:00Z", "2026-03-03T13:28Z", "2026-03-05T12:00Z", "2026-03-05T22:25Z"),
        misreadings={
            "sum(up) < 8": (
                "silent when all are gone",
                "On Tuesday and Thursday it rings. On Sunday there is no `up` at all, and the sum "
                "of nothing is nothing: in the worst case of all it is silent.",
            ),
            "sum(up) < 8 or vector(0)": (
                "never silent",
                "On a good day the comparison leaves nothing, and then `or` puts the 0 there. What "
                "has to come first?",
            ),
            "absent(up)": (
                "only when all are gone",
                "It rings on Sunday alone. With a single target left it is silent.",
            ),
            "(count(up) or vector(0)) < 8": (
                "target down",
                "On Thursday it is silent: all eight have an `up` then, and one of them is 0.",
            ),
            "up == 0": (
                "target gone",
                "On Thursday it rings. On Tuesday nothing is 0: the target that was lost has no "
                "`up` at all.",
            ),
            "count(up) < 8": (
                "target down",
                "On Tuesday it rings. On Thursday all eight have an `up`: one of them is 0.",
            ),
            "8 - (sum(up) or vector(0)) > 0": (
                "the others counted",
                "That is how many do not answer. Asked is how many do.",
            ),
            "sum(up) or vector(0)": (
                "no threshold",
                "That is the right number, and it is there on a good day too.",
            ),
            "(sum(up) or vector(0)) < bool 8": (
                "no threshold",
                "It says 0 and 1; on a good day it should be silent.",
            ),
        },
    ),
)
