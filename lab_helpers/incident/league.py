"""Results as lines of text to be pasted, the learner's own past, and a room's league table."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lab_helpers.grading import record
from lab_helpers.incident.journal import Journal
from lab_helpers.incident.score import MOST, Score, in_minutes

_FIRST = "incident:"
SHOWN = ("symptom", "since", "where", "cause", "leads")
"""The parts whose points stand in the table; of looks and time it has the numbers themselves."""
NONE = "There is no result in it: each is a line with `incident: name=…`, from `case.result()`."


@dataclass(frozen=True)
class Result:
    """What somebody made of an incident, as one line of text.

    Attributes:
        name: who; "" if that is not known.
        seed, level: of the incident.
        points: of 100. parts: the points by part, as in `MOST`.
        looks, blind: looks, and those without a hypothesis. seconds: from opening to answer.
        day: when that was, such as 2026-11-28.
    """

    name: str
    seed: int
    level: int
    points: int
    parts: tuple[float, ...]
    looks: int
    blind: int
    seconds: int
    day: str

    @staticmethod
    def of(name: str, seed: int, level: int, score: Score, journal: Journal) -> "Result":
        """The result of a score."""
        return Result(
            name=" ".join(name.split()),
            seed=seed,
            level=level,
            points=score.points,
            parts=tuple(round(part.points, 1) for part in score.parts),
            looks=len(journal.looks),
            blind=journal.blind,
            seconds=round(journal.seconds),
            day=f"{datetime.now(UTC):%Y-%m-%d}",
        )

    def __str__(self) -> str:
        parts = "/".join(f"{points:g}" for points in self.parts)
        return (
            f"{_FIRST} name={shlex.quote(self.name)} seed={self.seed} level={self.level} "
            f"points={self.points} parts={parts} looks={self.looks} blind={self.blind} "
            f"seconds={self.seconds} day={self.day}"
        )

    __repr__ = __str__

    @staticmethod
    def read(line: str) -> "Result | None":
        """The result in a line, whatever stands before it; None if there is none."""
        _, found, rest = line.partition(_FIRST)
        try:
            fields = dict(word.split("=", 1) for word in shlex.split(rest))
            parts = tuple(float(part) for part in fields.pop("parts").split("/"))
            name, day = fields.pop("name"), fields.pop("day")
            numbers = {field: int(number) for field, number in fields.items()}
            result = Result(name=name, day=day, parts=parts, **numbers)
        except (ValueError, LookupError, TypeError, AttributeError):
            return None
        if not found or len(parts) != len(MOST) or abs(result.points - sum(parts)) > 1:
            return None  # somebody has changed it, or lost a part of it
        return result


def results(text: str) -> list[Result]:
    """The results in a text, each once, whatever else stands in it."""
    found = (Result.read(line) for line in text.splitlines())
    return list(dict.fromkeys(result for result in found if result))


def table(found: Iterable[Result]) -> str:
    """The league table: a part for each incident, best first."""
    by_seed: dict[int, list[Result]] = {}
    for result in found:
        by_seed.setdefault(result.seed, []).append(result)
    parts = []
    for seed, those in sorted(by_seed.items()):
        rows: list[tuple[str, ...]] = [("", "who", "points", *SHOWN, "looks", "time")]
        for place, one in enumerate(sorted(those, key=_rank), start=1):
            who = (f"{place}.", one.name or "?", f"{one.points}")
            each = (f"{points:g}" for points in one.parts[: len(SHOWN)])
            rows.append((*who, *each, f"{one.looks}", in_minutes(one.seconds)))
        parts.append(f"Incident {seed}\n" + "\n".join(_aligned(rows)))
    return "\n\n".join(parts) or NONE


def _rank(result: Result) -> tuple[int, int, int]:
    return -result.points, result.seconds, result.looks


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


# The learner's own past


def file() -> Path:
    """Where the learner's own results are kept, a line each."""
    return record.file().with_name("incidents.txt")


def keep(result: Result) -> None:
    """Add one of the learner's own results."""
    file().parent.mkdir(parents=True, exist_ok=True)
    with file().open("ab", buffering=0) as kept:
        kept.write(f"{result}\n".encode())


def past(seed: int | None = None) -> list[Result]:
    """The learner's own results, oldest first; of one incident, if a seed is given."""
    try:
        text = file().read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    own = [Result.read(line) for line in text.splitlines()]
    return [result for result in own if result and seed in (None, result.seed)]
