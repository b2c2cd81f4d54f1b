"""An answer that is a file of rules, read as Prometheus reads it."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lab_helpers.errors import ServiceFailed
from lab_helpers.grading.bench import Bench
from lab_helpers.grading.exercise import Verdict
from lab_helpers.grading.judges.kinds import RULES, misfit
from lab_helpers.grading.judges.promql.refusals import refused as not_answered
from lab_helpers.grading.judges.rules.refusals import not_yaml, refused
from lab_helpers.grading.judges.yaml_text import NotYaml, read
from lab_helpers.history import START
from lab_helpers.promql.durations import seconds
from lab_helpers.promql.explain.asking import Refused, prometheus_at
from lab_helpers.services import promtool

#: A file that has a list of rules, or one rule, where a rules file has its groups.
_LIST = "groups:\n- name: answer\n  rules:\n"
_RULE = "groups:\n- name: answer\n  rules:\n  -\n"


@dataclass(frozen=True)
class Rule:
    """A rule. All times are in seconds.

    name: of the alert, or of the series that is recorded.
    """

    is_alert: bool
    name: str
    expr: str
    hold: float
    keep: float
    labels: dict[str, str]
    interval: float
    """How often its group is evaluated; 0 if that is left to Prometheus."""


@dataclass(frozen=True)
class RuleFile:
    """The rules that promtool finds in order, and the file that it read."""

    text: str
    rules: tuple[Rule, ...]


def read_rules(answer: str, bench: Bench, where: str = "week") -> RuleFile | Verdict:
    """Read an answer; a list of rules, or a single one, is taken for a file of them.

    where: the bench's Prometheus that brings promtool.

    Raises:
        ServiceFailed: there is no answer; what a learner writes is not the reason.
    """
    try:
        loaded = read(answer)
    except NotYaml as problem:
        return not_yaml(problem)
    text, lines_before = _as_file(answer, loaded)
    status, words = promtool.run(
        bench[where], {"rules.yml": text}, "promtool check rules rules.yml"
    )
    if status == promtool.OUT_OF_TIME:
        raise ServiceFailed("promtool did not answer: this machine is too busy. Check again.")
    if status and (stray := misfit(answer, RULES)):
        return stray
    if status:
        verdict = refused(words, lines_before)
        return (
            verdict
            if verdict.diagnosis != "syntax error"
            else _no_promql(text, bench[where].url) or verdict
        )
    found = [_rule(rule, group.get("interval") or "") for group, rule in _rules(text)]
    return RuleFile(text, tuple(found))


def _rules(text: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The rules of a file that promtool has read, each with its group."""
    for group in (read(text) or {}).get("groups") or ():  # nothing at all is a file of rules too
        for rule in group.get("rules") or ():
            yield group, rule


def _no_promql(text: str, url: str) -> Verdict | None:
    """The verdict on the first expression that Prometheus refuses, with the place in it."""
    with prometheus_at(url) as prometheus:
        for _, rule in _rules(text):
            try:
                prometheus.ask(rule["expr"], START.timestamp())
            except Refused as refusal:
                return not_answered(refusal, rule["expr"])
    return None


def _as_file(answer: str, loaded: Any) -> tuple[str, int]:
    """The answer as a file of rules, and the number of lines that had to be put before it."""
    if isinstance(loaded, list) and all(isinstance(each, dict) for each in loaded):
        return _LIST + textwrap.indent(answer, "  "), _LIST.count("\n")
    if isinstance(loaded, dict) and {"alert", "record"} & loaded.keys():
        return _RULE + textwrap.indent(answer, "    "), _RULE.count("\n")
    return answer, 0


def _rule(rule: dict[str, Any], interval: str) -> Rule:
    return Rule(
        is_alert="alert" in rule,
        name=rule.get("alert") or rule.get("record") or "",
        expr=rule["expr"],
        hold=in_seconds(rule.get("for") or ""),
        keep=in_seconds(rule.get("keep_firing_for") or ""),
        labels=dict(rule.get("labels") or {}),
        interval=in_seconds(interval),
    )


def in_seconds(duration: str) -> float:
    """A duration that promtool has read."""
    return 0.0 if duration in ("", "0") else seconds(duration)
