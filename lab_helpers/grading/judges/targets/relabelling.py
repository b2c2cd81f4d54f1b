"""Which rule of `relabel_configs` is to blame: for a target too few or too many, or for a label."""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lab_helpers.discovery import trace
from lab_helpers.discovery.regexes import template
from lab_helpers.discovery.relabel import Rule
from lab_helpers.errors import WorkshopError
from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.groups import odd_reference
from lab_helpers.grading.judges.targets.look import Found, Look

FILTERS = ("keep", "drop")


@dataclass(frozen=True)
class _Passage:
    """A rule that an instance came to.

    number: from 1. labels: as it came. changes: what the rule made of them; "" is none.
    """

    number: int
    rule: Rule
    labels: Mapping[str, str]
    changes: Mapping[str, str]

    @property
    def value(self) -> str:
        """What the rule's regex is held against."""
        return self.rule.value(self.labels)

    @property
    def matches(self) -> bool:
        return self.rule.pattern.match(self.value) is not None

    @property
    def only_partly(self) -> bool:
        """Whether the regex matches a part of the value and not all of it."""
        return not self.matches and self.rule.pattern.matches_partly(self.value)

    def __str__(self) -> str:
        return f"rule {self.number} ({self.rule.action})"

    @property
    def first(self) -> str:
        """As the beginning of a sentence."""
        return str(self).capitalize()

    def says(self, verb: str) -> str:
        return f"{self.rule.separator.join(self.rule.sources)} = {self.value!r} {verb}"


def why_dropped(
    found: Found, name: str, meant: Collection[Found], look: Look, config: str
) -> Verdict:
    """Say why a target that is asked for was dropped.

    meant: all targets that are asked for, if all of them were dropped.
    """
    way = _way(found, look, config)
    if not way:
        return missed("target dropped", f"{name} was discovered, and a rule drops it.")
    last = way[-1]
    if unknown := _unknown_source(way, look):
        return unknown
    if last.rule.action == "keep" and last.only_partly:
        return _not_anchored(last, f"{last.first} drops {name}")
    # A rule that keeps nobody at all has another fault.
    lets_pass = last.rule.action == "drop" or bool(look.targets)
    if last.rule.action in FILTERS and lets_pass and _together(last, look, config) == list(meant):
        return missed(
            "keep and drop swapped",
            f"{last.first} drops exactly what is asked for. Which lets a match pass, keep or drop?",
        )
    verb = "matches" if last.matches else "does not match"
    return missed(
        "target dropped", f"{last.first} drops {name}: {last.says(verb)} {last.rule.expression}."
    )


def why_kept(found: Found, name: str, look: Look, config: str) -> Verdict:
    """Say why there is a target that nobody asked for."""
    seen = f"{name} is a target ({found.url}), and should not be"
    way = _way(found, look, config)
    filters = [one for one in way if one.rule.action in FILTERS]
    if unknown := _unknown_source(filters, look):
        return unknown
    for one in filters:
        if one.rule.action == "drop" and one.only_partly:
            return _not_anchored(one, f"{one.first} does not drop {name}")
    if filters and all(one.rule.action == "keep" for one in filters):
        one = filters[-1]
        why = f"{one} keeps it: {one.says('matches')} {one.rule.expression}"
        return missed("regex too wide", f"{seen}: {why}.")
    if filters:
        one = next(one for one in reversed(filters) if one.rule.action == "drop")
        why = f"{one} lets it pass: {one.says('does not match')} {one.rule.expression}"
        return missed("target too many", f"{seen}: {why}.")
    return missed("target too many", f"{seen}.")


def why_label(
    found: Found, name: str, asked: Mapping[str, str], look: Look, config: str
) -> Verdict:
    """Say why a target's labels are not those asked for."""
    wrong = [one for one in sorted(asked) if found.labels.get(one, "") != asked[one]]
    if not wrong:
        (extra, *_) = sorted(set(found.labels) - set(asked))
        seen = f"{name} has the label {extra} = {found.labels[extra]!r}"
        return missed("label too many", f"{seen}, which is not asked for.")
    # Without a label of its own a target has the job's name and its address.
    label = min(wrong, key=lambda one: one in ("job", "instance"))
    has, right = found.labels.get(label, ""), asked[label]
    seen = f"{name} has {label} = {has!r}" if has else f"{name} has no label {label}"
    for other in sorted(set(found.labels) - set(asked)):
        if found.labels[other] == right:
            return missed("wrong label name", f"{seen}; the right value is under {other}.")
    if blame := blame_rule(found, label, right, seen, look, config):
        return blame
    for one in _way(found, look, config):
        if one.rule.action == "drop" and one.only_partly:
            return _not_anchored(one, f"{seen}, and {one} does not drop it")
    if label in ("job", "instance"):
        return missed(f"wrong {label}", f"{seen}. That is not what is asked for.")
    if verdict := _in_the_wrong_job(found, label, right, seen, look, config):
        return verdict
    return missed("wrong value" if has else "label missing", f"{seen}.")


