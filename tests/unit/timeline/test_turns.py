"""When a group has its turns, and which time intervals hold."""

from datetime import datetime

import pytest

from lab_helpers.timeline.holds import Fires
from lab_helpers.timeline.intervals import Intervals, Span
from lab_helpers.timeline.routing import Route
from lab_helpers.timeline.turns import turns
from lab_helpers.timeline.ways import Way

ROUTE = Route("pager", group_wait=30.0, group_interval=300.0)


def test_a_group_waits_for_company_and_then_keeps_its_interval() -> None:
    assert turns([(1000.0, None)], ROUTE, 0.0, 1700.0) == [1030.0, 1330.0, 1630.0, 1930.0]
    # another alert does not change when, and one that came first decides
    assert turns([(1200.0, None), (1000.0, None)], ROUTE, 0.0, 1300.0) == [1030.0, 1330.0]


def test_a_group_ends_with_its_last_alert_and_the_next_one_waits_anew() -> None:
    spans = [(1000.0, 1010.0), (1500.0, None)]
    assert turns(spans, ROUTE, 0.0, 1600.0) == [1030.0, 1530.0, 1830.0]
    spans = [(1000.0, 1100.0), (1200.0, None)]  # within the same group: it goes by its interval
    assert turns(spans, ROUTE, 0.0, 1500.0) == [1030.0, 1330.0, 1630.0]


def test_a_restart_makes_groups_anew_and_what_has_waited_enough_goes_at_once() -> None:
    assert turns([(1000.0, None)], ROUTE, 1010.0, 1041.0) == [1040.0, 1340.0]
    assert turns([(1000.0, None)], ROUTE, 2000.0, 2000.0) == [2000.0, 2300.0]
    assert turns([(1000.0, 1500.0)], ROUTE, 2000.0, 2500.0) == []


def test_what_an_alert_waits_for_is_what_its_own_group_does() -> None:
    def waits(*spans: tuple[float, float | None]) -> str:
        fires = Fires({}, spans[-1][0], spans[-1][1], 1600.0)
        wait = Way(ROUTE, fires, "", turns=turns(spans, ROUTE, 0.0, 1600.0)).wait()
        assert wait is not None
        return wait[0]

    assert waits((1000.0, None)) == "group_wait: 30s"
    assert waits((1000.0, 1100.0), (1200.0, None)) == "group_interval: 5m"
    assert waits((1000.0, 1010.0), (1500.0, None)) == "group_wait: 30s"  # the first one is gone


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("interval", "moment", "holds"),
    [
        ({}, "2026-03-02T10:00Z", True),
        ({"weekdays": ["monday:friday"]}, "2026-03-02T10:00Z", True),
        ({"weekdays": ["sunday"]}, "2026-03-02T10:00Z", False),
        ({"days_of_month": ["-1"]}, "2028-02-29T10:00Z", True),
        ({"days_of_month": ["29:31"]}, "2027-02-28T10:00Z", False),
        ({"months": ["1:3"], "years": ["2026"]}, "2026-03-31T23:59Z", True),
        ({"times": [{"start_time": "09:00", "end_time": "17:00"}]}, "2026-03-02T17:00Z", False),
        ({"times": [{"start_time": "17:00", "end_time": "24:00"}]}, "2026-03-02T23:59Z", True),
        (  # nine in the evening in UTC is the next morning in Nepal
            {"weekdays": ["tuesday"], "location": "Asia/Kathmandu"},
            "2026-03-02T21:00Z",
            True,
        ),
    ],
)
def test_a_moment_lies_in_an_interval(interval: dict, moment: str, holds: bool) -> None:
    intervals = Intervals.read([{"name": "i", "time_intervals": [interval]}])
    assert bool(intervals.holding(["i"], at(moment))) is holds


def test_a_route_is_muted_and_active_by_the_minute() -> None:
    hours = {"times": [{"start_time": "10:00", "end_time": "10:02"}]}
    intervals = Intervals.read([{"name": "tea", "time_intervals": [hours]}])
    begin, end = at("2026-03-02T09:59:30Z"), at("2026-03-02T10:05Z")
    ten, after = at("2026-03-02T10:00Z"), at("2026-03-02T10:02Z")
    assert intervals.muted(["tea"], begin, end) == [Span(("tea",), ten, after)]
    outside = [Span(("tea",), begin, ten), Span(("tea",), after, None)]
    assert intervals.inactive(["tea"], begin, end) == outside
    assert intervals.muted([], begin, end) == intervals.inactive([], begin, end) == []
