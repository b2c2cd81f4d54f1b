"""What truly happened in an incident: plain data, the same in memory and in a recording."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from lab_helpers.errors import WorkshopError
from lab_helpers.incident.vocabulary import CAUSES, PLACES, SYMPTOMS

Kind = Literal["fault", "lead"]


@dataclass(frozen=True)
class Happening:
    """Something that happened: a fault, or a false lead, which only looks like one.

    Attributes:
        kind: "fault" or "lead".
        name: of what happened, as in the catalogue.
        began: when it was done, in UTC.
        ended: when it was mended or over, in UTC; None as long as it lasts.
        symptom: who is hurt, a key of `SYMPTOMS`; of a lead it is "nobody".
        where: the blast radius: the instances in which the cause lies, keys of `PLACES`.
        cause: a key of `CAUSES`.
        alerts: the names of the alerts that it surely makes fire, unless something mutes them;
            empty where it does not page.
        shows: PromQL whose answer is not empty while its effect lasts: the evidence.
        shows_within: seconds after `began` within which `shows` answers.
        mended_by: the action that truly mends it, in words.
        debrief: what happened, for the time afterwards.
    """

    kind: Kind
    name: str
    began: datetime
    ended: datetime | None
    symptom: str
    where: tuple[str, ...]
    cause: str
    alerts: tuple[str, ...]
    shows: str
    shows_within: float
    mended_by: str
    debrief: str

    def __post_init__(self) -> None:
        unknown = {self.symptom} - SYMPTOMS.keys() | {self.cause} - CAUSES.keys()
        unknown |= set(self.where) - PLACES.keys()
        if unknown:
            raise WorkshopError(f"{self.name}: no such word in the vocabulary: {sorted(unknown)}.")
        if self.began.tzinfo is None or (self.ended and self.ended.tzinfo is None):
            raise WorkshopError(f"{self.name}: its times need a time zone, UTC.")


@dataclass(frozen=True)
class Truth:
    """All that happened in one incident, in the order in which it began.

    Attributes:
        seed, level: what it was drawn from.
        happenings: faults and leads.
    """

    seed: int
    level: int
    happenings: tuple[Happening, ...]

    @property
    def faults(self) -> tuple[Happening, ...]:
        """What is to be found."""
        return tuple(one for one in self.happenings if one.kind == "fault")

    @property
    def leads(self) -> tuple[Happening, ...]:
        """What is not to be taken for it."""
        return tuple(one for one in self.happenings if one.kind == "lead")

    def to_json(self) -> bytes:
        """This truth as JSON, with times in UTC as RFC 3339 writes them."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)

    @staticmethod
    def from_json(text: bytes | str) -> "Truth":
        """The truth that `to_json` wrote.

        Raises:
            WorkshopError: it is none, or was written with another vocabulary.
        """
        try:
            return msgspec.json.decode(text, type=Truth)
        except msgspec.MsgspecError as problem:
            raise WorkshopError(f"That is no record of an incident: {problem}.") from None

    @staticmethod
    def read(path: Path) -> "Truth":
        """The truth in a file. Raises WorkshopError: it cannot be read, or holds none."""
        try:
            return Truth.from_json(path.read_bytes())
        except OSError as problem:
            raise WorkshopError(f"{path} cannot be read: {problem.strerror}.") from None
