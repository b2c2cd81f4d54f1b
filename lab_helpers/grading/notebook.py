"""A lab in a notebook: its services, and the magics that check answers and give hints."""

from typing import Any

from lab_helpers.grading import catalogue, learner
from lab_helpers.grading.bench import Bench
from lab_helpers.grading.check import check
from lab_helpers.grading.exercise import Verdict


def open_lab(chapter: str) -> Bench:
    """Start what the checks of a chapter's lab need, and make its magics known to this notebook.

    - ``%%check 02.3`` above an answer checks it,
    - ``%hint 02.3`` gives the next hint,
    - ``%%solution 02.3`` checks an answer, and does not count it as the learner's.

    chapter: its number, such as "02". Run again, it starts everything anew.

    Raises:
        WorkshopError: there is no such lab, or a service does not start.
    """
    from IPython import get_ipython

    services: dict[str, Any] = {}
    for exercise in catalogue.exercises(chapter).values():
        services |= exercise.judge.services
    bench = Bench()
    bench.start(services)
    shell = get_ipython()
    if shell is not None:
        _register(shell, bench)
    return bench


def _register(shell: Any, bench: Bench) -> None:
    def tell(number: str, verdict: Verdict) -> None:
        print(learner.story(number, catalogue.exercise(number), verdict, ask="%hint"))

    def check_cell(line: str, cell: str) -> None:
        """Check the answer below: %%check 02.3"""
        number = line.strip()
        tell(number, learner.answer(number, cell, bench))

    def solution_cell(line: str, cell: str) -> None:
        """Check a solution that is not the learner's: %%solution 02.3"""
        number = line.strip()
        tell(number, check(catalogue.exercise(number), cell, bench))

    def hint_line(line: str) -> None:
        """Give the next hint: %hint 02.3"""
        print(learner.hint(line.strip()))

    shell.register_magic_function(check_cell, "cell", "check")
    shell.register_magic_function(solution_cell, "cell", "solution")
    shell.register_magic_function(hint_line, "line", "hint")
