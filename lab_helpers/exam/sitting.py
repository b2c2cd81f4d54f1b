"""One exam as it is taken: its questions, answers and clock, kept in a file after each step.

The file holds the questions themselves, so that an exam goes on with those it began with. It is
written whole or not at all. An exam that has ended stays, under the time of its end.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lab_helpers.errors import WorkshopError
from lab_helpers.exam.draw import PACE, drawn
from lab_helpers.exam.questions import Question, questions
from lab_helpers.grading import record

_OPEN = "open.json"


def folder() -> Path:
    """Where exams are kept: beside the learner's record."""
    return record.file().parent / "exams"


@dataclass
class Item:
    """A question of an exam.

    order: places among the question's choices, as they are shown. answer: the places that were
    chosen; none at first. marked: for later.
    """

    question: Question
    order: tuple[int, ...]
    answer: frozenset[int] = frozenset()
    marked: bool = False

    @property
    def is_right(self) -> bool:
        """Whether the right choices were chosen, and no other."""
        return self.answer == frozenset(range(len(self.question.right)))


@dataclass
class Sitting:
    """An exam: drawn from a seed, with so many seconds, of which some are spent.

    at: the question that is shown. heard: when it was last saved (UTC). ended: whether it is over.
    """

    seed: int
    items: list[Item]
    seconds: int
    spent: float = 0.0
    at: int = 0
    heard: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: bool = False

    @classmethod
    def begin(cls, seed: int, count: int) -> "Sitting":
        """A new exam of so many questions."""
        items = [Item(question, order) for question, order in drawn(seed, count)]
        return cls(seed, items, PACE * count)

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self.seconds - self.spent)

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(bool(item.answer) for item in self.items)

    @property
    def right(self) -> int:
        """How many questions were answered rightly."""
        return sum(item.is_right for item in self.items)

    @property
    def is_older(self) -> bool:
        """Whether some of its questions have changed since it began, or are gone."""
        today = {each.name: each for some in questions().values() for each in some}
        return any(today.get(item.question.name) != item.question for item in self.items)

    def save(self) -> None:
        """Keep it, whole or not at all.

        Raises:
            WorkshopError: it cannot be written.
        """
        self.heard = datetime.now(UTC)
        place = folder() / _OPEN
        if self.ended:
            place = folder() / f"{self.heard:%Y-%m-%dT%H-%M-%S.%f}.json"
        draft = place.with_suffix(".new")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(self._table(), ensure_ascii=False), "utf-8")
            os.replace(draft, place)
            if self.ended:
                (folder() / _OPEN).unlink(missing_ok=True)
        except OSError as problem:
            raise WorkshopError(
                f"The exam cannot be kept in {place}: {problem.strerror}. Make room there, or make "
                "it writable; what was kept before is still there."
            ) from None

    def _table(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "seconds": self.seconds,
            "spent": self.spent,
            "at": self.at,
            "heard": self.heard.isoformat(),
            "ended": self.ended,
            "items": [
                {
                    "question": item.question.table(),
                    "order": item.order,
                    "answer": sorted(item.answer),
                    "marked": item.marked,
                }
                for item in self.items
            ],
        }

    @classmethod
    def of(cls, text: str) -> "Sitting":
        """The exam that a file holds.

        Raises:
            ValueError: it holds none.
        """
        table = json.loads(text)
        try:
            items = [
                Item(
                    Question.of(each["question"]),
                    tuple(map(int, each["order"])),
                    frozenset(map(int, each["answer"])),
                    bool(each["marked"]),
                )
                for each in table["items"]
            ]
            found = cls(
                seed=int(table["seed"]),
                items=items,
                seconds=int(table["seconds"]),
                spent=float(table["spent"]),
                at=int(table["at"]),
                heard=datetime.fromisoformat(table["heard"]),
                ended=bool(table["ended"]),
            )
        except (KeyError, TypeError) as problem:
            raise ValueError(f"that is no exam: {problem!r}") from None
        for item in items:
            places = set(range(len(item.question.choices)))
            if set(item.order) != places or len(item.order) != len(places):
                raise ValueError("a question has lost a choice")
            if not item.answer <= places:
                raise ValueError("an answer is none of the choices")
        if not 0 <= found.at < len(items) or not found.spent >= 0 or not found.heard.tzinfo:
            raise ValueError("its place or its clock is out of range")
        return found


def under_way() -> Sitting | None:
    """The exam that was left half-way, if there is one.

    Raises:
        WorkshopError: its file is damaged. It is put aside, so that a new exam can begin.
    """
    return _read(folder() / _OPEN)


def last_ended() -> Sitting | None:
    """The exam that ended last, if there is one.

    Raises:
        WorkshopError: its file is damaged, and was put aside.
    """
    ended = sorted(folder().glob("2*.json"))
    return _read(ended[-1]) if ended else None


def _read(file: Path) -> Sitting | None:
    try:
        return Sitting.of(file.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise WorkshopError(f"{file} cannot be read: {problem.strerror}.") from None
    except (ValueError, RecursionError):
        aside = file.with_name(f"damaged-{datetime.now(UTC):%Y-%m-%dT%H-%M-%S.%f}.json")
        file.rename(aside)
        raise WorkshopError(
            f"The exam in {file} is damaged and cannot be taken up; it was put aside as "
            f"{aside.name}. `workshop exam` begins a new one."
        ) from None


@contextmanager
def alone() -> Iterator[None]:
    """While it lasts, nobody else has the exam open.

    Raises:
        WorkshopError: somebody has.
    """
    try:
        folder().mkdir(parents=True, exist_ok=True)
        lock = open(folder() / "lock", "w")  # noqa: SIM115
    except OSError as problem:
        raise WorkshopError(f"{folder()} cannot be written: {problem.strerror}.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise WorkshopError(
                "The exam is open in another terminal: go on there, or leave it there first."
            ) from None
        yield
