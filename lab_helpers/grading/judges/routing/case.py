"""An alertmanager.yml, the messages that came of it, and what would come of another one."""

import copy
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from lab_helpers.errors import ConfigurationRefused
from lab_helpers.grading.exercise import Verdict
from lab_helpers.grading.judges.routing.stage import Alerts, Config, Group, Stage

#: What a diagnosis says, where it has something to say.
Finding = Verdict | None
#: What each receiver should get: for each message the alerts that it tells of.
Wanted = Mapping[str, Collection[frozenset[str]]]


@dataclass(frozen=True)
class Case:
    """An answer, and all that a diagnosis may look at.

    causes: which alert must hold another back, by the other. groups: what Alertmanager makes of
    the alerts.
    """

    config: Config
    alerts: Alerts
    wanted: Wanted
    causes: Mapping[str, str]
    stage: Stage
    groups: list[Group]

    @property
    def is_right(self) -> bool:
        """Whether the messages are those that are wanted."""
        found: dict[str, Counter[frozenset[str]]] = {}
        for group in self.groups:
            if group.told:
                found.setdefault(group.receiver, Counter())[group.told] += 1
        return found == {to: Counter(messages) for to, messages in self.wanted.items()}

    def groups_with(self, change: Callable[[Config], None]) -> list[Group]:
        """The groups that a changed configuration would make; none if it is refused."""
        changed = copy.deepcopy(self.config)
        change(changed)
        try:
            return self.stage.groups(changed)
        except ConfigurationRefused:
            return []

    def holds_back(
        self, source: str, target: str, change: Callable[[Config], None] = lambda _: None
    ) -> bool:
        """Whether one alert is enough to hold another back, if the configuration is changed."""
        changed = copy.deepcopy(self.config)
        change(changed)
        try:
            return self.stage.holds_back(changed, source, target)
        except ConfigurationRefused:
            return False

    def wanted_by(self, alert: str) -> set[str]:
        """The receivers that should be told of an alert."""
        return {to for to, messages in self.wanted.items() if any(alert in m for m in messages)}


def inhibit_rules(config: Config) -> list[Config]:
    """The inhibition rules; to change them changes the configuration."""
    return list(config.get("inhibit_rules") or ())


def receivers(groups: Collection[Group], alert: str) -> set[str]:
    """The receivers to whom the routes lead an alert, held back or not."""
    return {group.receiver for group in groups if alert in group.alerts}


def told(groups: Collection[Group], alert: str) -> set[str]:
    """The receivers that are told of an alert."""
    return {group.receiver for group in groups if alert in group.told}


def routes(route: Config) -> Iterator[Config]:
    """The branches below a route, from the top; to change them changes the configuration."""
    for branch in route.get("routes") or ():
        yield branch
        yield from routes(branch)
