"""Other seeds draw other troubles; seed 1 is the week that everybody knows."""

from itertools import pairwise

import numpy as np
import pytest

from lab_helpers.history import EVENTS, SAMPLES
from lab_helpers.history.story import EVENTFUL, Chance, replicas
from lab_helpers.history.targets import week
from lab_helpers.history.troubles import KINDS, course, troubles
from lab_helpers.history.week import minute

SEEDS = range(2, 12)


def test_seed_1_is_the_week_of_the_calendar() -> None:
    (outage,) = troubles(1)
    assert course(1) == EVENTFUL
    assert outage.when == slice(minute(EVENTS["outage_start"]), minute(EVENTS["outage_end"]))


def test_no_two_seeds_have_the_same_troubles() -> None:
    assert len({repr(troubles(seed)) for seed in SEEDS}) == len(SEEDS)
    assert troubles(7) == troubles(7)


@pytest.mark.parametrize("seed", SEEDS)
def test_troubles_are_of_each_kind_in_order_and_apart(seed: int) -> None:
    found = troubles(seed)
    assert sorted(one.what for one in found) == sorted(
        k.what for k in KINDS for _ in range(k.number)
    )
    assert all(b.when.start - a.when.stop >= 8 * 60 for a, b in pairwise(found))
    assert found[0].when.start >= 8 * 60
    assert found[-1].when.stop <= SAMPLES - 8 * 60
    assert 0 < course(seed).release < SAMPLES


def test_what_fails_is_what_is_drawn() -> None:
    shop = replicas(Chance(8), course(8))
    requests = np.sum([one.total() for one in shop], axis=0)
    failed = np.sum([one.total(status="503") + one.total(status="500") for one in shop], axis=0)
    needs_database = requests - np.sum([one.total("GET", "/cart") for one in shop], axis=0)
    usual = np.ones(SAMPLES, dtype=bool)
    for trouble in troubles(8):
        when, usual[trouble.when] = trouble.when, False
        assert failed[when].sum() / needs_database[when].sum() == pytest.approx(
            trouble.share, abs=0.03
        )
    assert failed[usual].sum() / requests[usual].sum() < 0.002


def test_another_seed_has_the_series_of_seed_1() -> None:
    names = {one.name for one in week(1)}
    assert {one.name for one in week(8)} == names
    assert len(week(8)) == len(week(1))
