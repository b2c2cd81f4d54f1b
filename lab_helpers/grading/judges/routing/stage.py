"""An Alertmanager on which configurations are tried, one at a time, with made-up alerts."""

import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO, Any

import requests
import yaml
from yaml.emitter import Emitter
from yaml.representer import SafeRepresenter
from yaml.resolver import BaseResolver
from yaml.serializer import Serializer

from lab_helpers.errors import ConfigurationRefused, WaitFailed
from lab_helpers.grading.bench import Bench, Services
from lab_helpers.grading.judges import yaml_text
from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.inbox import InboxContainer
from lab_helpers.waiting import wait_until

#: Labels of alerts, by what a sentence calls them.
Alerts = Mapping[str, Mapping[str, str]]
#: An alertmanager.yml, with every scalar as text.
Config = dict[str, Any]

_NOBODY = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"

#: What a judge needs that tries an alertmanager.yml. The names are those of no chapter's services:
#: there an Alertmanager and an inbox run already, which must not be disturbed.
STAGE: Services = {
    "stage": lambda: AlertmanagerContainer(_NOBODY, name="stage"),
    "stage-inbox": lambda: InboxContainer(name="stage-inbox"),
}

#: A lab's pace. What waits longer in the learner's file would make the check wait too.
_PACE = {"group_wait": "300ms", "group_interval": "10m", "repeat_interval": "4h"}
#: The label that tells the alerts of one answer from those of all others.
_TRIAL = "trial"

_one_at_a_time = threading.Lock()
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Group:
    """Alerts that make one message to a receiver.

    held_back: which of the alerts are inhibited.
    """

    receiver: str
    alerts: frozenset[str]
    held_back: frozenset[str]

    @property
    def told(self) -> frozenset[str]:
        """The alerts that the message tells of; if there are none, there is no message."""
        return self.alerts - self.held_back


class Stage:
    """An Alertmanager with alerts that fire; see `on_stage`."""

    def __init__(self, bench: Bench, alerts: Alerts) -> None:
        self._bench, self._alerts = bench, alerts
        self._alertmanager: AlertmanagerContainer = bench["stage"]
        self._inbox: InboxContainer = bench["stage-inbox"]
        self._trial = f"{_TRIAL}-{next(_numbers)}"
        self._labels = {name: {**labels, _TRIAL: self._trial} for name, labels in alerts.items()}

    def load(self, config: str) -> None:
        """Have it read a configuration as it is.

        Raises:
            ConfigurationRefused: it does not take it; the message is its own.
        """
        self._alertmanager.reload(config)

    def groups(self, config: Config) -> list[Group]:
        """The groups that a configuration makes of the alerts; their messages are on the way.

        Raises:
            ConfigurationRefused: it does not take it; the message is its own.
        """
        self._alertmanager.reload(_hurried(config))
        self._post(timedelta(minutes=2))
        last: list[Group] = []

        def settled() -> list[Group]:
            # What inhibits is heard of a moment after the alerts are in their groups.
            nonlocal last
            before, last = last, self._groups()
            return last if last == before else []

        return wait_until(settled, "every alert is in a group", timeout=20, interval=0.1)

    def holds_back(self, config: Config, source: str, target: str) -> bool:
        """Whether one alert holds another back, with only the two of them firing.

        Of several that do, Alertmanager names any one: the others must be silent.

        Raises:
            ConfigurationRefused: it does not take it; the message is its own.
        """
        self.end()
        pair = Stage(self._bench, {name: self._alerts[name] for name in {source, target}})
        try:
            return any(target in group.held_back for group in pair.groups(config))
        finally:
            pair.end()

    def missing(self, groups: list[Group]) -> list[Group]:
        """Those of the groups of which no message arrives in the inbox.

        groups: those of the configuration that is loaded. Its receivers are webhooks of the inbox.
        """
        missing = [group for group in groups if group.told]

        def all_are_there() -> bool:
            arrived = self._arrived()
            missing[:] = [
                group
                for group in missing
                if not any(one == group.receiver and group.told & about for one, about in arrived)
            ]
            return not missing

        with suppress(WaitFailed):  # it may be muted: that is for the verdict to say
            wait_until(all_are_there, "every message has arrived", timeout=6, interval=0.05)
        return missing

    def silenced(self, matchers: Sequence[str]) -> frozenset[str]:
        """The alerts that a silence with these matchers holds back; it is there for a moment only.

        Raises:
            ServiceFailed: amtool refuses them; the message has its own words.
        """
        words = ("silence", "add", "--author=check", "--comment=a check", "--duration=5m", "--")
        url = "--alertmanager.url=http://localhost:9093"
        said = self._alertmanager.run("amtool", url, *words, *matchers)
        silence = said.split()[-1]  # what stands before it are warnings
        try:
            found = self._alertmanager.raw("alerts", filter=f'{_TRIAL}="{self._trial}"')
            held = [each for each in found if silence in each["status"]["silencedBy"]]
            return frozenset(self._name(each["labels"]) for each in held)
        finally:
            self._alertmanager.expire(silence)

    def end(self) -> None:
        """Have every alert resolved."""
        self._post(timedelta())

    def _post(self, lasts: timedelta) -> None:
        now = datetime.now(UTC)
        alerts = [
            {"labels": labels, "startsAt": now.isoformat(), "endsAt": (now + lasts).isoformat()}
            for labels in self._labels.values()
        ]
        url = f"{self._alertmanager.url}/api/v2/alerts"
        requests.post(url, json=alerts, timeout=10).raise_for_status()

    def _groups(self) -> list[Group]:
        """The groups as they are; none as long as there are alerts in none."""
        found = self._alertmanager.raw("alerts/groups", filter=f'{_TRIAL}="{self._trial}"')
        names = {a["fingerprint"]: self._name(a["labels"]) for one in found for a in one["alerts"]}
        if set(names.values()) < self._labels.keys():
            return []
        return [
            Group(
                one["receiver"]["name"],
                frozenset(names[alert["fingerprint"]] for alert in one["alerts"]),
                frozenset(
                    names[alert["fingerprint"]]
                    for alert in one["alerts"]
                    if alert["status"]["inhibitedBy"]
                ),
            )
            for one in found
        ]

    def _arrived(self) -> list[tuple[str, frozenset[str]]]:
        """The receiver of each message that arrived, and the alerts that it is about."""
        return [
            (message["receiver"], frozenset(self._name(a["labels"]) for a in payload["alerts"]))
            for message in self._inbox.raw()
            if (payload := message.get("payload", {}))
            and payload["groupLabels"].get(_TRIAL) == self._trial
        ]

    def _name(self, labels: Mapping[str, str]) -> str:
        return next(name for name, mine in self._labels.items() if mine == labels)


