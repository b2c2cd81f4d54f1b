"""Alertmanager's configuration in force: its routes, its inhibition rules, its receivers.

It is read as `/api/v2/status` shows it: with anchors resolved and matchers in one form. What the
workshop asks of it is held against amtool in tests/containers/timeline.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import yaml

from lab_helpers.promql.durations import seconds
from lab_helpers.promql.quoting import quoted
from lab_helpers.timeline.intervals import Intervals
from lab_helpers.timeline.matchers import Matcher, all_match, in_order, written

#: The label in `group_by` that stands for all of them.
EVERY_LABEL = "..."


@dataclass(frozen=True)
class Route:
    """A branch of the routing tree, with the settings that it has or inherits.

    Attributes:
        group_by: names of labels; `EVERY_LABEL` alone stands for all.
        group_wait, group_interval, repeat_interval: seconds.
        mute, active: names of time intervals; these are not inherited.
        goes_on: whether an alert that matches also tries the branches after this one.
        key: its matchers and those of the branches above it, as Alertmanager writes them.
    """

    receiver: str
    matchers: tuple[Matcher, ...] = ()
    group_by: tuple[str, ...] = ()
    group_wait: float = 30.0
    group_interval: float = 300.0
    repeat_interval: float = 14_400.0
    mute: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    goes_on: bool = False
    key: str = "{}"
    routes: tuple["Route", ...] = ()

    @classmethod
    def read(cls, entry: Mapping[str, Any], above: "Route | None" = None) -> "Route":
        """Read a branch and those below it; what it leaves out, it has from ``above``."""
        inherited = above or cls("")
        matchers = in_order(_matchers(entry, "match", "matchers"))
        own = {name: seconds(entry[name]) for name in _TIMES if name in entry}
        route = cls(
            receiver=entry.get("receiver") or inherited.receiver,
            matchers=matchers,
            group_by=tuple(entry.get("group_by", inherited.group_by)),
            **{name: own.get(name, getattr(inherited, name)) for name in _TIMES},
            mute=tuple(entry.get("mute_time_intervals", ())),
            active=tuple(entry.get("active_time_intervals", ())),
            goes_on=entry.get("continue") == "true",
            key=(f"{above.key}/" if above else "") + written(matchers),
        )
        below = tuple(cls.read(each, route) for each in entry.get("routes", ()))
        return cls(**{**vars(route), "routes": below})

    def match(self, labels: Mapping[str, str]) -> "list[Route]":
        """The branches at which an alert with these labels ends; none if this one is not for it."""
        if not all_match(self.matchers, labels):
            return []
        found = []
        for route in self.routes:
            below = route.match(labels)
            found += below
            if below and not route.goes_on:
                break
        return found or [self]

    def group(self, labels: Mapping[str, str]) -> dict[str, str]:
        """The labels that an alert shares with the others of its group."""
        every = EVERY_LABEL in self.group_by
        return {name: text for name, text in labels.items() if every or name in self.group_by}

    def __str__(self) -> str:
        """Its own matchers, for people."""
        return written(self.matchers) if self.matchers else "the top of the tree"


_TIMES = ("group_wait", "group_interval", "repeat_interval")


@dataclass(frozen=True)
class InhibitRule:
    """A rule by which one alert holds another back."""

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...] = ()
    name: str = ""

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> Self:
        """Read an entry of `inhibit_rules`."""
        source = in_order(_matchers(entry, "source_match", "source_matchers"))
        target = in_order(_matchers(entry, "target_match", "target_matchers"))
        return cls(source, target, tuple(entry.get("equal", ())), entry.get("name", ""))

    def holds_back(self, target: Mapping[str, str], source: Mapping[str, str]) -> bool:
        """Whether an alert is held back by another that fires."""
        if not all_match(self.target, target) or not all_match(self.source, source):
            return False
        if any(target.get(name, "") != source.get(name, "") for name in self.equal):
            return False
        return not (all_match(self.source, target) and all_match(self.target, source))

    def __str__(self) -> str:
        words = f"{written(self.source)} → {written(self.target)}"
        equal = f", equal: [{', '.join(self.equal)}]" if self.equal else ""
        return f"{self.name}: {words}{equal}" if self.name else words + equal


@dataclass(frozen=True)
class Integration:
    """One way in which a receiver is told: its kind (email, webhook, …) and its number."""

    kind: str
    number: int
    send_resolved: bool

    def __str__(self) -> str:
        """As Alertmanager's log has it."""
        return f"{self.kind}[{self.number}]"


@dataclass(frozen=True)
class Configuration:
    """What of an alertmanager.yml decides who hears of an alert."""

    route: Route
    inhibit_rules: tuple[InhibitRule, ...] = ()
    receivers: Mapping[str, tuple[Integration, ...]] = field(default_factory=dict)
    intervals: Intervals = field(default_factory=Intervals)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a configuration as `/api/v2/status` shows it."""
        shown = yaml.load(text, yaml.BaseLoader)  # every scalar stays a text
        return cls(
            Route.read(shown["route"]),
            tuple(map(InhibitRule.read, shown.get("inhibit_rules") or ())),
            {each["name"]: tuple(_integrations(each)) for each in shown["receivers"]},
            Intervals.read(
                [*(shown.get("time_intervals") or ()), *(shown.get("mute_time_intervals") or ())]
            ),
        )


def group_key(route: Route, group: Mapping[str, str]) -> str:
    """The name that Alertmanager gives a group."""
    labels = ", ".join(f"{name}={quoted(text)}" for name, text in sorted(group.items()))
    return f"{route.key}:{{{labels}}}"


def _matchers(entry: Mapping[str, Any], old: str, new: str) -> Iterator[Matcher]:
    for name, value in entry.get(old, {}).items():
        yield Matcher(name, value)
    for name, value in entry.get(f"{old}_re", {}).items():
        yield Matcher(name, f"^(?:{value})$", "=~")  # as Alertmanager writes it
    yield from map(Matcher.read, entry.get(new, ()))


def _integrations(receiver: Mapping[str, Any]) -> Iterator[Integration]:
    for name, entries in receiver.items():
        if found := re.fullmatch(r"(\w+)_configs", name):
            for number, entry in enumerate(entries):
                yield Integration(found[1], number, entry.get("send_resolved") == "true")
