"""Precision, from a month of alerts."""

from collections.abc import Mapping

from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Misreading, Number

EVENTS, CAUGHT = 8, 6
RIGHT = 3 + (CAUGHT - 1)  # three in one of them, one in each of the others
ALERTS = 25


def near(_: Bench) -> Mapping[float, Misreading]:
    return {
        100 * CAUGHT / EVENTS: (
            "that is recall",
            "That is recall: of the events, how many were caught? Precision asks about the alerts.",
        ),
        100 * CAUGHT / ALERTS: (
            "events counted",
            "You count events above and alerts below. How many alerts were right?",
        ),
        100 * (ALERTS - RIGHT) / ALERTS: (
            "the wrong ones",
            "That is the share of alerts that were about nothing.",
        ),
        100 * RIGHT / EVENTS: (
            "divided by events",
            "Precision is a share of the alerts. By what do you divide?",
        ),
    }


EXERCISE = Exercise(
    title="Right, or only loud?",
    kind="prediction",
    prompt="""\
Last month the team on call had 25 alerts. Eight times something happened that was worth an alert.
Two of these times there was none. In one there were three alerts, because the condition came and
went; in each of the others there was one. All other alerts were about nothing that was worth it.

**How many percent is the precision of these alerts?**
""",
    hints=(
        "Precision looks at the alerts: how many of them were right?",
        "In how many of the eight events was there an alert? Count the alerts in these.",
        "Three in one event, one in each of five others. Divide by all alerts.",
    ),
    start="# your number of percent here\n",
    solution="32",
    also_right=("32 %", "# (3 + 5) of 25\n32.0"),
    wrong=(
        Wrong("75", "that is recall"),
        Wrong("24", "events counted"),
        Wrong("68", "the wrong ones"),
        Wrong("100", "divided by events"),
        Wrong("0.32", "off by a unit"),
        Wrong("8 / 25", "no number"),
    ),
    practice="Count both for a month of your own alerts: precision says whether people still "
    "believe them, recall whether they can.",
    judge=Number(
        lambda _: 100 * RIGHT / ALERTS,
        near,
        "Eight of 25 alerts were about something. Recall is 75 %: six of eight events.",
        tolerance=0.001,
    ),
)
