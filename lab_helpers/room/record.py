"""What a room knows: one SQLite file, so that neither a restart nor a crash loses a check."""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hmac import compare_digest
from pathlib import Path
from typing import NamedTuple

from lab_helpers.errors import WorkshopError
from lab_helpers.seat.names import folded

#: Learners that a room takes, and names of mistakes that it tells apart in one exercise: what
#: becomes a label's value is bounded here, whoever writes it.
MOST_LEARNERS = 300
MOST_MISTAKES = 30
OTHERS = "another mistake"
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none is taken for another, on a screen far away
_TABLES = """
create table if not exists room (token text not null);
create table if not exists learners (
    name text primary key, folded text unique not null, secret blob not null,
    exercise text not null default '', seen real not null default 0,
    solved integer not null default 0, missed integer not null default 0);
create table if not exists tries (
    name text not null, exercise text not null, tries integer not null, missed integer not null,
    primary key (name, exercise)) without rowid;
create table if not exists checks (
    exercise text not null, outcome text not null, count integer not null,
    primary key (exercise, outcome)) without rowid;
create table if not exists mistakes (
    exercise text not null, diagnosis text not null, count integer not null,
    primary key (exercise, diagnosis)) without rowid;
"""


class Refused(WorkshopError):
    """The room does not take what it was told; `reason` is one of a few words."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class Check(NamedTuple):
    """One check of a learner's.

    tries: how many checks of this exercise the learner has made, this one included.
    diagnosis: the name of the mistake; "" if it is solved.
    """

    exercise: str
    tries: int
    diagnosis: str
    solved: bool


class Standing(NamedTuple):
    """Where a learner is.

    exercise: the one that was checked last; "" before the first.
    missed: wrong answers to it in a row; 0 is solved.
    seen: when the last check was told, in seconds since 1970; 0 before the first.
    checks: by outcome.
    """

    name: str
    exercise: str
    missed: int
    seen: float
    checks: dict[str, int]


class Record:
    """The record of a room, made where there is none.

    file: where it is kept.

    Raises:
        WorkshopError: another room has it open, or it is no such record.
    """

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.parent.chmod(0o700)  # it has names, and the token
        self._data = sqlite3.connect(
            file, timeout=0.5, isolation_level=None, check_same_thread=False
        )
        try:
            self._data.execute("pragma locking_mode = exclusive")
            self._data.execute("pragma journal_mode = wal")
            self._data.execute("pragma synchronous = normal")
            self._data.executescript(_TABLES)
            self.token = self._token()
        except sqlite3.OperationalError as problem:
            self._data.close()
            raise WorkshopError(
                f"Another room of this checkout runs already: end it first. ({file}: {problem})"
            ) from None
        except sqlite3.DatabaseError as problem:
            self._data.close()
            raise WorkshopError(
                f"{file} is no record of a room ({problem}): move it away, and start anew."
            ) from None

    def close(self) -> None:
        """Let go of the file."""
        self._data.close()

    def _token(self) -> str:
        with self._at_once():
            if found := self._data.execute("select token from room").fetchone():
                return str(found[0])
            token = "".join(secrets.choice(_SIGNS) for _ in range(12))
            self._data.execute("insert into room values (?)", (token,))
            return token

    # What learners tell

    def join(self, name: str, secret: str) -> None:
        """Take a learner in, or know them again.

        Raises:
            Refused: somebody else has this name, or the room is full.
        """
        with self._at_once():
            found = self._data.execute(
                "select name, secret from learners where folded = ?", (folded(name),)
            ).fetchone()
            if found:
                if found[0] != name or not compare_digest(found[1], _kept(secret)):
                    raise Refused("name", f"The name {name} is taken: choose another one.")
                return
            (count,) = self._data.execute("select count(*) from learners").fetchone()
            if count >= MOST_LEARNERS:
                raise Refused("full", f"The room is full: it has {MOST_LEARNERS} learners.")
            self._data.execute(
                "insert into learners (name, folded, secret) values (?, ?, ?)",
                (name, folded(name), _kept(secret)),
            )

    def take(self, name: str, secret: str, checks: list[Check], now: float) -> None:
        """Count what a learner's checks found; what was counted already is passed over.

        Raises:
            Refused: the secret is not the one that this name joined with.
        """
        with self._at_once():
            self._require(name, secret)
            for check in checks:
                self._count(name, check, now)

    def leave(self, name: str, secret: str) -> None:
        """Forget a learner; what the room has counted in all stays.

        Raises:
            Refused: the secret is not the one that this name joined with.
        """
        with self._at_once():
            self._require(name, secret)
            self._data.execute("delete from tries where name = ?", (name,))
            self._data.execute("delete from learners where name = ?", (name,))

    def _require(self, name: str, secret: str) -> None:
        found = self._data.execute("select secret from learners where name = ?", (name,)).fetchone()
        if not found or not compare_digest(found[0], _kept(secret)):
            raise Refused("secret", "The room does not know you under this name: join it again.")

    def _count(self, name: str, check: Check, now: float) -> None:
        exercise = check.exercise
        tries, missed = self._data.execute(
            "select tries, missed from tries where name = ? and exercise = ?", (name, exercise)
        ).fetchone() or (0, 0)
        if check.tries <= tries:
            return
        missed = 0 if check.solved else missed + 1
        outcome = "solved" if check.solved else "missed"
        self._data.execute(
            "insert or replace into tries values (?, ?, ?, ?)",
            (name, exercise, check.tries, missed),
        )
        self._data.execute(
            f"update learners set exercise = ?, seen = ?, {outcome} = {outcome} + 1 where name = ?",
            (exercise, now, name),
        )
        self._data.execute(
            "insert into checks values (?, ?, 1) on conflict do update set count = count + 1",
            (exercise, outcome),
        )
        if not check.solved:
            self._data.execute(
                "insert into mistakes values (?, ?, 1) on conflict do update set count = count + 1",
                (exercise, self._told_apart(exercise, check.diagnosis)),
            )

    def _told_apart(self, exercise: str, diagnosis: str) -> str:
        """A mistake's name, or a common one where the exercise has as many names as it may."""
        known = {
            found
            for (found,) in self._data.execute(
                "select diagnosis from mistakes where exercise = ?", (exercise,)
            )
        }
        return diagnosis if diagnosis in known or len(known) < MOST_MISTAKES else OTHERS

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """All of it, or nothing."""
        self._data.execute("begin immediate")
        try:
            yield
        except BaseException:
            if self._data.in_transaction:  # a full disk ends it by itself
                self._data.execute("rollback")
            raise
        self._data.execute("commit")

    # What is known

    def learners(self) -> list[Standing]:
        """Everybody in the room."""
        rows = self._data.execute(
            "select learners.name, learners.exercise, coalesce(tries.missed, 0), seen, solved, "
            "learners.missed from learners left join tries "
            "on tries.name = learners.name and tries.exercise = learners.exercise"
        )
        return [
            Standing(name, exercise, missed, seen, {"solved": right, "missed": wrong})
            for name, exercise, missed, seen, right, wrong in rows
        ]

    def checks(self) -> list[tuple[str, str, int]]:
        """How many checks there were: exercise, outcome, count."""
        return self._data.execute("select exercise, outcome, count from checks").fetchall()

    def mistakes(self) -> list[tuple[str, str, int]]:
        """How many of them had which mistake: exercise, diagnosis, count."""
        return self._data.execute("select exercise, diagnosis, count from mistakes").fetchall()


def _kept(secret: str) -> bytes:
    """A secret as it is kept: whoever reads the file cannot write in a learner's name."""
    return hashlib.sha256(secret.encode()).digest()
