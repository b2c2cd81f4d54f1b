"""A score is what its words say: made-up alerts, held against a week that is counted otherwise."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from lab_helpers.history import START
from lab_helpers.history.targets import week
from lab_helpers.history.troubles import troubles
from lab_helpers.history.week import EVENTS
from lab_helpers.service_levels import SHOP, Alert, Objective, Score, Truth, held_against, together

TRUTH = Truth.of(1)
BEGIN, END = EVENTS["outage_start"], EVENTS["outage_end"]


def alert(begin: datetime, minutes: float, severity: str = "page") -> Alert:
    return Alert(begin, begin + timedelta(minutes=minutes), "Budget", severity)


def after(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


@pytest.mark.parametrize("seed", [1, 8])
def test_what_was_spent_is_what_the_counters_of_the_week_say(seed: int) -> None:
    grown = {"5": 0.0, "": 0.0}
    when = troubles(seed)[0].when
    for series in week(seed):
        if series.name == "shop_http_requests_total":
            each = np.diff(series.values, prepend=series.values[0])
            each[each < 0] = series.values[each < 0]  # a counter that began again
            grown[""] += each.sum()
            if series.labels["status"].startswith("5"):
                grown["5"] += each[when].sum()
    event = Truth.of(seed).events(SHOP)[0]
    assert event.failed == pytest.approx(grown["5"], rel=0.01)
    allowed = grown[""] * 30 / 7 * 0.005
    assert event.spent == pytest.approx(grown["5"] / allowed, rel=0.01)


def test_the_week_of_history_has_one_event_that_is_worth_an_alert() -> None:
    (event,) = TRUTH.events(SHOP)
    assert (event.start, event.end, event.is_worth_it) == (BEGIN, END, True)
    assert not Truth.of(1).events(Objective(90.0))[0].is_worth_it


def test_an_alert_in_time_is_right() -> None:
    score = held_against([alert(after(10), 20)], TRUTH, SHOP)
    (caught,) = score.caught
    assert (score.precision, score.recall) == (1, 1)
    assert (caught.after, caught.reset) == (timedelta(minutes=10), timedelta(minutes=5))
    whole = TRUTH.events(SHOP)[0].spent
    assert 0.3 * whole < caught.burnt < 0.5 * whole


def test_an_alert_from_before_tells_nobody() -> None:
    score = held_against([alert(after(-60), 120)], TRUTH, SHOP)
    assert (score.alerts, score.precision, score.recall) == (1, 0, 0)


def test_an_alert_after_the_end_is_about_nothing() -> None:
    score = held_against([alert(END, 30)], TRUTH, SHOP)
    assert (score.right, score.caught) == (0, ())


def test_it_is_over_with_the_last_page_and_a_ticket_may_stay() -> None:
    both = [alert(after(5), 600, "ticket"), alert(after(10), 20)]
    assert held_against(both, TRUTH, SHOP).caught[0].reset == timedelta(minutes=5)
    assert held_against(both[:1], TRUTH, SHOP).caught[0].reset == timedelta(minutes=580)
    assert held_against([alert(after(1), 2)], TRUTH, SHOP).caught[0].reset == timedelta()


def test_weeks_add_up() -> None:
    one = held_against([alert(after(10), 20), alert(START, 5)], TRUTH, SHOP)
    none = held_against([], TRUTH, SHOP)
    both = together([one, none])
    assert (both.alerts, both.right, both.events, len(both.caught)) == (2, 1, 2, 1)
    assert both.row["precision"] == both.row["recall"] == 0.5
    assert np.isnan(none.precision)
    assert together([]) == Score(0, 0, 0, ())
