"""Check an answer: what every answer is held to, whatever its exercise, and then its judge."""

from dataclasses import replace

from lab_helpers.grading.bench import Bench
from lab_helpers.grading.dress import lookalike, not_text, plain, undressed
from lab_helpers.grading.exercise import Exercise, Verdict, missed

#: Characters that an answer may have; the longest solution has a tenth of them.
LONGEST = 50_000


def check(exercise: Exercise, answer: str, bench: Bench) -> Verdict:
    """Judge an answer to an exercise.

    answer: any text.

    Raises:
        WorkshopError: the bench failed, not the answer: no engine, an image that cannot be had.
    """
    if len(answer) > LONGEST:
        return missed("too long", f"That is {len(answer):,} characters; {LONGEST:,} is the limit.")
    bare = undressed(answer)
    if why := not_text(bare.text):
        return missed("not text", why)
    if not is_begun(bare.text, exercise):
        return missed(
            "no answer",
            "There is only what the exercise starts with; lines that begin with # are comments.",
        )
    bench.start(exercise.judge.services)
    verdict = _judge(exercise, bare.text, bench)
    return replace(verdict, message=f"{verdict.message} {bare.note}".strip())


def _judge(exercise: Exercise, text: str, bench: Bench) -> Verdict:
    """Judge a text; a sign that looks like another is named where the other changes the verdict."""
    verdict = exercise.judge.judge(text, bench)
    if verdict.solved or not (odd := lookalike(text)):
        return verdict
    meant = exercise.judge.judge(plain(text), bench)
    if meant == verdict:
        return verdict
    rest = (
        "With what is meant, the answer is right."
        if meant.solved
        else f"With what is meant, there is something else ({meant.diagnosis}): {meant.message}"
    )
    return missed("not what it looks like", f"{odd} {rest}")


def is_begun(answer: str, exercise: Exercise) -> bool:
    """Whether there is more in the answer than comments and what the exercise starts with."""
    lines = [line.strip() for line in answer.splitlines()]
    text = [line for line in lines if line and not line.startswith("#")]
    start = [line.strip() for line in exercise.start.splitlines()]
    return bool(text) and text != [line for line in start if line and not line.startswith("#")]
