"""Every answer that the exercises declare, judged: those of one exercise side by side."""

from concurrent.futures import Future, ThreadPoolExecutor

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


class Proofs:
    """The verdicts on a bench, sought for a whole exercise at once when one is asked for."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self._found: dict[str, dict[str, Future[Verdict]]] = {}

    def verdict(self, number: str, answer: str) -> Verdict:
        """The verdict on an answer that an exercise declares."""
        if number not in self._found:
            self._found[number] = self._judge(number)
        return self._found[number][answer].result()

    def _judge(self, number: str) -> dict[str, Future[Verdict]]:
        exercise = catalogue.exercise(number)
        # All of them have ended when this does: judges read the environment, and pytest writes to
        # it between two tests.
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return {
                answer: pool.submit(check, exercise, answer, self.bench)
                for answer in answers_to(number)
            }
