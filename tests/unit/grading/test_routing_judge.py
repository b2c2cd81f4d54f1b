"""What the judge of routes rewrites, and what it says of refusals, without an engine."""

import pytest
import yaml

from lab_helpers.errors import ConfigurationRefused
from lab_helpers.grading.judges.routing.refusals import refused
from lab_helpers.grading.judges.routing.stage import Group, _hurried, read

CONFIG = """\
route:
  receiver: everyone
  group_wait: 30s
  group_by: [alertname]
  routes:
  - matchers: ['team =~ "a|b"', severity = 09:00]
    receiver: everyone
    repeat_interval: 4h
    continue: true
    group_by: [node]
  - matchers: [team = all]
    group_by: ['...']
receivers: [{name: everyone}]
inhibit_rules:
"""


def test_timings_are_hurried_and_nothing_else_is_changed() -> None:
    text = _hurried(read(CONFIG))
    route = yaml.load(text, yaml.BaseLoader)["route"]
    assert route["group_wait"] == "300ms"
    assert route["group_by"] == ["alertname", "trial"]
    first, second = route["routes"]
    assert first == {
        "matchers": ['team =~ "a|b"', "severity = 09:00"],
        "receiver": "everyone",
        "continue": "true",
        "group_by": ["node", "trial"],
    }
    assert second["group_by"] == ["..."]
    assert "continue: true\n" in text, "a text in quotes would be no boolean"
    assert "inhibit_rules" not in text, "nothing is not the empty text"


def test_a_route_without_grouping_keeps_answers_apart() -> None:
    assert yaml.safe_load(_hurried(read("route: {receiver: a}")))["route"]["group_by"] == ["trial"]


@pytest.mark.parametrize("text", ["", "x", "- a", "route:", "route: []", "a: [", "[" * 3000])
def test_what_is_no_configuration_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationRefused):
        read(text)


def test_alerts_that_are_held_back_are_in_no_message() -> None:
    group = Group("pager", frozenset({"a", "b"}), frozenset({"a"}))
    assert group.told == {"b"}


@pytest.mark.parametrize(
    ("words", "diagnosis", "part"),
    [
        ('undefined receiver "shopp" used in route', "no such receiver", "shopp"),
        ("  line 4: field group_wiat not found in type config.plain", "unknown field", "wait?"),
        ("  line 4: field equal not found in type config.plain", "field misplaced", "Line 4"),
        ("  line 9: cannot unmarshal !!str `site` into []string", "wrong shape", "a list"),
        ("yaml: line 5: did not find expected key", "not yaml", "Line 5"),
        ("root route must not have any matchers", "refused", "root route"),
    ],
)
def test_refusals_are_told_in_the_learners_terms(words: str, diagnosis: str, part: str) -> None:
    verdict = refused(f"alertmanager refuses the configuration, and keeps the old one: {words}")
    assert verdict.diagnosis == diagnosis
    assert part in verdict.message
