"""A burn rate, from a share of failures and back to the budget."""

from collections.abc import Mapping

from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Misreading, Number
from lab_helpers.service_levels import SHOP

FAILING, HOURS = 0.03, 12
BURN_RATE = FAILING / SHOP.budget
SPENT = 100 * SHOP.spent(BURN_RATE, f"{HOURS}h")


def near(_: Bench) -> Mapping[float, Misreading]:
    return {
        BURN_RATE: (
            "that is the burn rate",
            "That is how many times as fast as allowed the budget burns. How much of it is gone "
            "after 12 of 720 hours?",
        ),
        100 * HOURS / (30 * 24): (
            "burn rate forgotten",
            "So much of the budget would be gone after 12 hours at a burn rate of 1.",
        ),
        100 * FAILING: (
            "that is the share",
            "That is the share of requests that fail. How many times the budget's share is that?",
        ),
        SPENT * 30 / 7: (
            "a week's budget",
            "That is of the budget of a week. The promise holds for 30 days.",
        ),
        100 - SPENT: ("what is left", "That is what is left. How much is gone?"),
        SPENT / HOURS: ("one hour", "That is what one hour spends. It goes on for 12."),
    }


EXERCISE = Exercise(
    title="How fast does it burn?",
    kind="prediction",
    prompt="""\
The objective is 99.5 % in 30 days, and there is the same traffic at all hours. At noon something
breaks, and from then on 3 % of all requests fail. At midnight it is mended.

**How many percent of the budget of 30 days did these 12 hours spend?** Leave aside what fails on
every other day.
""",
    hints=(
        "At first the burn rate: how many times as large as the budget's share is the share that "
        "fails?",
        "At a burn rate of 1, 30 days spend the whole budget. Which part of it do 12 hours spend "
        "at a burn rate of 1?",
        "Both together: the burn rate, times 12 hours, by 720 hours.",
    ),
    start="# your number of percent here\n",
    solution="10",
    also_right=("10 %", "# 6 * 12 / 720\n10.0"),
    wrong=(
        Wrong("6", "that is the burn rate"),
        Wrong("1.6667", "burn rate forgotten"),
        Wrong("3", "that is the share"),
        Wrong("42.857", "a week's budget"),
        Wrong("90", "what is left"),
        Wrong("0.8333", "one hour"),
        Wrong("0.1", "off by a unit"),
        Wrong("6 * 12 / 720", "no number"),
    ),
    practice="Two numbers are enough to say how bad something is: how many times too fast the "
    "budget burns, and for how long it has.",
    judge=Number(
        lambda _: SPENT,
        near,
        "The burn rate is 0.03 / 0.005 = 6, and 12 hours are a sixtieth of 30 days.",
        tolerance=0.001,
    ),
)
