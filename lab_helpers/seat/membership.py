"""Which room a checkout has joined, under which name: one small file, for its owner's eyes."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from lab_helpers.setup.images import ROOT

#: Names another file for the learner's record (`grading.record`); the seat lies beside it.
VARIABLE = "WORKSHOP_PROGRESS"


def folder() -> Path:
    """Where a seat is kept."""
    record = Path(os.environ.get(VARIABLE) or ROOT / ".workshop" / "progress.jsonl")
    return record.parent / "seat"


@dataclass(frozen=True)
class Membership:
    """A learner's place in a room.

    url: the room's link, with its token.
    secret: nobody else writes in this name, as nobody else has it.
    active: whether checks are told.
    """

    url: str
    name: str
    secret: str
    active: bool

    @property
    def token(self) -> str:
        """The room's, the same wherever it answers."""
        return self.url.rpartition("/")[2]


def load() -> Membership | None:
    """The membership of this checkout; None if it has never joined a room."""
    try:
        found = json.loads((folder() / "membership.json").read_bytes())
        seat = Membership(**found)
        texts = (seat.url, seat.name, seat.secret)
        return seat if all(isinstance(text, str) for text in texts) else None
    except (OSError, ValueError, TypeError):
        return None


def save(seat: Membership) -> None:
    """Keep it, in one piece or not at all, and readable by this user alone."""
    folder().mkdir(parents=True, exist_ok=True)
    new = folder() / f"membership.{os.getpid()}"
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(seat), file)
    new.replace(folder() / "membership.json")
