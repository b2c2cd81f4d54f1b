"""An alert on the week: what it caught, and when it spoke for nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from lab_helpers.grading.exercise import Verdict
from lab_helpers.grading.judges.alert.firing import Spell, covered
from lab_helpers.grading.judges.alert.week import LAST, Alert, Watched
from lab_helpers.promql.explain.asking import Prometheus

#: What a diagnosis says, where it has something to say.
Finding = Verdict | None


@dataclass(frozen=True)
class Incident:
    """Something that an alert has to catch.

    what: for a sentence, such as "the outage". by: when it must fire at the latest. over_by: when
    it must be resolved at the latest. most: how many alerts it may be.
    """

    what: str
    start: datetime
    end: datetime
    by: datetime
    over_by: datetime
    most: int = 1

    @cached_property
    def spell(self) -> Spell:
        """From its beginning until no alert may be left of it."""
        return Spell(self.start.timestamp(), self.over_by.timestamp())


@dataclass(frozen=True)
class Case:
    """An answer, and all that a diagnosis may look at."""

    watched: tuple[Watched, ...]
    incidents: tuple[Incident, ...]
    prometheus: Prometheus
    hold: float | None = None
    """A `for` for all of them, in seconds, in the place of their own."""

    @cached_property
    def alerts(self) -> list[Alert]:
        """All alerts of the week, in order."""
        alerts = [alert for each in self.watched for alert in each.alerts(self.hold)]
        return sorted(alerts, key=lambda alert: alert.spell)

    @cached_property
    def false_alarms(self) -> list[Alert]:
        """The alerts that began when nothing was wrong."""
        spells = [incident.spell for incident in self.incidents]
        return [
            alert
            for alert in self.alerts
            if not any(spell.begin <= alert.spell.begin < spell.end for spell in spells)
        ]

    @cached_property
    def wrong(self) -> list[Spell]:
        """When something is wrong, as far as the week goes."""
        return [
            Spell(each.start.timestamp(), min(each.end.timestamp(), LAST))
            for each in self.incidents
        ]

    @cached_property
    def seconds_of_false_alarms(self) -> float:
        """How long there was one of the false alarms while nothing was wrong, in the week."""
        spells = [Spell(each.spell.begin, min(each.spell.end, LAST)) for each in self.false_alarms]
        return covered([*spells, *self.wrong]) - covered(self.wrong)

    def alerts_of(self, incident: Incident) -> list[Alert]:
        """The alerts that began in an incident."""
        begin, end = incident.spell
        return [alert for alert in self.alerts if begin <= alert.spell.begin < end]

    def fires_already(self, incident: Incident) -> bool:
        """Whether an alert that began before an incident lasts into it."""
        begin = incident.spell.begin
        return any(a.spell.begin < begin < a.spell.end for a in self.alerts)

    @property
    def score(self) -> str:
        """How often it was right, in a sentence."""
        caught = sum(bool(self.alerts_of(incident)) for incident in self.incidents)
        right = len(self.alerts) - len(self.false_alarms)
        precision = f" (precision {right / len(self.alerts):.2g})" if self.alerts else ""
        return (
            f"Alerts in the week: {len(self.alerts)}, of them {right} for an incident{precision}. "
            f"Incidents: {len(self.incidents)}, of them {caught} caught "
            f"(recall {caught / len(self.incidents):.2g})."
        )


Diagnosis = Callable[[Case], Finding]
