"""The way of an alert: what the page says of it at each of its stations."""

from typing import Any

import pytest

from lab_helpers.overview.ways import Way, quiet, ways

LABELS = {"alertname": "ReplicaDown", "instance": "web-2", "job": "web", "severity": "critical"}
MARK = "5d1e00ff00ff00ff"
KNOWN = {MARK: LABELS}
BEGAN = 1_800_000_000.0  # 2027-01-15T08:00:00Z
AT = "2027-01-15T08:00:00.123456789Z"


def rule(state: str | None, name: str = "ReplicaDown", **labels: str) -> dict[str, Any]:
    """As Prometheus lists it; an alert of it is in that state, if in any."""
    found = {**LABELS, "alertname": name, **labels}
    alert = {"labels": found, "state": state, "activeAt": AT,
             "annotations": {"summary": "web-2 does not answer"}}  # fmt: skip
    return {"name": name, "duration": 3, "alerts": [alert] if state else [],
            "labels": {"severity": "critical"}}  # fmt: skip


def received(state: str = "active", **status: list[str]) -> dict[str, Any]:
    """As Alertmanager lists it."""
    known: dict[str, Any] = {"silencedBy": [], "inhibitedBy": [], "mutedBy": []}
    return {
        "labels": LABELS,
        "fingerprint": MARK,
        "status": {"state": state, **known, **status},
        "receivers": [{"name": "pager"}, {"name": "shop"}],
    }


def message(to: str, status: str, arrived: float) -> dict[str, Any]:
    alert = {"fingerprint": MARK, "status": status, "alertname": "ReplicaDown"}
    return {"to": to, "status": status, "arrived": arrived, "alerts": [alert]}


def only(*found: Way) -> list[tuple[str, str, str, str]]:
    (way,) = found
    return [(one.place, one.state, one.says, one.more) for one in way.stations]


def test_a_rule_that_holds_for_too_short_a_time() -> None:
    stations = only(*ways([rule("pending")], [], {}, [], KNOWN, BEGAN + 2.1))
    assert stations == [
        ("rule", "warn", "pending", "2 s of 3 s"),
        ("Prometheus", "", "not yet", ""),
        ("Alertmanager", "", "not yet", ""),
        ("inbox", "", "not yet", ""),
    ]


def test_one_that_fires_and_alertmanager_has_not() -> None:
    stations = only(*ways([rule("firing")], [], {}, [], KNOWN, BEGAN + 4))
    assert [state for _, state, _, _ in stations] == ["warn", "bad", "", ""]


def test_one_that_waits_for_its_group_and_one_that_is_delivered() -> None:
    waits = only(*ways([rule("firing")], [received()], {}, [], KNOWN, BEGAN + 4))
    assert waits[2:] == [
        ("Alertmanager", "info", "has it", "for pager, shop"),
        ("inbox", "", "not yet", ""),
    ]
    told = [message("pager", "firing", BEGAN + 6), message("shop@x.org", "firing", BEGAN + 7)]
    delivered = only(*ways([rule("firing")], [received()], {}, told, KNOWN, BEGAN + 8))
    assert delivered[3] == ("inbox", "good", "delivered", "pager 08:00:06, shop 08:00:07")


def test_what_was_told_of_an_earlier_time_is_not_taken_for_this_one() -> None:
    told = [message("pager", "firing", BEGAN - 60)]
    assert only(*ways([rule("firing")], [received()], {}, told, KNOWN, BEGAN + 4))[3][1] == ""
    told = [message("pager", "firing", BEGAN - 60), message("pager", "resolved", BEGAN + 1)]
    assert only(*ways([rule("firing")], [received()], {}, told, KNOWN, BEGAN + 4))[3][1] == ""


@pytest.mark.parametrize(
    ("status", "says", "more"),
    [
        ({"silencedBy": ["abc"]}, "silenced", "until 08:30:00"),
        ({"silencedBy": ["gone"]}, "silenced", ""),
        ({"inhibitedBy": ["00ff"]}, "inhibited", "by DatabaseDown"),
        ({"inhibitedBy": ["gone"]}, "inhibited", "by another alert"),
        ({"mutedBy": ["nights"]}, "muted", "by a time interval"),
    ],
)
def test_one_of_which_nobody_is_told(status: dict[str, list[str]], says: str, more: str) -> None:
    silences = {"abc": {"endsAt": "2027-01-15T08:30:00.000Z"}}
    other = {**received(), "fingerprint": "00ff", "labels": {"alertname": "DatabaseDown"}}
    here = [received("suppressed", **status), other]
    stations = only(*ways([rule("firing")], here, silences, [], KNOWN, BEGAN + 9))
    assert stations[2:] == [
        ("Alertmanager", "odd", says, more),
        ("inbox", "idle", "nobody is told", ""),
    ]


def test_one_that_has_ended_is_shown_until_its_end_is_old_news() -> None:
    told = [message("pager", "firing", BEGAN), message("pager", "resolved", BEGAN + 30)]
    stations = only(*ways([rule(None)], [], {}, told, KNOWN, BEGAN + 40))
    assert stations[2:] == [
        ("Alertmanager", "idle", "over", ""),
        ("inbox", "good", "resolved", "pager 08:00:30"),
    ]
    assert ways([rule(None)], [], {}, told, KNOWN, BEGAN + 200) == []
    untold = only(*ways([rule(None)], [received()], {}, told[:1], KNOWN, BEGAN + 5))
    assert untold[3] == ("inbox", "warn", "still firing", "the end is not told yet")


def test_one_that_alertmanager_has_no_longer_and_prometheus_still() -> None:
    """They are not asked at the same moment; it is one alert nevertheless."""
    told = [message("pager", "firing", BEGAN + 4), message("pager", "resolved", BEGAN + 30)]
    stations = only(*ways([rule("firing")], [], {}, told, KNOWN, BEGAN + 31))
    assert [state for _, state, _, _ in stations] == ["warn", "bad", "", ""]


def test_two_of_one_name_are_told_apart_and_the_dead_mans_switch_is_left_out() -> None:
    rules = [
        rule("firing", node="shop-1"),
        rule("firing", instance="web-1"),
        rule("firing", name="Watchdog"),
        rule(None, name="DiskFull"),
    ]
    found = ways(rules, [], {}, [message("heartbeat", "firing", BEGAN)], KNOWN, BEGAN + 4)
    assert [(one.alert, one.about) for one in found] == [
        ("ReplicaDown", "web-2"),
        ("ReplicaDown", "web-1"),
    ]
    assert quiet(rules) == ["DiskFull"]
