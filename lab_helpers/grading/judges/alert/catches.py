"""An alert is right if it catches the incidents of the week, in time, and nothing else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lab_helpers.grading.bench import WEEK, Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.grading.judges.alert.case import Case, Finding, Incident
from lab_helpers.grading.judges.alert.faults import DIAGNOSES
from lab_helpers.grading.judges.alert.supposing import Supposition, suppose
from lab_helpers.grading.judges.alert.week import minutes, watch
from lab_helpers.grading.judges.promql.refusals import no_vector, refused
from lab_helpers.grading.judges.rules.rule_file import Rule, read_rules
from lab_helpers.promql.explain.asking import Refused, prometheus_at

_CHANGING = re.compile(r"\{\{.*(\$value|\.Value\b).*\}\}", re.DOTALL)


@dataclass(frozen=True)
class CatchesIncidents:
    """Judges alerting rules by when they fire in the week of history.

    name: the alert's, which several rules may share. labels: what it must have, for the routes.
    incidents: what it must catch; whenever else it fires, it is a false alarm.
    suppositions: what the week has not seen, and how the alert must take it.
    """

    name: str
    labels: Mapping[str, str]
    incidents: tuple[Incident, ...]
    suppositions: tuple[Supposition, ...] = ()
    services: Services = field(default_factory=lambda: WEEK)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Read it, evaluate it over the week, and hold it against the incidents."""
        file = read_rules(answer, bench)
        if isinstance(file, Verdict):
            return file
        if found := not_to_be_watched(file.rules):
            return found
        with prometheus_at(bench.week.url) as prometheus:
            try:
                watched = tuple(watch(rule, bench.week.url, prometheus) for rule in file.rules)
            except Refused as refusal:
                return not_answered(refusal, file.rules)
            case = Case(watched, self.incidents, prometheus)
            for diagnose in DIAGNOSES:
                if found := diagnose(case):
                    return found
        return (
            misnamed(file.rules, self.name, self.labels)
            or suppose(self.suppositions, file.text, bench)
            or solved(self._praise(case))
        )

    def _praise(self, case: Case) -> str:
        delays = [
            f"{incident.what} after {minutes(first.spell.begin - incident.start.timestamp())}"
            for incident in self.incidents
            for first in case.alerts_of(incident)[:1]
        ]
        return f"It tells of {', and of '.join(delays)}. {case.score}"


def misnamed(rules: tuple[Rule, ...], name: str, labels: Mapping[str, str]) -> Finding:
    """What is wrong with the names that routes rely on."""
    for rule in rules:
        if rule.name != name:
            return missed(
                "wrong name",
                f"It fires when it should, but it is called {rule.name}, not {name}.",
            )
        for label, value in labels.items():
            if label not in rule.labels:
                return missed(
                    "label missing",
                    f"It fires when it should, but without a label {label}: the routes do not "
                    "know what to do with it.",
                )
            if rule.labels[label] != value:
                return missed(
                    "wrong label",
                    f"It fires when it should, but with {label}: {rule.labels[label]}. Which "
                    "one is asked for?",
                )
    return None


def not_to_be_watched(rules: tuple[Rule, ...]) -> Finding:
    """Why there is nothing to be evaluated over the week."""
    if recorded := [rule.name for rule in rules if not rule.is_alert]:
        return missed(
            "recording rule",
            f"{recorded[0]} is recorded, not alerted on. The past has no such series: put its "
            "expression into the alert, and leave the recording rule out.",
        )
    if not rules:
        return missed("no rule", "There is no rule in it: groups, in a group rules, each an alert.")
    for rule in rules:
        if found := no_vector(rule.expr):
            return found
        for label, value in rule.labels.items():
            if _CHANGING.search(value):
                return missed(
                    "value in a label",
                    f"The label {label} has the value in it, which is another one at every "
                    "evaluation. Labels are the alert's identity: with each it begins anew, and "
                    "`for` too. Numbers belong in annotations.",
                )
    return None


def not_answered(refusal: Refused, rules: tuple[Rule, ...]) -> Verdict:
    if refusal.kind == "too much":
        return missed(
            "one for each series",
            "It fires for more series than anybody could look at: every series of the answer is "
            "an alert of its own. Which labels does the alert need?",
        )
    return refused(refusal, rules[-1].expr)
