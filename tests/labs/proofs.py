"""Every answer that the exercises declare, judged: those of one exercise side by side."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self

from lab_helpers.grading import Bench, Verdict, catalogue, check

AT_ONCE = 7  # answers judged side by side: most of them wait for a service


def numbers() -> list[str]:
    """The number of every exercise."""
    return [number for chapter in catalogue.chapters() for number in catalogue.exercises(chapter)]


def answers_to(number: str) -> list[str]:
    """All answers that an exercise declares, right and wrong ones."""
    exercise = catalogue.exercise(number)
    wrong = [each.answer for each in exercise.wrong]
    return list(dict.fromkeys([exercise.solution, *exercise.also_right, *wrong]))


class Benches:
    """The benches of a process.

    The services of all labs have names of their own, so that they share one. In each chapter
    `prometheus` is another: it has one to itself, which goes when the next chapter's is asked for.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._labs = Bench(name=name)
        self._chapter, self._of_chapter = "", Bench(name=name)

    def of(self, number: str) -> Bench:
        """The bench on which this exercise is judged."""
        if not catalogue.is_in_chapter(number):
            return self._labs
        if number[:2] != self._chapter:
            self._of_chapter.stop()
            self._chapter = number[:2]
            self._of_chapter = Bench(name=f"{self._name}-{self._chapter}")
        return self._of_chapter

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self._of_chapter.stop()
        self._labs.stop()


class Proofs:
    """The verdicts, sought for a whole exercise at once when one is asked for."""

    def __init__(self, benches: Benches) -> None:
        self.benches = benches
        self._found: dict[str, dict[str, Future[Verdict]]] = {}

    def verdict(self, number: str, answer: str) -> Verdict:
        """The verdict on an answer that an exercise declares."""
        if number not in self._found:
            self._found[number] = self._judge(number)
        return self._found[number][answer].result()

    def _judge(self, number: str) -> dict[str, Future[Verdict]]:
        exercise, bench = catalogue.exercise(number), self.benches.of(number)
        # All of them have ended when this does: judges read the environment, and pytest writes to
        # it between two tests.
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return {
                answer: pool.submit(check, exercise, answer, bench) for answer in answers_to(number)
            }
