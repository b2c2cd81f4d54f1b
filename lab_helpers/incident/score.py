"""An answer held against the truth: points, what was missed, and why."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from lab_helpers.incident.answer import Answer
from lab_helpers.incident.journal import Journal
from lab_helpers.incident.truth import Happening, Truth
from lab_helpers.incident.vocabulary import CAUSES, SYMPTOMS, UNHURT

MOST = {"symptom": 15, "since": 15, "where": 20, "cause": 30, "leads": 10, "looks": 5, "time": 5}
"""Points for each part of an answer: 100 in all."""

EXACT, LATEST = 5.0, 65.0
"""Seconds by which the beginning may be missed for all the points, and for the last of them."""
FEW, QUICK = 10, 300.0
"""Looks, and seconds, up to which there are all points; a point less for 3 and for 120 more."""


@dataclass(frozen=True)
class Part:
    """Points for one part of an answer, and a sentence on what was right or missed."""

    name: str
    points: float
    why: str

    @property
    def most(self) -> int:
        """The points that there are for it."""
        return MOST[self.name]


@dataclass(frozen=True)
class Score:
    """The parts, in the order of `MOST`."""

    parts: tuple[Part, ...]

    @property
    def points(self) -> int:
        """All points, from 0 to 100."""
        return round(sum(part.points for part in self.parts))

    def of(self, name: str) -> Part:
        """The part of this name."""
        return next(part for part in self.parts if part.name == name)

    def __str__(self) -> str:
        rows = [f"{p.name:8} {p.points:4.3g} of {p.most:2}  {p.why}" for p in self.parts]
        return "\n".join([f"{self.points} of 100 points", *rows])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        left = "text-align:left;vertical-align:top"
        rows = "".join(
            f'<tr><td style="{left}"><b>{part.name}</b></td><td>{part.points:.3g} of {part.most}'
            f'</td><td style="{left}">{escape(part.why)}</td></tr>'
            for part in self.parts
        )
        return f"<b>{self.points} of 100 points</b><table><tbody>{rows}</tbody></table>"


def judged(answer: Answer, truth: Truth, journal: Journal) -> Score:
    """The score of an answer."""
    parts = {
        "symptom": _symptom(answer, truth),
        "since": _since(answer, truth),
        "where": _where(answer, truth),
        "cause": _cause(answer, truth),
        "leads": _leads(answer, truth, journal),
        "looks": _looks(journal),
        "time": _time(journal),
    }
    return Score(tuple(Part(name, share * MOST[name], why) for name, (share, why) in parts.items()))


#: The share of a part's points, from 0 to 1, and why.
Judged = tuple[float, str]


def _symptom(answer: Answer, truth: Truth) -> Judged:
    each = frozenset(fault.symptom for fault in truth.faults)
    right = each - UNHURT or each  # visitors that one fault hurts are hurt
    said = answer.symptoms - (each - right)
    if said == right:
        return 1.0, f"Right: {_meaning(right, SYMPTOMS.__getitem__)}."
    told = f"In truth {_meaning(right, SYMPTOMS.__getitem__)}."
    return overlap(said, right), f"{_missed(said, right)} {told}"


def _since(answer: Answer, truth: Truth) -> Judged:
    first = min(truth.faults, key=lambda fault: fault.began)
    off = answer.since - first.began.timestamp()
    share = min(1.0, max(0.0, (LATEST - abs(off)) / (LATEST - EXACT)))
    when = f"{first.name} began at {first.began.astimezone(UTC):%H:%M:%S}"
    if share == 1.0:
        return share, f"Right: {when}."
    why = f"{abs(off):.0f} s too {'late' if off > 0 else 'early'}: {when}."
    nearest = min(truth.happenings, key=lambda one: abs(answer.since - one.began.timestamp()))
    if abs(off) > EXACT and nearest is not first:
        kind = "false lead" if nearest.kind == "lead" else "fault"
        began = f"{nearest.began.astimezone(UTC):%H:%M:%S}"
        return share, f"{why} Your time is nearer to the {kind} {nearest.name}, from {began} on."
    if 0 < off <= first.shows_within + EXACT:
        why += " It took a while to show: look for the first sample that differs."
    return share, why


def _where(answer: Answer, truth: Truth) -> Judged:
    right = frozenset(place for fault in truth.faults for place in fault.where)
    if answer.where == right:
        return 1.0, f"Right: {_list(right)}."
    return overlap(answer.where, right), _missed(answer.where, right)


def _cause(answer: Answer, truth: Truth) -> Judged:
    right = frozenset(fault.cause for fault in truth.faults)
    if answer.causes == right:
        return 1.0, f"Right: {_meaning(right, CAUSES.__getitem__)}."
    told = " ".join(
        f"{fault.cause}: {fault.debrief} Its evidence: `{fault.shows}`."
        for fault in truth.faults
        if fault.cause not in answer.causes
    )
    return overlap(answer.causes, right), f"{_missed(answer.causes, right)} {told}".strip()


def _leads(answer: Answer, truth: Truth, journal: Journal) -> Judged:
    if not truth.leads:
        return 1.0, "There was no false lead."
    taken = taken_leads(answer, truth)
    words = [f"Taken: {lead.name}. {lead.debrief}" for lead in taken]
    if left := [lead.name for lead in truth.leads if lead not in taken]:
        words.append(f"Not taken: {_list(left)}.")
    if dropped := {thought.cause for thought in journal.thoughts} & set(left):
        words.append(f"Thought of, and dropped: {_list(dropped)}.")
    return len(left) / len(truth.leads), " ".join(words)


def taken_leads(answer: Answer, truth: Truth) -> list[Happening]:
    """The false leads that the answer takes for a cause."""
    return [lead for lead in truth.leads if lead.cause in answer.causes]


def _looks(journal: Journal) -> Judged:
    count = len(journal.looks)
    share = min(1.0, max(0.0, 1 - (count - FEW) / 15))
    why = f"{count} look{'' if count == 1 else 's'}"
    if journal.blind:
        why += f", {journal.blind} of them without a hypothesis (that costs no points)"
    return share, f"{why}."


def _time(journal: Journal) -> Judged:
    share = min(1.0, max(0.0, 1 - (journal.seconds - QUICK) / 600))
    return share, f"{in_minutes(journal.seconds)}."


def in_minutes(seconds: float) -> str:
    """A length of time: 4 min 10 s."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def time_of_day(at: float) -> str:
    """A moment in UTC: 10:02:15."""
    return f"{datetime.fromtimestamp(at, UTC):%H:%M:%S}"


def overlap(said: frozenset[str], right: frozenset[str]) -> float:
    """What both have, as a share of what either has."""
    return len(said & right) / len(said | right)


def _missed(said: frozenset[str], right: frozenset[str]) -> str:
    parts = []
    if said & right:
        parts.append(f"Right: {_list(said & right)}.")
    if right - said:
        parts.append(f"Missed: {_list(right - said)}.")
    if said - right:
        parts.append(f"Not so: {_list(said - right)}.")
    return " ".join(parts)


def _meaning(words: Iterable[str], means: Callable[[str], str]) -> str:
    return "; and ".join(f"{means(word)} ({word})" for word in sorted(words))


def _list(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
