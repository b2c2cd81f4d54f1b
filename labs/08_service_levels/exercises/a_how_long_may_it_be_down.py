"""What an objective allows, in minutes."""

from collections.abc import Mapping

from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Misreading, Number
from lab_helpers.service_levels import Objective

PROMISE = Objective(99.9)
MINUTES = PROMISE.outage.total_seconds() / 60


def near(_: Bench) -> Mapping[float, Misreading]:
    return {
        Objective(99.5).outage.total_seconds() / 60: (
            "the old objective",
            "That is what 99.5 % allows. The manager asks for 99.9 %.",
        ),
        Objective(99.9, 7).outage.total_seconds() / 60: (
            "a week",
            "That is for seven days. For how many does the promise hold?",
        ),
        Objective(99.0).outage.total_seconds() / 60: (
            "one nine short",
            "That is 1 % of 30 days. Which share may fail if 99.9 % must not?",
        ),
        30 * 1440 - MINUTES: (
            "the good part",
            "That is how long the shop must work. The budget is what is left.",
        ),
        MINUTES / 10: (
            "one nine too many",
            "That is 0.01 % of 30 days. Which share may fail if 99.9 % must not?",
        ),
    }


EXERCISE = Exercise(
    title="How long may it be down?",
    kind="prediction",
    prompt="""\
A manager wants to promise 99.9 % instead of 99.5 %: "That is only 0.4 % more." Imagine that the
shop has the same traffic at all hours, and that nothing fails but in one outage, in which every
request fails.

**How many minutes may that outage last in 30 days, if 99.9 % is promised?**
""",
    hints=(
        "The budget is what is left of 100 %. Which share of all requests is that?",
        "With the same traffic at all hours, a share of the requests is the same share of the "
        "time.",
        "30 days have 43,200 minutes. Take the budget's share of them.",
    ),
    start="# your number of minutes here\n",
    solution="43.2",
    also_right=("43.2 minutes", "# 43200 minutes times 0.001\n43,2"),
    wrong=(
        Wrong("216", "the old objective"),
        Wrong("10.08", "a week"),
        Wrong("432", "one nine short"),
        Wrong("4.32", "one nine too many"),
        Wrong("43156.8", "the good part"),
        Wrong("0.72", "off by a unit"),
        Wrong("30 days * 0.001", "no number"),
    ),
    practice="Say an objective in minutes before you promise it: each nine more is a tenth of the "
    "time, and three quarters of an hour are over before most teams have found the cause.",
    judge=Number(
        lambda _: MINUTES,
        near,
        "0.1 % of 43,200 minutes. With 99.5 % it was 216: five times as long.",
        tolerance=0.001,
    ),
)
