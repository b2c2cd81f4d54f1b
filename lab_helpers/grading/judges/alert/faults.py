"""What is wrong with an alert, from what it did in the week."""

import math
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import promql_parser as promql

from lab_helpers.grading.exercise import missed
from lab_helpers.grading.judges.alert.case import Case, Diagnosis, Finding, Incident
from lab_helpers.grading.judges.alert.firing import Spell, covered
from lab_helpers.grading.judges.alert.silence import never_true, series_gone, why_empty
from lab_helpers.grading.judges.alert.week import FIRST, LAST, Alert, Watched, minutes, shown
from lab_helpers.promql.explain.asking import Refused
from lab_helpers.promql.explain.tree import bare, is_comparison, parsed, text
from lab_helpers.promql.explain.words import listed


def never_fires(case: Case) -> Finding:
    """No alert in the whole week."""
    if case.alerts:
        return None
    incident = case.incidents[0]
    for watched in case.watched:
        if not watched.spells:
            return why_empty(case, watched, incident) or never_true(case, watched)
    return _held_too_short(case, incident) or missed(
        "for too long", f"It never fires: nothing lasts as long as `for` says. {_longest(case)}"
    )


def fires_always(case: Case) -> Finding:
    """Alerts for most of the time in which nothing is wrong."""
    wrong = case.seconds_of_false_alarms
    week = LAST - FIRST
    if not case.false_alarms or wrong < min(week / 2, 0.9 * (week - covered(case.wrong))):
        return None
    return missed(
        "fires always",
        f"It fires for {minutes(wrong)} in which nothing is wrong, the first time on "
        f"{shown(case.false_alarms[0].spell.begin)}. Nobody reads an alert that is always there.",
    )


def divided_by_itself(case: Case) -> Finding:
    """A quotient without sums: `/` pairs a series only with one of the same labels."""
    incident = case.incidents[0]
    middle = (incident.start.timestamp() + incident.end.timestamp()) / 2
    for watched in case.watched:
        tree = bare(parsed(watched.rule.expr))
        quotient = bare(tree.lhs) if is_comparison(tree) else None
        if not isinstance(quotient, promql.BinaryExpr) or str(quotient.op) != "/":
            continue
        try:
            shares = case.prometheus.ask(text(quotient), middle).series.values()
        except Refused:
            continue
        if len(shares) > 1 and all(share == 1 or math.isnan(share) for share in shares):
            return missed(
                "divided by itself",
                "`/` pairs each series with the one of the very same labels. What is selected "
                f"above finds only itself below: in {incident.what} all {len(shares)} quotients "
                "are 1, or 0 / 0. What has to be done to both sides before?",
            )
    return None


def not_caught(case: Case) -> Finding:
    """An incident in which no alert begins."""
    for incident in case.incidents:
        if case.alerts_of(incident) or case.fires_already(incident):
            continue
        if found := _held_too_short(case, incident):
            return found
        for watched in case.watched:
            if found := series_gone(case, watched, incident, incident.spell.begin + 600):
                return found
            if found := why_empty(case, watched, incident):
                return found
        return missed("not caught", f"It does not fire for {incident.what}. {case.score}")
    return None


def too_late(case: Case) -> Finding:
    """An alert that comes after the time that it was given."""
    for incident in case.incidents:
        alerts, latest = case.alerts_of(incident), incident.by.timestamp()
        if not alerts or alerts[0].spell.begin <= latest:
            continue
        fired = alerts[0].spell.begin
        seen = (
            f"For {incident.what} it fires at {shown(fired)}, {minutes(fired - latest)} too late."
        )
        held = [s.begin for w in case.watched for s in _in(w, incident)]
        waits = max(watched.rule.hold for watched in case.watched)
        if waits and min(held) <= latest:
            return missed(
                "for too long",
                f"{seen} Its condition holds since {shown(min(held))}; `for` waits for "
                f"{minutes(waits)}.",
            )
        return missed(
            "too late",
            f"{seen} Its condition does not hold before {shown(min(held))}: what does it look at, "
            "and how far back?",
        )
    return None


def false_alarms(case: Case) -> Finding:
    """Alerts when nothing is wrong."""
    alerts = case.false_alarms
    if not alerts:
        return None
    wrong = case.seconds_of_false_alarms
    often = "once" if len(alerts) == 1 else f"{len(alerts)} times"
    seen = (
        f"It fires {often} when nothing is wrong, {minutes(wrong)} in all. "
        f"{_list(alerts)} {case.score}"
    )
    rules = [watched.rule.hold for watched in case.watched]
    longest = max(rules) + max(alert.spell.end - alert.spell.begin for alert in alerts)
    longer = replace(case, hold=longest)
    if not longer.false_alarms and not any(diagnose(longer) for diagnose in _OF_INCIDENTS):
        return missed(
            "for too short",
            f"{seen} None of them lasts. What tells a hiccup from an outage, if not the threshold?",
        )
    return missed("false alarm", seen)


