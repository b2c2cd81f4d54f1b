"""Every answer that the exercises declare, judged side by side on one bench."""

from concurrent.futures import Future, ThreadPoolExecutor

from lab_helpers.grading import Bench, Verdict, catalogue, check

AT_ONCE = 7  # answers judged side by side: most of them wait for a service

Proof = tuple[str, str]  # an exercise's number, and an answer


class Proofs:
    """The verdicts on answers, each sought from the beginning and waited for when it is asked."""

    def __init__(self, answers: list[Proof]) -> None:
        self.bench = Bench(name="proof")
        judges = [catalogue.exercise(number).judge for number, _ in answers]
        self.bench.start({name: make for judge in judges for name, make in judge.services.items()})
        self.pool = ThreadPoolExecutor(AT_ONCE)
        self.found: dict[Proof, Future[Verdict]] = {
            (number, answer): self.pool.submit(
                check, catalogue.exercise(number), answer, self.bench
            )
            for number, answer in answers
        }

    def verdict(self, number: str, answer: str) -> Verdict:
        return self.found[number, answer].result(timeout=240)

    def close(self) -> None:
        self.pool.shutdown(cancel_futures=True)
        self.bench.stop()


def every_answer() -> list[Proof]:
    """All answers of all exercises, right and wrong ones."""
    return [
        (number, answer)
        for chapter in catalogue.chapters()
        for number, exercise in catalogue.exercises(chapter).items()
        for answer in (
            exercise.solution,
            *exercise.also_right,
            *(wrong.answer for wrong in exercise.wrong),
        )
    ]