def read(config: str) -> Config:
    """Read an alertmanager.yml with every scalar as text, and without what is null.

    Raises:
        ConfigurationRefused: it is no YAML, or there is nothing that Alertmanager could route by.
    """
    try:
        loaded = yaml_text.read(config)
    except yaml_text.NotYaml as problem:
        raise ConfigurationRefused(f"yaml: {problem}") from None
    if not isinstance(loaded, dict) or not isinstance(loaded.get("route"), dict):
        raise ConfigurationRefused("there is no route")
    found: Config = _without_nulls(loaded)
    return found


@contextmanager
def on_stage(bench: Bench, alerts: Alerts) -> Iterator[Stage]:
    """Have the Alertmanager of the bench for a while; others wait for it meanwhile."""
    with _one_at_a_time:
        stage = Stage(bench, alerts)
        try:
            yield stage
        finally:
            stage.end()


class _AsWritten(Emitter, Serializer, SafeRepresenter, BaseResolver):
    """Writes texts without quotes wherever it can: they are what was read."""

    def __init__(self, stream: IO[str], **_: Any) -> None:
        Emitter.__init__(self, stream)
        Serializer.__init__(self)
        SafeRepresenter.__init__(self, sort_keys=False)
        BaseResolver.__init__(self)


def _hurried(config: Config) -> str:
    """A configuration, as YAML, with the timings of a lab, and groups for each answer."""
    route = {"group_by": [_TRIAL], **_retimed(config["route"]), **_PACE}
    written: str = yaml.dump({**config, "route": route}, Dumper=_AsWritten)
    return written


def _without_nulls(value: Any) -> Any:
    """The same without what is null: a text cannot say so."""
    if isinstance(value, dict):
        return {k: _without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value if each is not None]
    return value


def _retimed(route: Any) -> Any:
    if not isinstance(route, dict):
        return route  # Alertmanager will say so
    kept = {name: value for name, value in route.items() if name not in _PACE}
    if isinstance(labels := kept.get("group_by"), list) and "..." not in labels:
        kept["group_by"] = [*labels, _TRIAL]
    if isinstance(kept.get("routes"), list):
        kept["routes"] = [_retimed(each) for each in kept["routes"]]
    return kept
