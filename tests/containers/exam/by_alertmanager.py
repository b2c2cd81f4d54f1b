"""Proofs by an Alertmanager: who gets an alert, what makes one message, what is held back."""

import re

import yaml

from lab_helpers.errors import ConfigurationRefused
from lab_helpers.exam import Question
from lab_helpers.grading.bench import Bench
from lab_helpers.grading.judges.routing import on_stage, read
from tests.containers.exam.claims import claims, given, labels_of


def fits(bench: Bench, question: Question) -> list[bool]:
    """Of each choice, whether it is what the Alertmanager of the bench does."""
    texts = [text for text, _ in claims(question)]
    match question.proof["kind"]:
        case "route":
            labels = labels_of(given(question, "labels"))
            found = bench["stage"].routes(_whole(question), **labels)
            return [sorted(re.split(", | and ", text)) == sorted(found) for text in texts]
        case "check":
            return [_is_taken(bench, text) for text in texts]
        case "silence":
            wanted = set(question.proof["held"].split())
            with on_stage(bench, _alerts(question)) as stage:
                stage.groups(read("route: {receiver: all}\nreceivers: [{name: all}]"))
                return [stage.silenced(_words(text)) == wanted for text in texts]
    with on_stage(bench, _alerts(question)) as stage:
        groups = stage.groups(read(_whole(question)))
    if question.proof["kind"] == "messages":
        return [int(text) == sum(bool(group.told) for group in groups) for text in texts]
    held = {alert for group in groups for alert in group.held_back}
    return [set(text.split()) == held for text in texts]


def _is_taken(bench: Bench, text: str) -> bool:
    try:
        bench["stage"].check_config(text)
    except ConfigurationRefused:
        return False
    return True


def _whole(question: Question) -> str:
    """Its configuration with the receivers, which it does not show."""
    config = given(question, "config")
    names = sorted(set(re.findall(r"receiver: (\S+)", config)))
    return f"{config}\n{yaml.dump({'receivers': [{'name': name} for name in names]})}"


def _alerts(question: Question) -> dict[str, dict[str, str]]:
    """Its alerts, by the numbers of their lines."""
    lines = given(question, "alerts").splitlines()
    return {str(number): labels_of(line) for number, line in enumerate(lines, start=1)}


def _words(matchers: str) -> list[str]:
    return matchers.split()
