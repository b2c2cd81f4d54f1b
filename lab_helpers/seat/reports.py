"""What there is to tell a room: one file that only grows, and how far of it has been told.

A report is a line of JSON, added in a single write, so that two notebooks may add theirs at the
same moment. How many tries an exercise has had is counted from its lines. A room counts nothing
twice: what it was told already it knows by that number.
"""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from lab_helpers.seat import membership

MOST = 50  # reports that are sent at once


class Batch(NamedTuple):
    """Some reports that were not told yet; `end` is where they end in the file."""

    reports: list[dict[str, Any]]
    end: int


def add(exercise: str, diagnosis: str, solved: bool) -> None:
    """Keep what a check found.

    Raises:
        OSError: it cannot be written, on a full disk for instance.
    """
    line = {"exercise": exercise, "diagnosis": diagnosis, "solved": solved}
    with open(_file(), "ab", buffering=0) as file:
        file.write(json.dumps(line).encode() + b"\n")


def waiting() -> int:
    """How many reports have not been told yet."""
    return len(_lines()[1]) - len(_told_and_rest()[0])


def next_batch() -> Batch:
    """The oldest reports that were not told yet, each with the number of tries."""
    told, rest = _told_and_rest()
    tries = Counter(line["exercise"] for _, line in told)
    reports = []
    end = _offset()
    for end, line in rest[:MOST]:  # noqa: B007 - where the last of them ends
        tries[line["exercise"]] += 1
        reports.append({**line, "tries": tries[line["exercise"]]})
    return Batch(reports, end)


def told(end: int) -> None:
    """Note that the room knows of everything up to here."""
    new = membership.folder() / f"told.{os.getpid()}"
    new.write_text(str(end))
    new.replace(membership.folder() / "told")


def tell_no_more() -> None:
    """Forget what was not told; the lines stay, so that tries are counted on."""
    told(_lines()[0])


def clear() -> None:
    """Forget everything: another room counts anew."""
    told(0)
    _file().unlink(missing_ok=True)


def _file() -> Path:
    return membership.folder() / "reports.jsonl"


def _offset() -> int:
    try:
        return int((membership.folder() / "told").read_text())
    except (OSError, ValueError):
        return 0


def _told_and_rest() -> tuple[list[tuple[int, dict[str, Any]]], list[tuple[int, dict[str, Any]]]]:
    offset, (_, lines) = _offset(), _lines()
    told = [each for each in lines if each[0] <= offset]
    return told, lines[len(told) :]


def _lines() -> tuple[int, list[tuple[int, dict[str, Any]]]]:
    """The file's length, and its reports, each with where it ends; a broken line is passed over."""
    try:
        content = _file().read_bytes()
    except OSError:
        return 0, []
    found = []
    end = 0
    for line in content.splitlines(keepends=True):
        end += len(line)
        try:
            report = json.loads(line)
            known = {name: report[name] for name in ("exercise", "diagnosis", "solved")}
        except (ValueError, TypeError, KeyError):
            continue
        found.append((end, known))
    return end, found
