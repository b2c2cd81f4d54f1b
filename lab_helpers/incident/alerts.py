"""An alert after the fact: when it would have fired in the recorded incidents."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from lab_helpers.errors import WorkshopError
from lab_helpers.grading.bench import Bench, ChapterBench
from lab_helpers.grading.exercise import Verdict
from lab_helpers.grading.judges.alert.catches import not_answered, not_to_be_watched
from lab_helpers.grading.judges.alert.firing import Spell, covered
from lab_helpers.grading.judges.alert.week import Span, watch
from lab_helpers.grading.judges.rules.rule_file import Rule, read_rules
from lab_helpers.incident.recording import Head
from lab_helpers.incident.replay import ReplayContainer, services
from lab_helpers.incident.truth import Truth
from lab_helpers.lab import Lab
from lab_helpers.promql.explain.asking import Labels, Refused, prometheus_at

if TYPE_CHECKING:
    import pandas as pd

#: Seconds at the beginning of a recording in which windows are not full yet.
_SETTLES = 60.0


@dataclass(frozen=True)
class Heard:
    """What alerting rules did in one recorded incident.

    spells: when there was an alert, Unix seconds. first: from when on they were evaluated.
    """

    head: Head
    truth: Truth
    spells: tuple[Spell, ...]
    first: float

    @property
    def began(self) -> float:
        """When the first fault began."""
        return min(fault.began.timestamp() for fault in self.truth.faults)

    @property
    def symptoms(self) -> frozenset[str]:
        """Who was hurt."""
        return frozenset(fault.symptom for fault in self.truth.faults)

    @property
    def false_alarms(self) -> list[Spell]:
        """The alerts that began when nothing was wrong yet, false leads aside."""
        return [spell for spell in self.spells if spell.begin < self.began]

    @property
    def right(self) -> list[Spell]:
        """The alerts that began when something was wrong."""
        return [spell for spell in self.spells if spell.begin >= self.began]

    @property
    def delay(self) -> float | None:
        """Seconds from the beginning to the first alert; None if there was none."""
        return self.right[0].begin - self.began if self.right else None

    @property
    def calm(self) -> float:
        """Seconds in which nothing was wrong and rules were evaluated."""
        return self.began - self.first

    @property
    def seconds_of_false_alarms(self) -> float:
        """For how long there was an alert while nothing was wrong."""
        false = self.false_alarms
        return covered(Spell(begin, min(end, self.began)) for begin, end in false)

    @property
    def name(self) -> str:
        """For a sentence: incident 7 (errors)."""
        return f"incident {self.head.seed} ({', '.join(sorted(self.symptoms))})"


@dataclass(frozen=True)
class AlertScore:
    """How good an alert is over recorded incidents.

    wanted: which of them it has to catch; in the others, an alert is neither asked for nor false.
    """

    heard: tuple[Heard, ...]
    wanted: Callable[[Truth], bool]

    @property
    def asked_for(self) -> list[Heard]:
        """The incidents that it has to catch."""
        return [each for each in self.heard if self.wanted(each.truth)]

    @property
    def recall(self) -> float:
        """The share of these that it catches."""
        asked = self.asked_for
        return sum(bool(each.right) for each in asked) / len(asked)

    @property
    def precision(self) -> float | None:
        """The share of all alerts that began when something was wrong; None if there are none."""
        right = sum(len(each.right) for each in self.heard)
        false = sum(len(each.false_alarms) for each in self.heard)
        return right / (right + false) if right + false else None

    @property
    def delay(self) -> float | None:
        """Seconds until it told of an incident that it has to catch: half of them were quicker."""
        delays = [each.delay for each in self.asked_for if each.delay is not None]
        return median(delays) if delays else None

    def table(self) -> "pd.DataFrame":
        """One row an incident: seed, level, symptom, asked_for, after (seconds), false_alarms."""
        import pandas as pd

        rows = [
            {
                "seed": each.head.seed,
                "level": each.head.level,
                "symptom": ", ".join(sorted(each.symptoms)),
                "asked_for": self.wanted(each.truth),
                "after": each.delay,
                "false_alarms": len(each.false_alarms),
            }
            for each in self.heard
        ]
        frame = pd.DataFrame(rows)
        frame["after"] = frame["after"].astype("float64").round(0)
        return frame.sort_values(["asked_for", "level", "seed"], ascending=[False, True, True],
                                 ignore_index=True)  # fmt: skip

    def __str__(self) -> str:
        asked = self.asked_for
        caught = sum(bool(each.right) for each in asked)
        words = [f"It catches {caught} of {len(asked)} incidents (recall {self.recall:.2g})"]
        if self.delay is not None:
            words.append(f"half of them within {self.delay:.0f} s")
        false = sum(len(each.false_alarms) for each in self.heard)
        if self.precision is None:
            return f"{', '.join(words)}. It never fires at all."
        return f"{', '.join(words)}. False alarms: {false} (precision {self.precision:.2g})."

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<p>{self}</p>{self.table()._repr_html_()}"


def score_alert(text: str, lab: Lab, like: Truth) -> AlertScore:
    """Evaluate an alert over all recorded incidents.

    text: a file of rules, a list of them, or a rule. lab: where the incidents are replayed; best
    with the servers of `Recordings` in it. like: the alert has to catch this incident, and each in
    which the same visitors are hurt.

    Raises:
        WorkshopError: it cannot be read or evaluated; the message says why.
    """
    bench = ChapterBench(lab)
    bench.start(services())
    rules = rules_in(text, bench)
    if isinstance(rules, Verdict):
        raise WorkshopError(f"{rules.diagnosis}: {rules.message}")
    try:
        heard = listen(rules, bench)
    except Refused as refusal:
        verdict = not_answered(refusal, rules)
        raise WorkshopError(f"{verdict.diagnosis}: {verdict.message}") from None
    hurt = {fault.symptom for fault in like.faults}
    return AlertScore(heard, lambda truth: any(one.symptom in hurt for one in truth.faults))


def rules_in(text: str, bench: Bench) -> tuple[Rule, ...] | Verdict:
    """The alerting rules in an answer, or why there are none."""
    file = read_rules(text, bench, next(iter(services())))
    if isinstance(file, Verdict):
        return file
    return not_to_be_watched(file.rules) or file.rules


def listen(rules: Iterable[Rule], bench: Bench) -> tuple[Heard, ...]:
    """What rules do in each recorded incident, by level and seed.

    Raises:
        Refused: Prometheus does not answer, or there is too much of it.
    """
    those = tuple(rules)
    heard = [each for name in services() for each in _listen_on(bench[name], those)]
    return tuple(sorted(heard, key=lambda each: (each.head.level, each.head.seed)))


def _listen_on(server: ReplayContainer, rules: tuple[Rule, ...]) -> Iterator[Heard]:
    with prometheus_at(server.url) as prometheus:
        for recording in server.recordings:
            head = recording.head
            span = Span(float(int(head.begin + _SETTLES)), float(int(head.end)), step=1.0)
            by_labels: dict[Labels, list[Spell]] = {}
            for rule in rules:
                for alert in watch(rule, server.url, prometheus, span).alerts():
                    by_labels.setdefault(alert.labels, []).append(alert.spell)
            spells = sorted(each for those in by_labels.values() for each in merged(those))
            yield Heard(head, recording.truth, tuple(spells), span.first)


def merged(spells: Iterable[Spell]) -> list[Spell]:
    """Spells that meet as one: two rules with the same labels are one alert to Alertmanager."""
    found: list[Spell] = []
    for begin, end in sorted(spells):
        if found and begin <= found[-1].end:
            found[-1] = Spell(found[-1].begin, max(end, found[-1].end))
        else:
            found.append(Spell(begin, end))
    return found
