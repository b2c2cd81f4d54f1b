"""What the learner has solved, and which hints were read: one file in the checkout.

Each event is a line of JSON, added in a single write to the end of the file, so that two notebooks
may add theirs at the same moment. A line that cannot be read, after a crash, is passed over.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from lab_helpers.setup.images import ROOT

#: Names another file, for tests that must not touch the learner's own.
VARIABLE = "WORKSHOP_PROGRESS"


def file() -> Path:
    """Where the record is."""
    return Path(os.environ.get(VARIABLE) or ROOT / ".workshop" / "progress.jsonl")


def add(event: Literal["solved", "hint"], exercise: str) -> None:
    """Note that an exercise was solved, or that one more of its hints was read."""
    line = {"exercise": exercise, "event": event, "at": datetime.now(UTC).isoformat()}
    file().parent.mkdir(parents=True, exist_ok=True)
    with open(file(), "ab", buffering=0) as record:
        record.write(json.dumps(line).encode() + b"\n")


def solved() -> dict[str, datetime]:
    """The exercises that were solved, by number, each with the first time (UTC)."""
    found: dict[str, datetime] = {}
    for event, exercise, at in _events():
        if event == "solved":
            found.setdefault(exercise, at)
    return found


def hints_read(exercise: str) -> int:
    """How many hints of an exercise were read."""
    return sum((event, number) == ("hint", exercise) for event, number, _ in _events())


def _events() -> list[tuple[str, str, datetime]]:
    try:
        lines = file().read_bytes().splitlines()
    except FileNotFoundError:
        return []
    events = []
    for line in lines:
        try:
            entry = json.loads(line)
            at = datetime.fromisoformat(entry["at"])
            events.append((str(entry["event"]), str(entry["exercise"]), at))
        except (ValueError, TypeError, KeyError):
            continue
    return events
