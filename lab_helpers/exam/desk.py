"""An exam taken in the terminal: one question at a time, with the time that is left.

The clock runs while the exam is open and the machine is awake. Left half-way, it stands still; so
it does while a lid is closed.
"""

import re
import secrets
import shutil
import sys
import time
from datetime import UTC, datetime

from lab_helpers.errors import WorkshopError
from lab_helpers.exam import shown
from lab_helpers.exam.draw import QUESTIONS
from lab_helpers.exam.keyboard import Keyboard
from lab_helpers.exam.sitting import Sitting, alone, last_ended, under_way

WIDEST = 100
#: Seconds that must pass while the machine sleeps before it is told of.
_A_BREAK = 60
KEYS = """\
a, b, …  choose; where two are right, both letters: ac. - takes it back.
n, p     next question, previous question. Enter is next, 12 goes to question 12.
m        mark this question for later, or take the mark away
l        list all questions with your choices; ? is marked
f        finish: hand in, and see how it went
q        leave; `workshop exam` takes it up again. Ctrl-C does the same.
?        show these keys
The clock runs while the exam is open, and stands still after you left.
In answers, {} is a series without labels."""


def take(seed: int | None = None, count: int | None = None) -> None:
    """Take an exam, or take up the one that was left half-way.

    seed, count: of a new exam; by default a seed by chance, and 60 questions.

    Raises:
        WorkshopError: there is no terminal, no such exam, or another one is under way; the file of
            the one that is under way is damaged, or cannot be written.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WorkshopError(
            "The exam needs a terminal: run `workshop exam` in one, without a pipe."
        )
    with alone():
        sitting = under_way()
        if sitting is None:
            seed = secrets.randbelow(10_000) if seed is None else seed
            sitting = Sitting.begin(seed, QUESTIONS if count is None else count)
            print(f"{len(sitting.items)} questions in {shown.in_words(sitting.seconds)}, "
                  f"seed {sitting.seed}.\n\n{KEYS}\n")  # fmt: skip
            sitting.save()
        elif seed is not None or count is not None:
            raise WorkshopError(
                f"An exam is under way, {sitting.answered} of {len(sitting.items)} answered. Take "
                "it up with `workshop exam`, or end it with `workshop exam --end`."
            )
        else:
            print(_taken_up(sitting))
        Desk(sitting, Keyboard(sys.stdin.fileno())).sit()


def end() -> str:
    """End the exam that was left half-way, as it is; how it went.

    Raises:
        WorkshopError: none is under way.
    """
    with alone():
        sitting = under_way()
        if sitting is None:
            raise WorkshopError("No exam is under way; `workshop exam` begins one.")
        sitting.ended = True
        sitting.save()
        return shown.result(sitting)


def explained() -> str:
    """Every question of the last exam that ended, with its answer, why, and where it is taught.

    Raises:
        WorkshopError: none has ended yet.
    """
    sitting = last_ended()
    if sitting is None:
        raise WorkshopError("No exam has ended yet; `workshop exam` begins one.")
    width = min(shutil.get_terminal_size().columns, WIDEST)
    told = (shown.explanation(n, item, width) for n, item in enumerate(sitting.items, start=1))
    return "\n\n".join([*told, shown.result(sitting)])


def _taken_up(sitting: Sitting) -> str:
    away = shown.in_words((datetime.now(UTC) - sitting.heard).total_seconds())
    words = (
        f"Taken up again after {away}, in which the clock stood still. {sitting.answered} of "
        f"{len(sitting.items)} have an answer, {shown.in_words(sitting.left)} are left."
    )
    if sitting.is_older:
        words += " Some questions have changed since; this exam goes on with those it began with."
    return f"{words}\n\n{KEYS}\n"


class Desk:
    """Where an exam is taken: reads what is typed, and shows the question that it leads to."""

    def __init__(self, sitting: Sitting, keyboard: Keyboard) -> None:
        self._sitting, self._keyboard = sitting, keyboard
        self._sure = False

    def sit(self) -> None:
        """Until it is handed in, the time is up, or somebody leaves."""
        sitting = self._sitting
        self._show()
        try:
            while not sitting.ended:
                line = self._heard()
                if line is None:
                    print("\n\nThe time is up.")
                    sitting.ended = True
                elif line == "q":
                    break
                else:
                    self._do(line)
                sitting.save()
        except (KeyboardInterrupt, EOFError):
            print()
        sitting.save()
        if sitting.ended:
            print(f"\n{shown.result(sitting)}\n\n`workshop exam --explain` goes through every "
                  "question: what is right, why, and where it is taught.")  # fmt: skip
        else:
            print("You left the exam, and its clock stands still. `workshop exam` takes it up "
                  "again, with all your answers.")  # fmt: skip

    def _heard(self) -> str | None:
        """What is typed next, in small letters; None when the time is up before."""
        sitting = self._sitting
        print(f"{sitting.at + 1} of {len(sitting.items)} · {shown.in_words(sitting.left)} left"
              f"{' · marked' if sitting.items[sitting.at].marked else ''} > ",
              end="", flush=True)  # fmt: skip
        awake, clock = time.monotonic(), time.time()
        try:
            line = self._keyboard.line(sitting.left)
        finally:
            passed = time.monotonic() - awake  # it does not count while the machine sleeps
            sitting.spent += passed
        asleep = time.time() - clock - passed
        if asleep > _A_BREAK:
            print(f"The machine slept for {shown.in_words(asleep)}; the clock stood still.")
        return None if line is None or not sitting.left else line.lower()

    def _do(self, line: str) -> None:
        sitting = self._sitting
        sure, self._sure = self._sure, False
        match line:
            case "n" | "":
                self._go(sitting.at + 1)
            case "p":
                self._go(sitting.at - 1)
            case "m":
                item = sitting.items[sitting.at]
                item.marked = not item.marked
                print("Marked." if item.marked else "No longer marked.")
            case "l":
                print(shown.overview(sitting))
            case "-":
                sitting.items[sitting.at].answer = frozenset()
                self._show()
            case "f":
                self._finish(sure)
            case "?":
                print(KEYS)
            case _ if re.fullmatch(r"\d{1,4}", line):
                self._go(int(line) - 1)
            case _:
                self._answer(line)

    def _go(self, at: int) -> None:
        if 0 <= at < len(self._sitting.items):
            self._sitting.at = at
            self._show()
        elif at == len(self._sitting.items):
            print(f"That was the last one.\n{shown.overview(self._sitting)}\nf hands it in.")
        else:
            print(f"There are questions 1 to {len(self._sitting.items)}.")

    def _answer(self, line: str) -> None:
        item = self._sitting.items[self._sitting.at]
        letters = [each for each in line if each not in " ,"]
        places = {shown.letter(place): choice for place, choice in enumerate(item.order)}
        count = len(item.question.right)
        if strange := [each for each in letters if each not in places]:
            print(
                f"There is no choice {strange[0]!r} here: {', '.join(places)}, or ? for the keys."
            )
        elif not len(letters) == len(set(letters)) == count:
            print("Two choices are right: type both letters, such as ab." if count == 2
                  else "One choice is right: type one letter.")  # fmt: skip
        else:
            item.answer = frozenset(places[each] for each in letters)
            self._go(self._sitting.at + 1)

    def _finish(self, sure: bool) -> None:
        missing = len(self._sitting.items) - self._sitting.answered
        if missing and not sure:
            self._sure = True
            print(f"{missing} have no answer yet. f once more hands it in as it is.")
        else:
            self._sitting.ended = True

    def _show(self) -> None:
        width = min(shutil.get_terminal_size().columns, WIDEST)
        item = self._sitting.items[self._sitting.at]
        print(f"\n{'─' * width}\n{shown.question(item, width)}\n")
