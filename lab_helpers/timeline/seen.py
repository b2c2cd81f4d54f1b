"""What Alertmanager, its log and the inbox have of an alert, gathered at one moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from lab_helpers.discovery.relabel import Dropped
from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.inbox import InboxContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.timeline.alerts import Firing, Rule, all_firing
from lab_helpers.timeline.attempts import Attempts, Event, events, failures
from lab_helpers.timeline.holds import Fires, Hold, inhibitions, moment, silences, times
from lab_helpers.timeline.routing import Configuration, Route, group_key
from lab_helpers.timeline.sent import Sender, fingerprint
from lab_helpers.timeline.turns import turns
from lab_helpers.timeline.ways import Message, Way, about

#: Seconds before an alert fired from which others are looked at: they may be in its group.
_BEFORE = 600.0
_RELOADED = "alertmanager_config_last_reload_success_timestamp_seconds"
_FAILED = "alertmanager_notification_requests_failed_total"


@dataclass(frozen=True)
class Seen:
    """What is known of an alert that fired.

    Attributes:
        alertmanager: the name of the one that was asked.
        has_it: whether it has the alert now.
        members: the members of its cluster; 1 without one.
        holds: what kept the alert back on every way; times that mute one way are in that way.
        sizes: how many alerts its group has on each of the ways.
        patience: seconds until Alertmanager has an alert that fires.
    """

    alertmanager: str
    fires: Fires
    has_it: bool
    members: int
    holds: Sequence[Hold]
    ways: list[Way]
    groups: Sequence[tuple[Mapping[str, str], int]]
    patience: float

    @classmethod
    def of(
        cls,
        fires: Fires,
        rule: Rule,
        sender: Sender,
        prometheus: PrometheusContainer,
        alertmanager: AlertmanagerContainer,
        inbox: InboxContainer,
    ) -> Self:
        """Ask everybody."""
        mark = fingerprint(fires.labels)
        state = alertmanager.raw("status")
        config = Configuration.read(state["config"]["original"])
        others = _as_sent(
            all_firing(prometheus, fires.fired - _BEFORE, fires.now, rule.interval), sender
        )
        own = Firing(dict(fires.labels), fires.fired, fires.ended)
        others = [one for one in others if not _same(one, own)] + [own]
        alerts = {each["fingerprint"]: each for each in alertmanager.raw("alerts")}
        live = alertmanager.raw("alerts/groups")
        restarted = max(moment(state["uptime"]), *_values(alertmanager, _RELOADED))
        inhibited = sorted(
            inhibitions(fires, config.inhibit_rules, others, alerts), key=lambda one: one.begin
        )
        silenced = list(silences(fires, alertmanager.raw("silences")))
        lines = events(alertmanager.logs())
        failed = {
            (labels.get("receiver_name", ""), labels["integration"]): int(value)
            for labels, value in alertmanager.metrics(_FAILED)
        }
        messages = [_by_name(one, alertmanager) for one in inbox.raw()]
        ways, groups = [], []
        for route in config.route.match(fires.labels):
            group, size = _group(route, fires, live, others, config, mark)
            spans = [(one.begin, one.end) for one in _in_group(route, group, others, config)]
            key = group_key(route, group)
            ours = about(messages, mark, route, key)
            ways.append(
                Way(
                    route,
                    fires,
                    mark,
                    config.receivers.get(route.receiver, ()),
                    turns(spans, route, restarted, fires.now),
                    [*inhibited, *times(fires, config, route), *silenced],
                    [one for one in ours if one["arrived"] >= fires.fired],
                    [one for one in ours if one["arrived"] < fires.fired],
                    _attempts(config, route, key, fires.fired, lines, failed),
                    state["cluster"]["status"] == "settling",
                )
            )
            groups.append((group, size))
        return cls(
            alertmanager.name,
            fires,
            mark in alerts,
            max(1, len(state["cluster"].get("peers") or ())),
            [*inhibited, *silenced],
            ways,
            groups,
            2 + rule.interval,
        )


def _by_name(message: Message, alertmanager: AlertmanagerContainer) -> Message:
    """A message whose sender is a name: a webhook has the address of its pages for people."""
    sender = message["sender"]
    if sender == urlsplit(alertmanager.url).netloc:
        sender = alertmanager.name
    return {**message, "sender": sender if ":" not in sender else "another member"}


def _as_sent(found: Iterable[Firing], sender: Sender) -> list[Firing]:
    """Alerts with the labels with which they arrive, but for those that are dropped."""
    arrived = []
    for one in found:
        try:
            arrived.append(one._replace(labels=sender.labels(one.labels)))
        except Dropped:
            continue
    return arrived


def _same(one: Firing, own: Firing) -> bool:
    return one.labels == own.labels and abs(one.begin - own.begin) < 1e-3


def _in_group(
    route: Route, group: Mapping[str, str], others: Iterable[Firing], config: Configuration
) -> list[Firing]:
    """The alerts that a route puts into a group."""
    return [
        one
        for one in others
        if {n: one.labels.get(n) for n in group} == group
        and len(route.group(one.labels)) == len(route.group(group))
        and any(route is taken for taken in config.route.match(one.labels))
    ]


def _group(
    route: Route,
    fires: Fires,
    live: Iterable[Mapping[str, Any]],
    others: Iterable[Firing],
    config: Configuration,
    mark: str,
) -> tuple[Mapping[str, str], int]:
    """The labels of the group in which a route puts an alert, and how many are in it."""
    found = [
        group
        for group in live
        if group["receiver"]["name"] == route.receiver
        and mark in {alert["fingerprint"] for alert in group["alerts"]}
    ]
    computed = route.group(fires.labels)
    same = [group for group in found if group["labels"] == computed] or found
    if len(same) == 1:  # `group_by: []` does not show in the configuration, only here
        return same[0]["labels"], len(same[0]["alerts"])
    beside = [
        one
        for one in _in_group(route, computed, others, config)
        if fires.during(one.begin, one.end) is not None
    ]
    return computed, len({fingerprint(one.labels) for one in beside})


def _attempts(
    config: Configuration,
    route: Route,
    key: str,
    since: float,
    lines: Sequence[Event],
    failed: Mapping[tuple[str, str], int],
) -> list[Attempts]:
    found = []
    for each in config.receivers.get(route.receiver, ()):
        in_all = failed.get((route.receiver, each.kind), 0)
        found.append(failures(lines, f"{route.receiver}/{each}", key, since, in_all))
    return [one for one in found if one]


def _values(alertmanager: AlertmanagerContainer, name: str) -> list[float]:
    return [value for _, value in alertmanager.metrics(name)] or [0.0]
