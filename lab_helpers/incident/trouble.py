"""What incidents are made of: faults and false leads, each with its evidence and its remedy."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lab_helpers.incident.truth import Happening, Kind
from lab_helpers.stage.faults import Stage

#: the names of instances, from `vocabulary.PLACES`
Where = tuple[str, ...]
#: what is done to a stage, at those instances
Do = Callable[[Stage, Where], None]
#: in an expression or a text: the drawn instances, as `web-1|web-2` or as "web-1 and web-2"
WHERE = "$where"


@dataclass(frozen=True)
class Trouble:
    """A fault, or a false lead, that can be drawn into an incident.

    It runs on the demo of compose and on a `Field` alike. In `shows`, `recovered`, `mended_by` and
    `debrief`, `$where` stands for the instances that were drawn.

    Attributes:
        name: as in `CAUSES`.
        symptom: who is hurt, as in `SYMPTOMS`.
        radii: the instances where it may happen; one of these is drawn.
        break_it: does it, at those instances, within 2 s; a lead that takes longer goes on by
            itself in a container.
        heal_it: the real mending action; harmless where nothing is broken, and at each time. Of a
            lead: ends what is left of it.
        shows: PromQL that answers something while its effect lasts, and nothing else: neither in a
            shop that is well, nor during any lead.
        shows_within: seconds within which it does.
        recovered: PromQL that answers something once the shop is well again, after `heal_it`.
        alerts: what surely fires, within `shows_within` and 10 s more, unless something mutes it;
            empty where nothing pages, on a machine that has not too much to do.
        level: the lowest level of difficulty at which it is drawn.
        touches: the services that it changes or whose metrics it moves, if not `where`: what
            happens at the same time touches others.
        mended_by: the mending action in words, such as "Start $where again."
        debrief: what happened and how it could be seen, two or three sentences.
        kind: "fault" or "lead".
    """

    name: str
    symptom: str
    radii: tuple[Where, ...]
    break_it: Do
    heal_it: Do
    shows: str
    shows_within: float
    recovered: str
    mended_by: str
    debrief: str
    alerts: tuple[str, ...] = ()
    level: int = 1
    touches: frozenset[str] = frozenset()
    kind: Kind = "fault"

    def expression(self, text: str, where: Where) -> str:
        """An expression of this trouble, for the instances that were drawn."""
        return text.replace(WHERE, "|".join(where))

    def words(self, text: str, where: Where) -> str:
        """A text of this trouble, for the instances that were drawn."""
        return text.replace(WHERE, " and ".join(where))

    def touched(self, where: Where) -> frozenset[str]:
        """The services that it leaves to nobody else while it lasts."""
        return self.touches | set(where)

    def happened(self, where: Where, began: datetime, ended: datetime | None) -> Happening:
        """The record of it."""
        return Happening(
            kind=self.kind,
            name=self.name,
            began=began,
            ended=ended,
            symptom=self.symptom,
            where=where,
            cause=self.name,
            alerts=self.alerts,
            shows=self.expression(self.shows, where),
            shows_within=self.shows_within,
            mended_by=self.words(self.mended_by, where),
            debrief=self.words(self.debrief, where),
        )
