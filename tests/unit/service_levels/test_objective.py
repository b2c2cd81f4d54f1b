"""What an objective allows, and what it refuses."""

from datetime import timedelta

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.service_levels import SHOP, Objective


def test_the_workbooks_burn_rates() -> None:
    month = Objective(99.9, days=30)
    pairs = ((0.02, "1h", 14.4), (0.05, "1h", 36), (0.05, "6h", 6), (0.1, "3d", 1))
    for spent, window, rate in pairs:
        assert month.burn_rate(spent, window) == pytest.approx(rate)
        assert month.spent(rate, window) == pytest.approx(spent)
    assert SHOP.threshold(14.4) == pytest.approx(0.072)


def test_an_outage_is_the_budgets_share_of_the_time() -> None:
    assert Objective(99.9, days=30).outage == timedelta(minutes=43.2)
    assert Objective(99.5, days=7).outage == timedelta(minutes=50.4)
    assert Objective(99.99).budget == 0.0001


@pytest.mark.parametrize(
    ("percent", "days", "words"),
    [
        (100, 30, "leaves no budget"),
        (0, 30, "0 % is no objective"),
        (120, 30, "120 % is no objective"),
        (-1, 30, "-1 % is no objective"),
        (float("nan"), 30, "nan % is no objective"),
        (99.5, 0, "holds for some days"),
        (99.5, float("nan"), "holds for some days"),
    ],
)
def test_a_promise_that_nobody_can_keep_is_refused(percent: float, days: float, words: str) -> None:
    with pytest.raises(WorkshopError, match=words):
        Objective(percent, days)


@pytest.mark.parametrize("window", ["31d", 0, "-1h", "soon"])
def test_a_window_fits_into_the_objective(window: str | float) -> None:
    with pytest.raises(WorkshopError):
        SHOP.burn_rate(0.02, window)
