"""The five lines of a review: what is missing in them is said."""

import pytest

from lab_helpers.incident.review import FORM, read
from tests.unit.incident.made_up import truth

GOOD = """\
time: 20:02 to 20:05 UTC, three minutes
impact: one visitor in three waited more than a second for /products
cause: slow-query: an index was dropped, and nothing tests for that
detection: nothing told us; we saw it on a dashboard 90 s after it began
follow-up: the database team adds a test of the index by Friday
"""


def test_a_good_review_is_complete() -> None:
    assert read(GOOD, truth()).complete
    turned = "\n".join(reversed(GOOD.replace("follow-up", "* Follow up").splitlines()))
    assert read(turned, truth()).complete


def test_the_empty_form_lacks_everything() -> None:
    for empty in ("", FORM, "a text about something else"):
        feedback = read(empty, truth())
        assert [ok for ok, _ in feedback.lines.values()] == [False] * 5
        assert not feedback.complete


@pytest.mark.parametrize(
    ("line", "said", "why"),
    [
        ("time", "in the evening", "no time of day"),
        ("time", "19:40 to 19:45", "It began at 20:02:00"),
        ("time", "from 20:02:10 on", "not when it ended"),
        ("impact", "it was bad", "who was hurt"),
        ("impact", "visitors waited", "How many"),
        (
            "cause",
            "dns broke on nginx, as names are not tested",
            "names neither slow-query nor mysql",
        ),
        ("cause", "slow query", "Why could it happen?"),
        ("cause", "slow-query because of human error while deploying", "“human error” blames"),
        ("detection", "quickly", "Who or what noticed"),
        ("detection", "an alert fired", "How long after"),
        ("follow-up", "be more careful", "By whom?"),
        ("follow-up", "the team tests the index", "Until when?"),
    ],
)
def test_what_a_line_lacks_is_said(line: str, said: str, why: str) -> None:
    lines = [f"{line}: {said}" if each.startswith(line) else each for each in GOOD.splitlines()]
    feedback = read("\n".join(lines), truth())
    ok, words = feedback.lines[line]
    assert not ok and why in words
    assert [name for name, (there, _) in feedback.lines.items() if not there] == [line]
    assert f"✘ {line}: {words}" in str(feedback)
