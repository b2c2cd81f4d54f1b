"""Whatever is given to an exercise, the verdict is right, in words, and never a traceback.

`make test` tries a few answers to each exercise, and one to one in five of those that start a
service for each answer; with WORKSHOP_EVERY_ANSWER=1 it is forty to each of them all.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from lab_helpers.grading import catalogue, check
from tests.labs.given_answers import Given, given_answers
from tests.labs.proofs import Benches, numbers

ALL = bool(os.environ.get("WORKSHOP_EVERY_ANSWER"))
#: Exercises whose judge starts a service for every answer: seconds for each.
COSTLY = [
    number
    for number in numbers()
    if catalogue.exercise(number).kind in ("configuration", "program")
    and not number.startswith("06")
]


def examples(number: str) -> int:
    """How many answers are given to an exercise."""
    if ALL:
        return 40
    if number in COSTLY:
        return 1 if COSTLY.index(number) % 5 == 0 else 0
    return 4


@pytest.fixture(scope="module")
def benches() -> Iterator[Benches]:
    """The services of all exercises, each started when it is first needed."""
    with Benches("any-answer") as benches:
        yield benches


@pytest.mark.parametrize("number", [each for each in numbers() if examples(each)])
def test_the_verdict_is_right(number: str, benches: Benches) -> None:
    exercise, bench = catalogue.exercise(number), benches.of(number)

    @settings(
        max_examples=examples(number),
        deadline=None,
        database=None,
        phases=[Phase.generate],  # nothing is made smaller: that would take minutes
        suppress_health_check=list(HealthCheck),
    )
    @given(given_answers(number))
    def has_its_verdict(given: Given) -> None:
        verdict = check(exercise, given.answer, bench)
        told = f"{verdict.diagnosis}: {verdict.message}"
        assert verdict.solved == (given.verdict == "solved") or given.verdict == "either", told
        assert verdict.solved or (verdict.diagnosis and 20 < len(verdict.message) < 5_000), told
        assert given.says in told
        assert "Traceback" not in told or exercise.kind in ("program", "dashboard")
        told.encode()  # it can be shown

    has_its_verdict()
