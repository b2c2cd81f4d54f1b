"""The week with a quiet week before it: two weeks of one shop, which nobody restarts between."""

from __future__ import annotations

import numpy as np

from lab_helpers import history
from lab_helpers.history.fortnight import fortnight
from lab_helpers.history.targets import week
from tests.unit.history.test_history import RELEASE, is_counter, resets

BOTH = fortnight(1)
WEEK = week(1)
AGES = ("process_start_time_seconds", "mysql_global_status_uptime", "memcached_uptime_seconds")


def test_the_second_week_is_the_week_of_history() -> None:
    assert len(BOTH) == len(WEEK)
    for both, one in zip(BOTH, WEEK, strict=True):
        assert (both.name, both.labels, both.offset) == (one.name, one.labels, one.offset)
        later = both.values[history.SAMPLES :]
        assert (both.present[history.SAMPLES :] == one.present).all()
        if is_counter(one):  # what it begins with is another; what it grows by is not
            grown, wanted = np.diff(later), np.diff(one.values)
            assert (grown == wanted)[wanted >= 0].all()
        elif one.name not in AGES:
            assert (later == one.values).all()


def test_nothing_happens_in_the_week_before() -> None:
    for one in BOTH:
        first = slice(0, history.SAMPLES)
        assert one.present[first].all() or one.labels.get("version") == "1.9.0"
        if is_counter(one):
            assert not [at for at in resets(one) if at < history.SAMPLES]
        if one.name in ("up", "mysql_up"):
            assert one.values[first].all()


def test_counters_and_ages_go_on_from_week_to_week() -> None:
    for one in BOTH:
        step = np.diff(one.values)[history.SAMPLES - 1]
        usual = np.diff(one.values)[history.SAMPLES : history.SAMPLES + RELEASE - 1]
        if is_counter(one):
            assert 0 <= step <= usual.max(), one.name
        elif one.name in AGES:
            assert step == usual[0], one.name


def test_the_week_before_has_its_own_visitors() -> None:
    busy = [one for one in BOTH if one.name == "nginx_http_requests_total"]
    grown = np.diff(busy[0].values)
    assert (grown[: history.SAMPLES - 1] != grown[history.SAMPLES :]).mean() > 0.5
