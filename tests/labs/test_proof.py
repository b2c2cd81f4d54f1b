"""Every exercise keeps its word: right answers pass, wrong ones get their own diagnosis."""

from collections.abc import Callable

import pytest

from lab_helpers.grading import Exercise, catalogue
from tests.labs.proofs import Proofs

EXERCISES = {
    number: exercise
    for chapter in catalogue.chapters()
    for number, exercise in catalogue.exercises(chapter).items()
}
RIGHT = [
    pytest.param(number, answer, id=f"{number}-{name}")
    for number, exercise in EXERCISES.items()
    for name, answer in [
        ("solution", exercise.solution),
        *((f"also{i}", answer) for i, answer in enumerate(exercise.also_right, start=1)),
    ]
]
WRONG = [
    pytest.param(number, wrong.answer, wrong.diagnosis, id=f"{number}-wrong{i}-{wrong.diagnosis}")
    for number, exercise in EXERCISES.items()
    for i, wrong in enumerate(exercise.wrong, start=1)
]


@pytest.mark.parametrize(("number", "answer"), RIGHT)
def test_right(
    number: str, answer: str, proofs: Proofs, record_property: Callable[[str, object], None]
) -> None:
    verdict = proofs.verdict(number, answer)
    assert verdict.solved, f"{verdict.diagnosis}: {verdict.message}"
    record_property("proven", (number, EXERCISES[number].kind, "right"))


@pytest.mark.parametrize(("number", "answer", "diagnosis"), WRONG)
def test_wrong(
    number: str,
    answer: str,
    diagnosis: str,
    proofs: Proofs,
    record_property: Callable[[str, object], None],
) -> None:
    verdict = proofs.verdict(number, answer)
    assert not verdict.solved, "it passes"
    assert verdict.diagnosis == diagnosis, verdict.message
    assert len(verdict.message) > 20, "the learner is told too little"
    record_property("proven", (number, EXERCISES[number].kind, "wrong"))


@pytest.mark.parametrize("number", EXERCISES)
def test_an_exercise_is_complete(number: str) -> None:
    exercise: Exercise = EXERCISES[number]
    wrong = [each.answer for each in exercise.wrong]
    assert len({exercise.solution, *exercise.also_right}) >= 3
    assert len(set(wrong)) >= 4
    assert len({each.diagnosis for each in exercise.wrong}) >= 3, "they are all the same mistake"
    assert all(exercise.hints)
    for hint in exercise.hints:
        assert exercise.solution.strip() not in hint, "a hint gives the answer"
    assert exercise.start.strip().startswith("#") or exercise.start.count("\n") > 0
    assert exercise.practice.rstrip().endswith((".", "!"))


def test_there_are_forty_exercises_and_five_in_every_lab() -> None:
    assert len(EXERCISES) >= 40
    assert catalogue.chapters() == ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10"]
    for chapter in catalogue.chapters():
        exercises = catalogue.in_lab(chapter)
        if chapter == "10":  # the incidents themselves, and alerts to write for them
            assert len(exercises) == 3
            continue
        assert len(exercises) >= 5
        assert list(exercises) == [f"{chapter}.{i}" for i in range(1, len(exercises) + 1)]
        assert len({exercise.kind for exercise in exercises.values()}) >= 3, "mix the kinds"


def test_the_exercises_of_a_chapter_are_called_from_a_on() -> None:
    for chapter in catalogue.chapters():
        letters = [number.partition(".")[2] for number in catalogue.in_chapter(chapter)]
        assert letters == list("abcdefghij"[: len(letters)])
