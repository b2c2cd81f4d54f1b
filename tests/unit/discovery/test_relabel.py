"""Relabelling: what is refused, how a rule reads; what rules do is held in tests/containers."""

from typing import Any

import pytest

from lab_helpers.discovery.regexes import Regex, template
from lab_helpers.discovery.relabel import Dropped, Rule
from lab_helpers.discovery.versions import Version
from lab_helpers.errors import WorkshopError

NEWEST, OLD = Version.read("3"), Version.read("2.53.3")


def rule(version: Version = NEWEST, utf8: bool = True, **values: Any) -> Rule:
    return Rule.of(values, version, utf8)


@pytest.mark.parametrize(
    "values, words",
    [
        ({"source_labels": ["a"]}, "for replace action requires 'target_label' value"),
        ({"action": "hashmod", "target_label": "a"}, "hashmod requires non-zero modulus"),
        ({"action": ""}, "relabel action cannot be empty"),
        ({"action": "labelmap", "replacement": ""}, "\"\" is invalid 'replacement' for labelmap"),
        ({"action": "labeldrop", "source_labels": []}, "requires only 'regex'"),
        ({"action": "labelkeep", "target_label": "a"}, "requires only 'regex'"),
        ({"action": "keepequal", "target_label": "b", "separator": ","}, "requires only 'source"),
        ({"action": "dropequal", "target_label": "b", "regex": "(.*)"}, "requires only 'source"),
        ({"action": "lowercase", "target_label": "b", "replacement": "x"}, "can not be set for"),
    ],
)
def test_a_rule_that_prometheus_refuses(values: dict[str, Any], words: str) -> None:
    with pytest.raises(WorkshopError, match=words):
        rule(**values)


@pytest.mark.parametrize(
    "regex, words",
    [
        ("(?=a)", r"invalid or unsupported Perl syntax: `\(\?=`"),
        ("(a)\\1", r"invalid escape sequence: `\\1`"),
        ("a**", r"invalid nested repetition operator: `\*\*`"),
        ("*a", "missing argument to repetition operator"),
        ("(a", r"missing closing \)"),
        ("[a", r"missing closing \]"),
        (r"\C", "invalid escape sequence"),
        ("(?P<n>a)(?P<n>b)", "duplicate"),
        (r"\Qa.b", r"missing closing \)"),  # which it takes for text
        ("x{1001}", "invalid repeat count"),
    ],
)
def test_a_regular_expression_that_is_refused(regex: str, words: str) -> None:
    with pytest.raises(WorkshopError, match=f"error parsing regexp: {words}"):
        Regex(regex)


@pytest.mark.parametrize(
    "regex, text, matches",
    [
        ("a$.", "a\n", False),
        (r"Ü\bber", "Über", True),
        (r"\d", "٣", False),
        ("a.b", "a\nb", True),
        (r"[\w-.]+", "a-b.c", True),
        (r"[\s-x]", "b", False),
        (r"\pL", "ß", True),
        ("a|(?i)b", "B", True),
        (r"\Qa.b\E", "a.b", True),
        (r"\Qa.b\E", "aXb", False),
        (r"\(?P<n>x\(?P<n>", "?P<n>x?P<n>", False),
    ],
)
def test_a_regular_expression_means_what_it_means_to_re2(
    regex: str, text: str, matches: bool
) -> None:
    assert (Regex(regex).match(text) is not None) == matches


def test_a_dot_matches_a_line_break_in_prometheus_3_only() -> None:
    assert Regex("a.b").match("a\nb") and not Regex("a.b", lines=False).match("a\nb")


@pytest.mark.parametrize(
    "text, result",
    [
        ("$1-${2}-$n", "a--a"), ("$1x", ""), ("${1}x", "ax"), ("$$1", "$1"), ("$", "$"),
        ("${", "${"), ("${}", "${}"), ("${1", "${1"), ("$-", "$-"), ("$9", ""), ("$01", ""),
        ("$1é", ""), ("$0", "a"), ("$12345678901", ""),
    ],
)  # fmt: skip
def test_a_template_is_filled_in_as_go_does_it(text: str, result: str) -> None:
    assert template(text).expand(Regex("(?P<n>a)(x)?").match("a")) == result


@pytest.mark.parametrize(
    "action, text, result",
    [
        ("uppercase", "straße", "STRAßE"),
        ("uppercase", "ŉ ﬁ ᾳ é", "ŉ ﬁ ᾼ É"),
        ("lowercase", "İ ΑΣ", "i ας".replace("ς", "σ")),
    ],
)
def test_upper_and_lower_case_go_letter_by_letter(action: str, text: str, result: str) -> None:
    one = rule(action=action, source_labels=["a"], target_label="b")
    assert one.apply({"a": text})["b"] == result


def test_a_rule_reads_without_its_defaults() -> None:
    one = rule(source_labels=["a", "b"], target_label="c", regex="1")
    assert str(one) == "replace · source_labels: [a, b] · regex: 1 · target_label: c"
    assert one.apply({"a": "1"}) == {"a": "1"}


def test_a_drop_says_why() -> None:
    one = rule(source_labels=["tags"], regex=".*,a,.*", action="keep")
    with pytest.raises(Dropped, match=r"tags = ',b,' does not match \.\*,a,\.\*"):
        one.apply({"tags": ",b,"})
    one = rule(source_labels=["a"], target_label="b", action="dropequal")
    with pytest.raises(Dropped, match="a = 'x' equals b = 'x'"):
        one.apply({"a": "x", "b": "x"})


def test_names_of_labels_may_be_any_text_in_prometheus_3_only() -> None:
    values: dict[str, Any] = {"source_labels": ["a"], "target_label": "$1"}
    assert rule(OLD, False, **values).apply({"a": "b.c"}) == {"a": "b.c"}
    assert rule(**values).apply({"a": "b.c"}) == {"a": "b.c", "b.c": "b.c"}
    rule(target_label="a.b")
    with pytest.raises(WorkshopError, match=r"a\.b\" is invalid 'target_label' for"):
        rule(OLD, False, target_label="a.b")
    with pytest.raises(WorkshopError, match="invalid 'target_label'"):
        rule(Version.read("3.1"), target_label="a.$1")
