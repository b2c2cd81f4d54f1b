"""Numbers as people write them."""

from datetime import UTC, datetime, timedelta

import pytest

from lab_helpers.report import words


def test_counts_and_money() -> None:
    assert words.count(3_993_428.17) == "3,993,428"
    assert words.euros(3_236_246.26) == "€3,236,246"
    assert [words.counted(n, "day") for n in (0, 1, 2)] == ["no days", "1 day", "2 days"]


def test_a_share_never_looks_better_than_it_is() -> None:
    assert words.share(0.99899999) == "99.89 %"
    assert words.share(0.999) == "99.90 %"
    assert words.share(1.0) == "100.00 %"
    assert words.share(0.9999999) == "99.99 %"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.0871, "87 ms"), (0.9996, "1.0 s"), (1.25, "1.2 s"), (0.9994, "999 ms"),
     (float("nan"), "?"), (float("inf"), "?")],
)  # fmt: skip
def test_durations(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


def test_lengths_and_moments() -> None:
    assert words.length(timedelta(minutes=25)) == "25 min"
    assert words.length(timedelta(minutes=65)) == "1 h 05 min"
    assert words.moment(datetime(2026, 3, 5, 22, 10, tzinfo=UTC)) == "Thu 5 March, 22:10"


def test_changes_have_a_sign_unless_they_are_nothing() -> None:
    assert words.change(99, 100) == "−1.0 %"
    assert words.change(265, 100) == "+165.0 %"
    assert words.change(100.001, 100) == "0.0 %"
    assert words.change(5, 0) == "new"
    assert words.change(0, 0) == "as before"
    assert words.signed(-0.001, 2) == "0.00"
