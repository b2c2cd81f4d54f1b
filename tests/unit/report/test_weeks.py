"""Weeks of the calendar, and spans of minutes in them."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.report.minutes import Span, spans
from lab_helpers.report.weeks import Week

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-W10", "2026W10", "2026-03-02", " 2026-03-08 "])
def test_a_week_is_its_number_or_any_of_its_days(text: str) -> None:
    week = Week.of(text)
    assert (week.start, week.end) == (MONDAY, MONDAY + timedelta(days=7))
    assert week.number == "2026-W10"


@pytest.mark.parametrize("text", ["", "2026-W54", "2026-W00", "last", "2026-02-30", "W10", "10"])
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(WorkshopError, match=r"is no week\. Write its number, such as 2026-W10"):
        Week.of(text)


@pytest.mark.parametrize(
    ("day", "name", "number"),
    [
        (date(2026, 3, 4), "2 to 8 March 2026", "2026-W10"),
        (date(2026, 3, 1), "23 February to 1 March 2026", "2026-W09"),
        (date(2027, 1, 3), "28 December 2026 to 3 January 2027", "2026-W53"),
    ],
)
def test_a_week_has_a_name(day: date, name: str, number: str) -> None:
    assert (str(Week.around(day)), Week.around(day).number) == (name, number)
    assert Week.of(number) == Week.around(day)


def test_the_latest_week_is_over() -> None:
    last_instant = MONDAY + timedelta(days=7) - timedelta(seconds=1)
    assert Week.latest(last_instant).number == "2026-W09"
    assert Week.latest(MONDAY + timedelta(days=7)).number == "2026-W10"


def found(bad: str, least: int = 1, calm: int = 0) -> list[tuple[int, int]]:
    """Spans of a row of minutes, `x` where it is bad, as minutes since Monday."""
    ends = pd.date_range(MONDAY + timedelta(minutes=1), periods=len(bad), freq="min")
    when = pd.Series([each == "x" for each in bad], index=ends)
    minute = timedelta(minutes=1)
    return [
        ((span.start - MONDAY) // minute, (span.end - MONDAY) // minute)
        for span in spans(when, least, calm)
    ]


def test_a_span_goes_from_its_first_minutes_start_to_its_last_ones_end() -> None:
    assert found("..xxx..") == [(2, 5)]
    assert found("x......") == [(0, 1)]
    assert found("......x") == [(6, 7)]
    assert found(".......") == []


def test_short_calm_parts_nothing_and_short_spans_are_left_out() -> None:
    assert found("xx..xx.", calm=2) == [(0, 6)]
    assert found("xx...xx", calm=2) == [(0, 2), (5, 7)]
    assert found("x..xx.x", least=2) == [(3, 5)]


def test_spans_that_only_meet_do_not_touch() -> None:
    first, second = (
        Span(MONDAY + timedelta(hours=at), MONDAY + timedelta(hours=at + 1)) for at in (0, 1)
    )
    assert not first.touches(second) and not second.touches(first)
    assert first.touches(first) and first.length == timedelta(hours=1)
