"""Exercises in a notebook: their services, and the magics that check answers and give hints."""

from collections.abc import Iterable
from typing import Any

from lab_helpers import seat
from lab_helpers.grading import catalogue, learner
from lab_helpers.grading.bench import Bench, ChapterBench
from lab_helpers.grading.check import check
from lab_helpers.grading.exercise import Verdict
from lab_helpers.lab import Lab


def open_lab(chapter: str) -> Bench:
    """Start what the checks of a chapter's lab need, and make its magics known to this notebook.

    - ``%%check 02.3`` above an answer checks it,
    - ``%hint 02.3`` gives the next hint,
    - ``%%solution 02.3`` checks an answer, and does not count it as the learner's.

    What is solved already is told, and nothing as long as nothing is.

    chapter: its number, such as "02". Run again, it starts everything anew.

    Raises:
        WorkshopError: there is no such lab, or a service does not start.
    """
    services: dict[str, Any] = {}
    exercises = catalogue.in_lab(chapter)
    for exercise in exercises.values():
        services |= exercise.judge.services
    bench = Bench()
    bench.start(services)
    _register(bench)
    _tell_standing(exercises)
    return bench


def open_exercises(chapter: str, lab: Lab) -> None:
    """Make the magics of a chapter's exercises known to its notebook; see `open_lab`.

    Answers are tried on the chapter's lab, which runs; what a check needs besides, it starts there.

    chapter: its number, such as "02".

    Raises:
        WorkshopError: there is no such chapter.
    """
    exercises = catalogue.in_chapter(chapter)
    _register(ChapterBench(lab))
    _tell_standing(exercises)


def _tell_standing(numbers: Iterable[str]) -> None:
    if told := learner.standing(numbers):
        print(told)


def _register(bench: Bench) -> None:
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        return

    def tell(number: str, verdict: Verdict) -> None:
        print(learner.story(number, catalogue.exercise(number), verdict, ask="%hint"))

    def check_cell(line: str, cell: str) -> None:
        """Check the answer below: %%check 02.3"""
        number = line.strip()
        verdict = learner.answer(number, cell, bench)
        tell(number, verdict)
        if verdict.solved:
            print(learner.how_far(number))

    def solution_cell(line: str, cell: str) -> None:
        """Check a solution that is not the learner's: %%solution 02.3"""
        number = line.strip()
        tell(number, check(catalogue.exercise(number), cell, bench))

    def hint_line(line: str) -> None:
        """Give the next hint: %hint 02.3"""
        print(learner.hint(line.strip()))

    seat.catch_up()
    shell.register_magic_function(check_cell, "cell", "check")
    shell.register_magic_function(solution_cell, "cell", "solution")
    shell.register_magic_function(hint_line, "line", "hint")
