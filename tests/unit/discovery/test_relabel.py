"""Relabelling: what is refused, how a rule reads; what rules do is held in tests/containers."""

from typing import Any

import pytest

from lab_helpers.discovery.re2 import translate
from lab_helpers.discovery.relabel import Dropped, Rule
from lab_helpers.errors import WorkshopError


@pytest.mark.parametrize(
    "entry, words",
    [
        ({"action": "kep"}, "no action 'kep'; there are replace, keep, drop"),
        ({"source_label": ["a"]}, "no rule has a field source_label; there are action"),
        ({"source_labels": ["a"]}, "replace needs a target_label"),
        ({"action": "hashmod", "target_label": "a"}, "hashmod needs a modulus"),
        ({"action": "hashmod", "target_label": "a", "modulus": "two"}, "'two' is no number"),
        ("keep", "'keep' is no rule"),
        ({"action": "keep", "regex": "("}, r"The regular expression \( is refused"),
    ],
)
def test_a_rule_that_prometheus_refuses(entry: Any, words: str) -> None:
    with pytest.raises(WorkshopError, match=words):
        Rule.read(entry)


@pytest.mark.parametrize(
    "regex, words",
    [
        ("(?=a)", "RE2 does not know"),
        ("(?<!a)b", "RE2 does not know"),
        ("(?>a)", "RE2 does not know"),
        ("(a)\\1", r"no translation of \\1"),
        ("a++", "follows another repetition"),
        ("a**", "follows another repetition"),
        ("*a", "nothing to repeat"),
        ("(a", "missing"),
        ("a)", "unbalanced"),
        ("[a", "unterminated"),
        ("a\\", "bad escape"),
        (r"\p{Lu}", r"no translation of \\p"),
        (r"\Z", r"no translation of \\Z"),
        ("(?U)a+", "no translation of the flags U"),
        ("a(?i)b|c", "put .* first"),
        ("[[:wide:]]", "no translation of"),
    ],
)
def test_a_regular_expression_that_is_refused(regex: str, words: str) -> None:
    with pytest.raises(WorkshopError, match=words):
        translate(regex)


@pytest.mark.parametrize(
    "regex, text, matches",
    [
        ("a$.", "a\n", False),  # Python's $ would match before the line break
        (r"Ü\bber", "Über", True),  # a letter only if it is one of ASCII
        (r"\d", "٣", False),  # Python's \d knows all digits
        ("a.b", "a\nb", True),
        ("(?i)a|b", "B", True),
        ("a|(?i)b", "A", False),
        ("((?i)a)b", "Ab", True),
        ("((?i)a)b", "AB", False),
        ("x{2}", "xx", True),
        ("a{,2}", "a{,2}", True),
        ("[a&&b]", "&", True),
        ("[[]", "[", True),
        (r"[\]\-]", "-", True),
        (r"\Qa.b", "a.b", True),
    ],
)
def test_a_regular_expression_means_what_it_means_to_re2(
    regex: str, text: str, matches: bool
) -> None:
    assert (translate(regex).fullmatch(text) is not None) == matches


def test_a_rule_reads_without_its_defaults() -> None:
    entry = {"source_labels": ["a", "b"], "target_label": "c", "regex": 1, "action": "Replace"}
    rule = Rule.read(entry)
    assert str(rule) == "replace · source_labels: [a, b] · regex: 1 · target_label: c"
    assert rule.apply({"a": "1"}) == {"a": "1"}


def test_a_drop_says_why() -> None:
    rule = Rule.read({"source_labels": ["tags"], "regex": ".*,a,.*", "action": "keep"})
    with pytest.raises(Dropped, match=r"tags = ',b,' does not match \.\*,a,\.\*"):
        rule.apply({"tags": ",b,"})
    rule = Rule.read({"source_labels": ["a"], "target_label": "b", "action": "dropequal"})
    with pytest.raises(Dropped, match="a = 'x' equals b = 'x'"):
        rule.apply({"a": "x", "b": "x"})


def test_names_of_labels_may_be_any_text_in_prometheus_3_only() -> None:
    entry = {"source_labels": ["a"], "target_label": "$1"}
    assert Rule.read(entry).apply({"a": "b.c"}) == {"a": "b.c"}
    assert Rule.read(entry, utf8=True).apply({"a": "b.c"}) == {"a": "b.c", "b.c": "b.c"}
