"""The messages of a running case: those of this incident, and not the end of the one before."""

from typing import Any

from lab_helpers.incident.live import without_old_endings


def message(to: str, *alerts: str) -> dict[str, Any]:
    """One as the inbox lists it; an alert is written as Alertmanager's template writes it."""
    parts = [alert.split("=") for alert in alerts]
    return {
        "to": to,
        "alerts": [{"fingerprint": mark, "status": status} for mark, status in parts],
    }


def test_an_ending_of_what_was_told_before_is_left_out() -> None:
    assert without_old_endings([message("shop", "a=resolved")]) == []


def test_an_ending_of_what_was_told_here_stays() -> None:
    told = [message("shop", "a=firing"), message("shop", "a=resolved")]
    assert without_old_endings(told) == told


def test_each_receiver_is_told_for_itself() -> None:
    fires, ends, ends_elsewhere = (
        message("pager", "a=firing"),
        message("pager", "a=resolved"),
        message("shop", "a=resolved"),
    )
    assert without_old_endings([fires, ends_elsewhere, ends]) == [fires, ends]


def test_one_that_says_something_new_besides_stays_whole() -> None:
    both = message("shop", "a=resolved", "b=firing")
    assert without_old_endings([both]) == [both]


def test_one_about_no_alerts_stays() -> None:
    assert without_old_endings([message("shop")]) == [message("shop")]
