"""A file of rules, and what each of them reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import promql_parser as promql
import yaml

from lab_helpers.errors import ConfigurationRefused, WorkshopError
from lab_helpers.promql.durations import seconds
from lab_helpers.promql.explain.tree import Node, metric, of_kind, parsed, selectors, written
from lab_helpers.services import promtool
from lab_helpers.services.prometheus import PrometheusContainer


@dataclass(frozen=True)
class Rule:
    """A rule as its file has it. interval: its group's, in seconds; 0 is left to Prometheus."""

    fields: dict[str, Any]
    group: str
    interval: float

    @property
    def is_alert(self) -> bool:
        """Whether it is an alert and no recording."""
        return "alert" in self.fields

    @property
    def name(self) -> str:
        """The alert's name, or that of the series that it records."""
        return str(self.fields.get("alert") or self.fields.get("record"))

    @property
    def expr(self) -> str:
        """Its PromQL."""
        return str(self.fields["expr"])

    @property
    def labels(self) -> dict[str, str]:
        """The labels that it adds."""
        return dict(self.fields.get("labels") or {})

    @cached_property
    def _tree(self) -> Node:
        tree = parsed(self.expr)
        if tree is None:
            raise WorkshopError(f"The expression of {self.name} is too long to be taken apart.")
        return tree

    @cached_property
    def reads(self) -> dict[str, str]:
        """The selectors in it, without ranges and offsets, each with the name of its metric."""
        found = {}
        for selector in selectors(self._tree):
            if not (name := metric(selector)):
                raise WorkshopError(f"{self.name} selects series without naming a metric: name it.")
            matchers = ",".join(map(written, selector.matchers.matchers))
            found[f"{selector.name or ''}{{{matchers}}}"] = name
        return found

    @property
    def windows(self) -> Iterator[float]:
        """How far it looks back, in seconds, for each of its ranges."""
        for kind in (promql.MatrixSelector, promql.SubqueryExpr):
            for node in of_kind(self._tree, kind):
                yield node.range.total_seconds()


def rules_of(text: str, prometheus: PrometheusContainer) -> list[Rule]:
    """The rules of a file, in order, after promtool has read it.

    Raises:
        ConfigurationRefused: promtool refuses it, in its own words.
    """
    status, words = promtool.run(prometheus, {"rules.yml": text}, "promtool check rules rules.yml")
    if status:
        raise ConfigurationRefused(f"promtool refuses these rules:\n{words.strip()}")
    groups = (yaml.load(text, yaml.BaseLoader) or {}).get("groups") or []  # everything as text
    return [
        Rule(
            {name: value for name, value in fields.items() if value},
            group["name"],
            seconds(group["interval"]) if group.get("interval") else 0.0,
        )
        for group in groups
        for fields in group.get("rules") or []
    ]


def needed(rules: list[Rule]) -> list[Rule]:
    """The alerts, and those of the recording rules whose series they need, in the file's order."""
    names = {name for rule in rules if rule.is_alert for name in rule.reads.values()}
    found = [rule for rule in rules if rule.is_alert]
    while more := [
        rule
        for rule in rules
        if not rule.is_alert and rule.name in names and not any(rule is each for each in found)
    ]:
        found += more
        names |= {name for rule in more for name in rule.reads.values()}
    return [rule for rule in rules if any(rule is each for each in found)]
