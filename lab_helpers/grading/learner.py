"""What a learner meets: an answer checked, a hint, the progress, as text for page and terminal."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from lab_helpers import seat
from lab_helpers.grading import catalogue, diagnoses, paths, record
from lab_helpers.grading.bench import Bench
from lab_helpers.grading.check import check
from lab_helpers.grading.exercise import Exercise, Verdict

_ORDINALS = ("first", "second", "third")
#: The next step of a path whose exercises are all solved.
_AT_THE_END = "all solved; `workshop exam` asks about all of it"


def answer(number: str, text: str, bench: Bench) -> Verdict:
    """Check an answer to the exercise of this number, and note it if it is solved.

    A room that the learner has joined is told what was found, but not of an exercise that was not
    begun: whoever runs a whole page has not tried to solve all of it.

    Raises:
        WorkshopError: there is no such exercise, or the bench failed.
    """
    verdict = check(catalogue.exercise(number), text, bench)
    if verdict.solved:
        record.add("solved", number)
    if verdict.solved or verdict.diagnosis != diagnoses.NOT_BEGUN:
        told = "" if verdict.solved else diagnoses.listed(verdict.diagnosis)
        seat.note(number, told, verdict.solved)
    return verdict


def story(number: str, exercise: Exercise, verdict: Verdict, ask: str) -> str:
    """The verdict in words, and what to do next.

    ask: the command that gives a hint, as it is written where the learner is.
    """
    if verdict.solved:
        lines = [f"✔ {number} is solved. {verdict.message}".rstrip()]
        return "\n".join([*lines, f"In practice: {exercise.practice}"])
    read = record.hints_read(number)
    if read < len(exercise.hints):
        more = f"`{ask} {number}` gives the {_ORDINALS[read]} of three hints."
    else:
        more = f"`{ask} {number}` shows the three hints again."
    return f"✘ Not solved yet: {verdict.diagnosis}. {verdict.message}\n{more}"


def how_far(number: str) -> str:
    """How much is solved of the page on which an exercise stands, and of all, in a sentence."""
    chapter, _, _ = number.partition(".")
    if catalogue.is_in_chapter(number):
        page, here = f"chapter {chapter}", catalogue.in_chapter(chapter)
    else:
        page, here = f"lab {chapter}", catalogue.in_lab(chapter)
    done = record.solved()
    every = [each for one in catalogue.chapters() for each in catalogue.exercises(one)]
    count, total = (sum(each in done for each in some) for some in (here, every))
    return f"You have solved {count} of {len(here)} in {page}, {total} of {len(every)} in all."


def standing(numbers: Iterable[str]) -> str:
    """Which of these exercises are solved, in a line; "" if none is."""
    done = record.solved()
    marks = {number: number in done for number in numbers}
    if not any(marks.values()):
        return ""
    told = " ".join(f"{'✔' if solved else '·'} {number}" for number, solved in marks.items())
    return f"Solved here: {sum(marks.values())} of {len(marks)}  {told}"


def as_json(number: str, verdict: Verdict) -> str:
    """The verdict for machines: an object with exercise, solved, diagnosis and message."""
    return json.dumps({"exercise": number, **asdict(verdict)}, ensure_ascii=False)


def hint(number: str) -> str:
    """The hints read so far, and one more.

    Raises:
        WorkshopError: there is no such exercise.
    """
    hints = catalogue.exercise(number).hints
    record.add("hint", number)
    shown = min(record.hints_read(number), len(hints))
    lines = [f"{i} of {len(hints)}: {text}" for i, text in enumerate(hints[:shown], start=1)]
    if shown == len(hints):
        lines.append("No more hints; the solution is folded below the exercise on its page.")
    return "\n".join(lines)


def progress() -> str:
    """What is solved, by chapter: the letters stand in it, the numbers in its lab."""
    done = record.solved()
    lines = []
    for chapter in catalogue.chapters():
        known = catalogue.exercises(chapter)
        count = sum(number in done for number in known)
        title = catalogue.about(chapter)["title"].partition(": ")[2]
        lines.append(f"{chapter} {title}: {count} of {len(known)}")
        for number, exercise in known.items():
            lines.append(f"   {'✔' if number in done else '·'} {number} {exercise.title}")
    lines += ["", "What comes next, by the README's paths through the chapters:"]
    for path in paths.paths():
        number = path.next(done)
        step = f"{number} {catalogue.exercise(number).title}" if number else _AT_THE_END
        lines.append(f"   {path.who}: {step}")
    return "\n".join([*lines, *filter(None, [seat.describe()])])
