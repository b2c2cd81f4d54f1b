"""Matchers of labels, read and written as Alertmanager does."""

from typing import Any

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.timeline.matchers import Matcher, all_match

LABELS = {"alertname": "Down", "instance": "a", "severity": "critical"}


@pytest.mark.parametrize(
    ("matcher", "holds"),
    [
        ({"value": "critical", "isRegex": False}, True),
        ({"value": "crit", "isRegex": False}, False),
        ({"value": "crit.*", "isRegex": True}, True),
        ({"value": "crit", "isRegex": True}, False),  # a pattern matches the whole value
        ({"value": "critical", "isRegex": False, "isEqual": False}, False),
        ({"name": "absent", "value": "", "isRegex": False}, True),
    ],
)
def test_matchers_are_read_as_alertmanager_reads_them(matcher: dict[str, Any], holds: bool) -> None:
    assert all_match([Matcher.of_silence({"name": "severity", **matcher})], LABELS) is holds


@pytest.mark.parametrize(
    ("written", "name", "sign", "value"),
    [
        ('severity="very high"', "severity", "=", "very high"),
        (r'a!="say \"hi\"\n\\"', "a", "!=", 'say "hi"\n\\'),
        ('foo.bar=~"a|b"', "foo.bar", "=~", "a|b"),
        (r'"a \"b\" =x"!~"\t\u00ad\U000e0001\x7f"', 'a "b" =x', "!~", "\t\u00ad\U000e0001\x7f"),
    ],
)
def test_a_matcher_is_read_and_written_as_alertmanager_writes_it(
    written: str, name: str, sign: str, value: str
) -> None:
    matcher = Matcher.read(written)
    assert matcher == Matcher(name, value, sign)
    assert str(matcher) == written
    with pytest.raises(WorkshopError, match="which is no matcher"):
        Matcher.read(written[1:-1])