def _in_the_wrong_job(
    found: Found, label: str, right: str, seen: str, look: Look, config: str
) -> Verdict | None:
    """Say which rule left a target here, if those with the right label are in another job."""
    there = {
        one.discovered["__address__"]
        for one in look.targets
        if one.job != found.job and one.labels.get(label) == right
    }
    for peer in look.dropped:
        if peer.job == found.job and peer.discovered["__address__"] in there:
            number = len(_way(peer, look, config))  # of the rule that dropped it
            for one in _way(found, look, config)[number - 1 : number]:
                why = one.says("matches" if one.matches else "does not match")
                told = f"{one} leaves it in this job, as {why} {one.rule.expression}"
                return missed("in the wrong job", f"{seen}: {told}.")
    return None


def blame_rule(
    found: Found, label: str, right: str, seen: str, look: Look, config: str
) -> Verdict | None:
    """Say which rule keeps a label, such as `__address__`, from having its right value.

    seen: what there is instead. None if it is not the fault of one rule.
    """
    way = _way(found, look, config)
    writers = [one for one in way if one.rule.target_label == label]
    if unknown := _unknown_source(writers, look):
        return unknown
    for one in reversed(writers):
        if gone := [n for n in one.rule.sources if n in found.discovered.keys() - one.labels]:
            return missed("rules out of order", f"{seen}: when {one} comes, {gone[0]} is gone.")
        if verdict := _why_value(one, seen, right):
            return verdict
    changes = [one for one in way if label in one.changes]
    if changes and not changes[-1].changes[label]:
        return missed("label removed", f"{seen}: {changes[-1]} removes it.")
    for one in changes:
        if one.changes[label] == right:
            return missed("overwritten", f"{seen}: {one} is right, and {changes[-1]} comes after.")
    return None


def _why_value(one: _Passage, seen: str, right: str) -> Verdict | None:
    """Say why a rule did not write the right value, if that can be seen from it."""
    if one.only_partly:
        return _not_anchored(one, f"{seen}, as {one} does nothing")
    if one.rule.action != "replace":
        return None
    found = one.rule.pattern.match(one.value)
    if found is None:
        says = one.says("does not match")
        return missed("regex does not match", f"{seen}: {one} does nothing, as {says}.")
    wrote = template(one.rule.replacement).expand(found)
    if wrote == right:
        return None
    if why := odd_reference(one.rule.replacement, one.rule.expression):
        return missed("wrong group", f"{seen}: {one} writes {wrote!r}. {why}")
    if not wrote or right in found.groups():
        what = f"{one} replaces with {one.rule.replacement}, which is {wrote!r} here"
        return missed("wrong group", f"{seen}: {what}. The regex has {found.re.groups} group(s).")
    if right in wrote and wrote in one.value:
        return missed("regex too wide", f"{seen}: {one} takes more of {one.value!r} than is asked.")
    if wrote in found.groups() and wrote != one.value:
        return missed("wrong part", f"{seen}: {one} takes {wrote!r} out of {one.value!r}.")
    return None


def _not_anchored(one: _Passage, seen: str) -> Verdict:
    return missed(
        "regex not anchored",
        f"{seen}: {one.rule.expression} matches a part of {one.value!r} only, and a rule's regex "
        "must match the whole value.",
    )


def _unknown_source(way: list[_Passage], look: Look) -> Verdict | None:
    """Say which label a rule asks for that no instance has."""
    known = {label for one in (*look.targets, *look.dropped) for label in one.discovered}
    for one in way:
        known |= set(one.labels)
        for label in one.rule.sources:
            if label == "__name__":
                return missed(
                    "rule of samples",
                    f"{one.first} asks for the name of a metric. Targets have none: these rules "
                    "are for targets, before a scrape. Which list of rules is for samples?",
                )
            if label not in known:
                close = difflib.get_close_matches(label, sorted(known), n=1)
                hint = f" Did you mean {close[0]}?" if close else ""
                return missed(
                    "no such label", f"{one.first} asks for {label}, which nobody has.{hint}"
                )
    return None


def _together(last: _Passage, look: Look, config: str) -> list[Found]:
    """All that are dropped by the same rule."""
    ways = [(one, _way(one, look, config)) for one in look.dropped]
    return [one for one, way in ways if way and way[-1].number == last.number]


def _way(found: Found, look: Look, config: str) -> list[_Passage]:
    """The rules that an instance came to; none if the tracer cannot follow it."""
    try:
        (followed,) = trace(config, found.job, [found.discovered], look.version)
    except WorkshopError:
        return []
    labels, way = followed.discovered, []
    for number, step in enumerate(followed.steps, start=1):
        changes = {label: new for label, (_, new) in step.changes.items()}
        way.append(_Passage(number, step.rule, labels, changes))
        labels = {label: value for label, value in {**labels, **changes}.items() if value}
    return way
