"""A file of `provisioning/alerting`, read as Grafana reads it when it starts.

What is refused here, Grafana refuses too: it then does not start (tried with Grafana 9.3).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lab_helpers.errors import WorkshopError
from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.yaml_text import NotYaml, read
from lab_helpers.promql.durations import seconds

#: Seconds between two looks of Grafana's at its rules: an interval is a multiple of it.
TICK = 10
_STATES = {
    "noDataState": ("NoData", "OK", "Alerting", "KeepLast"),
    "execErrState": ("Error", "OK", "Alerting", "KeepLast"),
}
_INSTEAD = {
    "receivers": "contactPoints",
    "contact_points": "contactPoints",
    "route": "policies",
    "notificationPolicies": "policies",
    "rules": "groups",
}
_MATCHER = re.compile(r"\s*(\w+)\s*(=~|!~|!=|=)\s*(.*?)\s*")


class Refused(Exception):
    """Grafana does not start with this file; the verdict says why."""

    def __init__(self, diagnosis: str, message: str) -> None:
        self.verdict: Verdict = missed(diagnosis, message)


@dataclass(frozen=True)
class AlertFile:
    """The parts of a file.

    rule: its only rule; group: what that stands in; receivers: the names of the contact points,
    each with the addresses of its webhooks; policy: the notification policy.
    """

    rule: dict[str, Any]
    group: dict[str, Any]
    receivers: dict[str, list[str]]
    policy: dict[str, Any]

    @classmethod
    def of(cls, text: str) -> "AlertFile":
        """Read a file.

        Raises:
            Refused: Grafana does not start with it.
        """
        try:
            return cls._read(read(text))
        except RecursionError:
            raise Refused("not yaml", "Something in it is a part of itself.") from None
        except NotYaml as problem:
            raise Refused("not yaml", f"{problem} Is every line indented with spaces?") from None

    @classmethod
    def _read(cls, found: Any) -> "AlertFile":
        if not isinstance(found, dict):
            raise Refused("no fields", "A file of this kind begins with a field, a colon behind.")
        for wrong, right in _INSTEAD.items():
            if wrong in found and right not in found:
                raise Refused("unknown field", f"Grafana's field is `{right}`, not `{wrong}`.")
        group = _only(found, "groups")
        for name, what in (("name", "name"), ("folder", "folder"), ("interval", "interval")):
            if not isinstance(group.get(name), str):
                raise Refused("field missing", f"The group has no {what}.")
        rule = _only(group, "rules")
        _check_rule(rule)
        _check_interval(group)
        receivers = dict(_receivers(found))
        policy = _only(found, "policies")
        for one in policies(policy):
            if one.get("receiver") not in receivers and one.get("receiver") is not None:
                raise Refused(
                    "no such receiver",
                    f"A policy sends to {one['receiver']!r}; the contact points are "
                    f"{', '.join(map(repr, receivers)) or 'none'}.",
                )
        if policy.get("receiver") is None:
            raise Refused("field missing", "The outermost policy has no receiver.")
        return cls(rule, group, receivers, policy)

    def receiver_of(self, labels: dict[str, str]) -> str:
        """The contact point to which an alert with these labels goes."""
        found, one = self.policy["receiver"], self.policy
        while one:
            found = one.get("receiver") or found
            one = next((each for each in _list(one, "routes") if _fits(each, labels)), {})
        return str(found)


def policies(policy: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A notification policy and all that are nested in it."""
    yield policy
    for inner in _list(policy, "routes"):
        yield from policies(inner)


def _fits(policy: dict[str, Any], labels: dict[str, str]) -> bool:
    listed = policy.get("object_matchers")
    matchers = listed if isinstance(listed, list) else []
    written = policy.get("matchers")
    for one in written if isinstance(written, list) else []:
        found = _MATCHER.fullmatch(str(one))
        if not found:
            raise Refused("matcher not read", f"{one!r} is no matcher: name, operator, value.")
        matchers = [*matchers, [found[1], found[2], found[3].strip("\"'")]]
    return all(_matches(one, labels) for one in matchers)


def _matches(matcher: Any, labels: dict[str, str]) -> bool:
    if not isinstance(matcher, list) or len(matcher) != 3 or not all(map(_is_text, matcher)):
        raise Refused("matcher not read", f"{matcher!r} is no matcher: name, operator, value.")
    name, operator, value = matcher
    has = labels.get(name, "")
    try:
        same = re.fullmatch(value, has) is not None if "~" in operator else has == value
    except re.error:
        raise Refused("matcher not read", f"{value!r} is no regular expression.") from None
    return not same if operator.startswith("!") else same


def _check_rule(rule: dict[str, Any]) -> None:
    for name in ("uid", "title", "condition", "for"):
        if not isinstance(rule.get(name), str):
            raise Refused("field missing", f"The rule has no `{name}`.")
    _seconds(rule["for"], "for")
    for name, known in _STATES.items():
        if name in rule and rule[name] not in known:
            raise Refused("unknown state", f"`{name}` is one of {', '.join(known)}.")
    for one in _list(rule, "data"):
        if not isinstance(one.get("refId"), str) or not isinstance(one.get("model"), dict):
            raise Refused("field missing", "Each entry of `data` has a `refId` and a `model`.")
    if not _list(rule, "data"):
        raise Refused("field missing", "The rule has no `data`: no query, and no expression.")


def _check_interval(group: dict[str, Any]) -> None:
    interval = _seconds(group["interval"], "interval")
    if interval <= 0 or interval % TICK:
        raise Refused(
            "interval refused",
            f"Grafana looks at its rules every {TICK} s, so an interval is a multiple of that: "
            f"{group['interval']} is none.",
        )


def _seconds(text: str, name: str) -> float:
    try:
        return 0.0 if text in ("0", "0s") else seconds(text)
    except WorkshopError:
        raise Refused("not a duration", f"`{name}`: {text!r} is no duration, such as 5m.") from None


def _receivers(found: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for point in _list(found, "contactPoints"):
        if not isinstance(point.get("name"), str):
            raise Refused("field missing", "A contact point has no name.")
        ways = _list(point, "receivers")
        settings = [one["settings"] for one in ways if isinstance(one.get("settings"), dict)]
        yield point["name"], [str(one.get("url")) for one in settings]


def _only(found: dict[str, Any], name: str) -> dict[str, Any]:
    """The only entry of a list."""
    entries = _list(found, name)
    if len(entries) != 1:
        there = f"there are {len(entries)}" if entries else "it is missing, or no list"
        raise Refused("field missing", f"`{name}` is a list with one entry; {there}.")
    return entries[0]


def _list(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    entries = found.get(name)
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        return []
    return entries


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
