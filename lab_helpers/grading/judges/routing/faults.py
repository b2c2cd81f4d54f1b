"""What is wrong with an alertmanager.yml, from the messages and from what changes would do."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from lab_helpers.grading.exercise import missed
from lab_helpers.grading.judges.routing.case import (
    Case,
    Finding,
    inhibit_rules,
    receivers,
    routes,
    told,
)
from lab_helpers.grading.judges.routing.stage import Config


def cause_held_back(case: Case) -> Finding:
    """An alert that should be told of, and is held back."""
    for alert in case.alerts:
        if not case.wanted_by(alert) or all(alert not in g.held_back for g in case.groups):
            continue
        symptoms_first = sorted(case.alerts, key=lambda one: bool(case.wanted_by(one)))
        cause = next((one for one in symptoms_first if case.holds_back(one, alert)), None)
        if cause is None:  # a rule whose sources are its targets too: which it is, is chance
            return missed("inhibits too much", f"{alert} is held back; it should be told of.")
        if not case.wanted_by(cause):
            return missed(
                "wrong way round",
                f"{alert} is held back by {cause}: the symptom silences its cause. Which of the "
                "two is the source, which is the target?",
            )
        if any(not rule.get("equal") for rule in inhibit_rules(case.config)):
            return missed(
                "equal missing",
                f"{alert} is held back by {cause}, which is none of its business. A rule without "
                "`equal` lets one alert silence all that match, wherever they come from.",
            )
        return missed(
            "inhibits too much", f"{alert} is held back by {cause}; it should be told of."
        )
    return None


def symptom_told(case: Case) -> Finding:
    """An alert that should be held back, and is told of."""
    for alert in case.alerts:
        if case.wanted_by(alert) or not told(case.groups, alert):
            continue
        seen = f"{alert} is not held back: {_listed(told(case.groups, alert))} heard of it"
        return _why_not_held_back(case, alert, seen) or missed(
            "inhibits too little",
            f"{seen}. No rule has {case.causes[alert]} for its source and this one for its target. "
            "Does each of the sentences have its rule?",
        )
    return None


def _why_not_held_back(case: Case, alert: str, seen: str) -> Finding:
    """What in a rule an alert would be held back without: a label in `equal`, or a matcher."""
    cause = case.causes[alert]
    fits = {
        "source_matchers": _sets_apart(case.alerts[cause], case.alerts[alert]),
        "target_matchers": "alertname =~ .+",
    }
    for rule, there in enumerate(inhibit_rules(case.config)):
        is_idle = not any(group.held_back for group in case.groups_with(partial(_only, rule)))
        for label in there.get("equal") or ():
            if case.holds_back(cause, alert, partial(_without_label, rule, label)):
                return missed(
                    "equal too strict",
                    f"{seen}. Rule {rule + 1} is for it and for {cause}, but `{label}` in "
                    "`equal` is not the same in both.",
                )
        for side, fit in fits.items():
            for number, matcher in enumerate(there.get(side) or ()):
                change = partial(_with, fit, rule, side, number)
                # A rule that works is not for this alert if it would be held back at others' cost.
                is_meant = is_idle or not _wrongly_held_back(case, change)
                if is_meant and case.holds_back(cause, alert, change):
                    return missed(
                        "matcher does not fit",
                        f"{seen}. In rule {rule + 1} `{matcher}`, of {side}, does not fit.",
                    )
    return None


def _wrongly_held_back(case: Case, change: Callable[[Config], None]) -> set[str]:
    """The alerts that should be told of, and are held back after a change."""
    groups = case.groups_with(change)
    return {alert for group in groups for alert in group.held_back if case.wanted_by(alert)}


def in_nobodys_branch(case: Case) -> Finding:
    """An alert that no branch takes, so that it stays with the receiver at the top."""
    top = case.config["route"].get("receiver", "")
    for alert in case.alerts:
        wanted, found = case.wanted_by(alert), receivers(case.groups, alert)
        if not wanted or top in wanted or found != {top}:
            continue
        seen = f"{alert} goes to {top}, at the top of the tree, instead of {_listed(wanted)}"
        return _unfit_matcher(case, alert, wanted, seen) or missed(
            "no branch takes it", f"{seen}: no branch of the tree takes it."
        )
    return None


def continue_missing(case: Case) -> Finding:
    """An alert that stops at a branch before it has reached everybody."""
    for alert in case.alerts:
        wanted, found = case.wanted_by(alert), receivers(case.groups, alert)
        if not wanted or not found < wanted:
            continue
        seen = f"{alert} reaches {_listed(found)}, and not {_listed(wanted - found)}"
        if wanted <= receivers(case.groups_with(partial(_continue, "true")), alert):
            return missed(
                "continue missing",
                f"{seen}. An alert stops at the first branch that takes it, if nothing says "
                "otherwise.",
            )
        return _unfit_matcher(case, alert, wanted - found, seen) or missed(
            "not everybody", f"{seen}: no branch leads there."
        )
    return None


def wrong_order(case: Case) -> Finding:
    """An alert that a branch takes which should stand further down."""
    for alert in case.alerts:
        wanted, found = case.wanted_by(alert), receivers(case.groups, alert)
        if not wanted or found == wanted:
            continue
        for number, branch in enumerate(case.config["route"].get("routes") or ()):
            if number and receivers(case.groups_with(partial(_first, number)), alert) == wanted:
                return missed(
                    "order of routes",
                    f"{alert} goes to {_listed(found)} instead of {_listed(wanted)}. There is a "
                    f"branch for it, to {branch.get('receiver', 'the receiver above')}, but others "
                    "are tried before.",
                )
    return None


def too_many_receivers(case: Case) -> Finding:
    """An alert that also reaches somebody whom it should not."""
    for alert in case.alerts:
        wanted, found = case.wanted_by(alert), receivers(case.groups, alert)
        if not wanted or not wanted < found:
            continue
        seen = f"{alert} also goes to {_listed(found - wanted)}"
        if receivers(case.groups_with(partial(_continue, "false")), alert) <= wanted:
            return missed(
                "continue too many",
                f"{seen}: `continue` sends it on to the branches that follow. Which of them "
                "should go on, which should not?",
            )
        return missed("also goes to", f"{seen}: a matcher takes more than it should.")
    return None


def somewhere_else(case: Case) -> Finding:
    """An alert that goes to others than it should."""
    for alert in case.alerts:
        wanted, found = case.wanted_by(alert), receivers(case.groups, alert)
        if wanted and found != wanted:
            return missed(
                "goes elsewhere",
                f"{alert} goes to {_listed(found)} instead of {_listed(wanted)}. Follow its labels "
                "through the tree, from the top.",
            )
    return None


def grouped_otherwise(case: Case) -> Finding:
    """Messages that tell of more alerts, or of fewer, than they should."""
    for to, wanted in case.wanted.items():
        count = sum(group.receiver == to and bool(group.told) for group in case.groups)
        alerts = _listed({alert for message in wanted for alert in message})
        if count > len(wanted):
            return missed(
                "splits a group",
                f"{to} gets {count} messages about {alerts}; {len(wanted)} would do. `group_by` "
                "has a label in which they differ.",
            )
        if count < len(wanted):
            return missed(
                "groups too much",
                f"{to} gets {count} messages about {alerts}; {len(wanted)} are asked for. "
                "`group_by` lacks the label that tells them apart.",
            )
    return missed(
        "grouped otherwise",
        "Everybody gets as many messages as asked for, but with other alerts in them. Look at "
        "`group_by`.",
    )


def _unfit_matcher(case: Case, alert: str, wanted: set[str], seen: str) -> Finding:
    """A matcher of a branch to one of the receivers without which the alert would get there."""
    for index, branch in enumerate(routes(case.config["route"])):
        if branch.get("receiver") in wanted:
            for number, matcher in enumerate(branch.get("matchers") or ()):
                changed = case.groups_with(partial(_without_matcher, index, number))
                if receivers(changed, alert) & wanted:
                    return missed(
                        "matcher does not fit",
                        f"{seen}. `{matcher}` of the branch to {branch['receiver']} does not fit "
                        "its labels.",
                    )
    return None


def _listed(names: Iterable[str]) -> str:
    found = sorted(names)
    return " and ".join(filter(None, [", ".join(found[:-1]), *found[-1:]])) or "nobody"


def _without_matcher(branch: int, matcher: int, config: Config) -> None:
    del list(routes(config["route"]))[branch]["matchers"][matcher]


def _continue(value: str, config: Config) -> None:
    for branch in routes(config["route"]):
        branch["continue"] = value


def _first(number: int, config: Config) -> None:
    branches = config["route"]["routes"]
    branches.insert(0, branches.pop(number))


def _without_label(rule: int, label: str, config: Config) -> None:
    inhibit_rules(config)[rule]["equal"].remove(label)


def _with(fit: str, rule: int, side: str, matcher: int, config: Config) -> None:
    inhibit_rules(config)[rule][side][matcher] = fit


def _only(rule: int, config: Config) -> None:
    config["inhibit_rules"] = [inhibit_rules(config)[rule]]


def _sets_apart(this: Mapping[str, str], other: Mapping[str, str]) -> str:
    """A matcher for one alert that another does not match."""
    return next(f'{name} = "{is_}"' for name, is_ in this.items() if other.get(name) != is_)


#: In the order in which a learner should hear of them; the last is never silent.
DIAGNOSES = (
    cause_held_back,
    symptom_told,
    in_nobodys_branch,
    continue_missing,
    wrong_order,
    too_many_receivers,
    somewhere_else,
    grouped_otherwise,
)