def breaks_off(case: Case) -> Finding:
    """Alerts that end while the incident lasts."""
    for incident in case.incidents:
        alerts = case.alerts_of(incident)
        end = _first_break(alerts)
        if end >= min(incident.end.timestamp(), LAST):
            continue
        goes_on = any(s.begin <= end < s.end for w in case.watched for s in _in(w, incident))
        if goes_on and (found := _labels_change(case, incident, alerts)):
            return found
        for watched in case.watched:
            if found := series_gone(case, watched, incident, end):
                return found
        if len(alerts) <= incident.most and alerts[-1].spell.end < incident.end.timestamp():
            return missed(
                "ends too early",
                f"{incident.what.capitalize()} lasts until {shown(incident.end.timestamp())}, the "
                f"alert does not. {_list(alerts)}",
            )
    return None


def too_many(case: Case) -> Finding:
    """More alerts for an incident than it may be."""
    for incident in case.incidents:
        alerts = case.alerts_of(incident)
        if len(alerts) <= incident.most:
            continue
        names = _differing(alerts)
        if names and _at_once(alerts):
            return missed(
                "one for each series",
                f"{incident.what.capitalize()} is {len(alerts)} alerts, one for each "
                f"{listed(names)}. Every series of the answer is an alert of its own.",
            )
        if found := _labels_change(case, incident, alerts):
            return found
        return missed(
            "flaps",
            f"{incident.what.capitalize()} is {len(alerts)} alerts one after the other; "
            f"{incident.most} would do. {_list(alerts)}",
        )
    return None


def resolves_late(case: Case) -> Finding:
    """An alert that stays when all is well again."""
    for incident in case.incidents:
        last = max((alert.spell.end for alert in case.alerts_of(incident)), default=0.0)
        over = incident.spell.end
        if over < LAST and last > over:
            kept = max(watched.rule.keep for watched in case.watched)
            why = (
                f"Its condition does not hold so long: `keep_firing_for` adds {minutes(kept)}."
                if last - kept <= over
                else "How far does it look back?"
            )
            return missed(
                "resolves late",
                f"{incident.what.capitalize()} is over at {shown(incident.end.timestamp())}; the "
                f"alert lasts until {shown(last)}, which is {minutes(last - over)} too long. {why}",
            )
    return None


def _labels_change(case: Case, incident: Incident, alerts: list[Alert]) -> Finding:
    """One alert after the other, of which the next takes over when the first ends."""
    names = _differing(alerts)
    if not names:
        return None
    waits = any(watched.rule.hold for watched in case.watched)
    again = ", and `for` starts again for the new one" if waits else ""
    return missed(
        "labels change",
        f"{incident.what.capitalize()} is {len(alerts)} alerts, one after the other, with other "
        f"labels: {listed(names)}. To Alertmanager that is one alert that ends and another that "
        f"begins{again}. {_list(alerts)}",
    )


def _held_too_short(case: Case, incident: Incident) -> Finding:
    """A condition that holds in an incident, but never as long as `for` wants it."""
    for watched in case.watched:
        lengths = [spell.end - spell.begin for spell in _in(watched, incident)]
        if lengths and max(lengths) < watched.rule.hold + watched.step:
            if found := series_gone(case, watched, incident, _in(watched, incident)[0].end):
                return found
            return missed(
                "for too long",
                f"In {incident.what} the condition holds for {minutes(max(lengths))} at most; "
                f"`for` waits for {minutes(watched.rule.hold)}, so it never fires.",
            )
    return None


def _in(watched: Watched, incident: Incident) -> list[Spell]:
    """When the condition held in an incident."""
    held = [spell for spells in watched.spells.values() for spell in spells]
    return sorted(spell for spell in held if spell.meets(incident.spell))


def _longest(case: Case) -> str:
    held = [spell for w in case.watched for spells in w.spells.values() for spell in spells]
    return f"Its condition holds for {minutes(max(s.end - s.begin for s in held))} at most."


def _first_break(alerts: list[Alert]) -> float:
    """When, after the first of them has fired, none fires any more."""
    end = alerts[0].spell.end if alerts else LAST
    for alert in alerts:
        if alert.spell.begin <= end:
            end = max(end, alert.spell.end)
    return end


def _differing(alerts: Iterable[Alert]) -> set[str]:
    """The labels that the alerts do not share."""
    each = [alert.labels for alert in alerts]
    return {name for labels in each for name, _ in labels - frozenset.intersection(*each)}


def _at_once(alerts: list[Alert]) -> bool:
    """Whether two of them, in order, overlap."""
    return any(one.spell.meets(other.spell) for one, other in pairwise(alerts))


def _list(alerts: list[Alert]) -> str:
    """When they fired, for a sentence of its own."""
    spells = list(dict.fromkeys(alert.spell for alert in alerts))
    told = [f"{shown(begin)} to {shown(min(end, LAST))}" for begin, end in spells[:4]]
    more = f", and {len(spells) - 4} more" if len(spells) > 4 else ""
    return f"Fired: {', '.join(told)}{more}."


#: Whether the incidents are caught as they should be.
_OF_INCIDENTS: tuple[Diagnosis, ...] = (
    not_caught,
    too_late,
    breaks_off,
    too_many,
    resolves_late,
)
#: In the order in which a learner should hear of them.
DIAGNOSES: tuple[Diagnosis, ...] = (
    never_fires,
    divided_by_itself,
    fires_always,
    not_caught,
    too_late,
    false_alarms,
    breaks_off,
    too_many,
    resolves_late,
)
