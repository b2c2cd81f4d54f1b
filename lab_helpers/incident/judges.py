"""Answers about recorded incidents: PromQL, a moment, and alerts after the fact."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lab_helpers.errors import WorkshopError
from lab_helpers.grading.bench import Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.grading.judges.alert.catches import misnamed, not_answered
from lab_helpers.grading.judges.alert.firing import Spell
from lab_helpers.grading.judges.promql.same_answer import Misreading, SameAnswer
from lab_helpers.incident.alerts import AlertScore, Heard, listen, rules_in
from lab_helpers.incident.answer import moment
from lab_helpers.incident.recording import Recording, find
from lab_helpers.incident.replay import ReplayContainer, services
from lab_helpers.incident.score import time_of_day
from lab_helpers.incident.truth import Happening
from lab_helpers.promql.explain.asking import Refused


@dataclass(frozen=True)
class AnswersOn:
    """Judges PromQL by what it answers on a recording; see `SameAnswer`.

    seed, level: which recording. ago: seconds before its end at which both are asked.
    """

    seed: int
    level: int
    reference: str
    ago: tuple[float, ...] = (0.0,)
    misreadings: Mapping[str, Misreading] = field(default_factory=dict)

    @property
    def services(self) -> Services:
        """The Prometheus servers that have the recordings."""
        return services()

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Compare with the reference."""
        head = find(self.seed, self.level)
        at = (datetime.fromtimestamp(int(head.end) - ago, UTC).isoformat() for ago in self.ago)
        same = SameAnswer(self.reference, tuple(at), self.misreadings)
        return same.compare(answer, _server(self.seed, self.level, bench), step=1.0)


@dataclass(frozen=True)
class Began:
    """Judges a time of day, by when the first fault of a recording began.

    near: seconds by which it may be off. others: what else there is to be seen, such as an alert:
    the moment of each, and what taking it for the beginning shows.
    """

    seed: int
    level: int
    near: float
    others: Callable[[Recording], Iterable[tuple[float, Misreading]]]
    because: str

    @property
    def services(self) -> Services:
        """The Prometheus servers that have the recordings."""
        return services()

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Compare with the truth."""
        recording = Recording.open(self.seed, self.level)
        times = re.findall(r"\d[\d:.T -]*\d", re.sub(r"#.*", "", answer))
        if len(times) != 1:
            return missed("no time", "Write one time of day in UTC, such as 10:02:15, alone.")
        try:
            said = moment(times[0].strip(), recording.head.end)
        except WorkshopError:
            return missed("no time", f"{times[0]!r} is no time of day. Write it as 10:02:15.")
        off = said - min(one.began.timestamp() for one in recording.truth.faults)
        if abs(off) <= self.near:
            return solved(self.because)
        if not recording.head.begin <= said <= recording.head.end:
            return missed("not in it", f"The recording has no samples of {times[0].strip()}.")
        for at, misreading in self.others(recording):
            if abs(said - at) <= 2:
                return missed(*misreading)
        if off > 0:
            return missed(
                "too late", "Before that something differs already: go back, sample by sample."
            )
        return missed("too early", "At that moment all is as it was before. What differs, and how?")


@dataclass(frozen=True)
class CatchesRecorded:
    """Judges alerting rules by when they fire in the recorded incidents.

    name, labels: as for `CatchesIncidents`.
    wanted: which faults have to be told of, in every recording that has one.
    what: these, as the end of "incidents in which …".
    within: seconds after such a fault began.
    quiet: which faults are nothing to be told of: a recording that has no others must have no
        alert.
    """

    name: str
    labels: Mapping[str, str]
    wanted: Callable[[Happening], bool]
    what: str
    within: float
    quiet: Callable[[Happening], bool] = lambda fault: False

    @property
    def services(self) -> Services:
        """The Prometheus servers that have the recordings."""
        return services()

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Read it, evaluate it over every recording, and hold it against what was true."""
        rules = rules_in(answer, bench)
        if isinstance(rules, Verdict):
            return rules
        try:
            heard = listen(rules, bench)
        except Refused as refusal:
            return not_answered(refusal, rules)
        score = AlertScore(heard, lambda truth: any(map(self.wanted, truth.faults)))
        if not score.asked_for:
            raise WorkshopError(f"There is no recording in which {self.what}.")
        for diagnose in (_never, _always, self._not_caught, self._late, _false, self._page, _many):
            if found := diagnose(score):
                return found
        return misnamed(rules, self.name, self.labels) or solved(str(score))

    def _began(self, each: Heard) -> float:
        """When what has to be told of began: of two faults, it may be the second."""
        those = (fault.began.timestamp() for fault in each.truth.faults if self.wanted(fault))
        return min(those)

    def _first(self, each: Heard) -> Spell | None:
        """The first alert since then, or one that was there already."""
        began = self._began(each)
        return next((spell for spell in each.right if spell.end > began), None)

    def _not_caught(self, score: AlertScore) -> Verdict | None:
        silent = [each for each in score.asked_for if self._first(each) is None]
        if not silent:
            return None
        each, count = silent[0], len(score.asked_for)
        return missed(
            "not caught",
            f"Of {count} incidents in which {self.what}, it is silent in {len(silent)}, such as "
            f"{each.name}, from {time_of_day(self._began(each))} on. What does its expression "
            f"answer there?",
        )

    def _late(self, score: AlertScore) -> Verdict | None:
        for each in score.asked_for:
            first = self._first(each)
            late = first.begin - self._began(each) if first else 0.0
            if late > self.within:
                return missed(
                    "too late",
                    f"Of {each.name} it tells after {late:.0f} s, and {self.within:.0f} s are "
                    "asked for. Window and `for` together must be shorter.",
                )
        return None

    def _page(self, score: AlertScore) -> Verdict | None:
        """An alert in a recording in which nobody who matters here is hurt."""
        for each in score.heard:
            if each.right and all(map(self.quiet, each.truth.faults)):
                return missed(
                    "wrong incident",
                    f"It fires in {each.name} too, at {time_of_day(each.right[0].begin)}, and "
                    "there it has nothing to tell of. What does it look at?",
                )
        return None


