"""Check an answer: what every answer is held to, whatever its exercise, and then its judge."""

from lab_helpers.grading.bench import Bench
from lab_helpers.grading.exercise import Exercise, Verdict, missed

#: Characters that an answer may have; the longest solution has a tenth of them.
LONGEST = 50_000


def check(exercise: Exercise, answer: str, bench: Bench) -> Verdict:
    """Judge an answer to an exercise.

    answer: any text.

    Raises:
        WorkshopError: the bench failed, not the answer: no engine, an image that cannot be had.
    """
    answer = unfenced(answer)
    if not is_begun(answer, exercise):
        return missed(
            "no answer",
            "There is only what the exercise starts with; lines that begin with # are comments.",
        )
    if len(answer) > LONGEST:
        return missed("too long", f"That is {len(answer):,} characters; {LONGEST:,} is the limit.")
    if unreadable := next((c for c in answer if not (c.isprintable() or c in "\t\r\n")), ""):
        return missed("not text", f"The answer has {unreadable!a} in it: that is no text.")
    bench.start(exercise.judge.services)
    return exercise.judge.judge(answer, bench)


def unfenced(answer: str) -> str:
    """The answer without the fences of Markdown around it, which come along when one copies."""
    lines = answer.strip().splitlines()
    fenced = len(lines) > 2 and lines[0].startswith("```") and lines[-1] == "```"
    return "\n".join([*lines[1:-1], ""]) if fenced else answer


def is_begun(answer: str, exercise: Exercise) -> bool:
    """Whether there is more in the answer than comments and what the exercise starts with."""
    lines = [line.strip() for line in answer.splitlines()]
    text = [line for line in lines if line and not line.startswith("#")]
    start = [line.strip() for line in exercise.start.splitlines()]
    return bool(text) and text != [line for line in start if line and not line.startswith("#")]