def _never(score: AlertScore) -> Verdict | None:
    if any(each.spells for each in score.heard):
        return None
    return missed(
        "never fires",
        f"It fires in none of the {len(score.heard)} recordings. Try its expression on one of "
        "them, without the comparison.",
    )


def _always(score: AlertScore) -> Verdict | None:
    false = sum(each.seconds_of_false_alarms for each in score.heard)
    calm = sum(each.calm for each in score.heard)
    if false < calm / 2:
        return None
    return missed(
        "fires always",
        f"Of the {calm:.0f} s in which nothing is wrong, it fires for {false:.0f} s. Nobody reads "
        "an alert that is always there.",
    )


def _false(score: AlertScore) -> Verdict | None:
    for each in score.heard:
        for spell in each.false_alarms:
            return missed(
                "false alarm",
                f"It fires before {each.name} at {time_of_day(spell.begin)}, and nothing is wrong "
                f"until {time_of_day(each.began)}. What is there at that moment?",
            )
    return None


def _many(score: AlertScore) -> Verdict | None:
    for each in score.heard:
        at_once = max((sum(o.begin <= s.begin < o.end for o in each.right) for s in each.right),
                      default=0)  # fmt: skip
        if at_once > 1:
            return missed(
                "one for each series",
                f"In {each.name} there are {at_once} alerts at the same time: each series of the "
                "answer is an alert. One is asked for; what adds them up?",
            )
    return None


def _server(seed: int, level: int, bench: Bench) -> ReplayContainer:
    """The server of a bench that has this recording."""
    head = find(seed, level)
    those: Iterable[ReplayContainer] = (bench[name] for name in services())
    return next(server for server in those if server.has(head))
