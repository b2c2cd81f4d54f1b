"""Routes, inhibition rules and time intervals as `why_paged` reads them, held against Alertmanager.

Trees, labels and intervals are drawn from a seed, which is printed.
"""

import random
import re
import shlex
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import yaml

from lab_helpers.services.alertmanager import CONFIG, AlertmanagerContainer
from lab_helpers.timeline.matchers import quoted
from lab_helpers.timeline.routing import Configuration, Route, group_key

SEED = random.randrange(2**32)
TREES, ALERTS = 10, 20
NAMES = ["alertname", "severity", "team", "config", "self", "foo.bar", "a b", 'q"uote', "ünï", "💥"]
VALUES = [
    "", "x", "xy", "very high", 'say "hi"', "{a,b}", "two\nlines", "back\\slash", "🔥", "1.5",
    "a=b", " x ", "tab\there", "true", "null", "~", "0x1f",
]  # fmt: skip
PATTERNS = [
    "x.*", ".*", ".+", "(x|very high)", r"\d+\.\d", "[^a-z]+", ".*\n.*", r"two\slines", "two.lines",
    r"\pL+", "(?i)X", "", "(?s)two.lines", r"\x{1F525}",
]  # fmt: skip


@pytest.fixture(scope="module")
def alertmanager() -> Iterator[AlertmanagerContainer]:
    with AlertmanagerContainer(_config({"receiver": "r0"})) as running:
        yield running


def _config(route: dict[str, Any], **more: Any) -> str:
    receivers = [{"name": f"r{number}"} for number in range(100)]
    shown: str = yaml.safe_dump(
        {"route": route, "receivers": receivers, **more}, allow_unicode=True
    )
    return shown


def _matcher(draw: random.Random) -> str:
    sign = draw.choice(["=", "=", "!=", "=~", "!~"])
    text = draw.choice(PATTERNS if "~" in sign else VALUES)
    return f"{quoted(draw.choice(NAMES))} {sign} {quoted(text)}"


def _route(draw: random.Random, depth: int) -> dict[str, Any]:
    route: dict[str, Any] = {"matchers": [_matcher(draw) for _ in range(draw.randint(0, 2))]}
    if draw.random() < 0.3:  # as it was written of old
        route["match"] = {"team": draw.choice(VALUES[1:])}
        route["match_re"] = {"severity": draw.choice(["x|y", "very.*", "."])}
    if draw.random() < 0.7:
        route["receiver"] = f"r{draw.randrange(100)}"
    if draw.random() < 0.5:
        route["continue"] = draw.random() < 0.7
    if draw.random() < 0.4:
        some = draw.sample(NAMES, draw.randint(1, 3))
        route["group_by"] = ["..."] if draw.random() < 0.3 else some
    if depth:
        route["routes"] = [_route(draw, depth - 1) for _ in range(draw.randint(0, 3))]
    return route


def _labels(draw: random.Random) -> dict[str, str]:
    some = draw.sample(NAMES, draw.randint(1, 5))
    return {name: value for name in some if (value := draw.choice(VALUES))}


def _lines(route: Route) -> Iterator[str]:
    """The tree as amtool draws it, without the branches' lines."""
    own = [str(route) if route.matchers else "default-route"]
    own += ["continue: true"] * route.goes_on + [f"receiver: {route.receiver}"]
    yield "  ".join(own)
    for below in route.routes:
        yield from _lines(below)


def test_any_alert_goes_through_any_tree_as_amtool_says(
    alertmanager: AlertmanagerContainer,
) -> None:
    print("seed", SEED)
    draw = random.Random(SEED)
    taken = 0
    for _ in range(TREES):
        top = {"receiver": "r0", "routes": [_route(draw, 2) for _ in range(3)]}
        alertmanager.reload(_config(top))
        ours = Configuration.read(alertmanager.raw("status")["config"]["original"])
        drawn = alertmanager.routing_tree().splitlines()[2:]
        assert [re.sub(r"^[│├└─\s\u00a0]+", "", line) for line in drawn] == list(_lines(ours.route))
        alerts = [_labels(draw) for _ in range(ALERTS)]
        for labels, theirs in zip(alerts, _amtool(alertmanager, alerts), strict=True):
            found = [route.receiver for route in ours.route.match(labels)]
            assert ",".join(found) == theirs, (labels, top)
            taken += found != ["r0"]
        assert alertmanager.routes(**labels) == found
    assert taken > TREES * ALERTS / 4  # most trees do something


def _amtool(alertmanager: AlertmanagerContainer, alerts: list[dict[str, str]]) -> list[str]:
    """The receivers of each alert, in amtool's words."""
    test = f"amtool config routes test --config.file={CONFIG} --"
    words = [[f"{quoted(n)}={quoted(text)}" for n, text in labels.items()] for labels in alerts]
    script = "\n".join(f"{test} {shlex.join(each)}" for each in words)
    return alertmanager.run("sh", "-c", script).splitlines()


def test_groups_and_inhibition_are_those_of_alertmanager(
    alertmanager: AlertmanagerContainer,
) -> None:
    print("seed", SEED)
    draw = random.Random(SEED + 1)
    route = {"receiver": "r0", "routes": [_route(draw, 2) for _ in range(4)], "group_wait": "1h"}
    rules = [
        {
            "source_matchers": [_matcher(draw)],
            "target_matchers": [_matcher(draw)],
            "equal": draw.sample(["alertname", "severity", "team"], draw.randint(0, 2)),
        }
        for _ in range(3)
    ]
    pair = {"source_matchers": ["alertname=cause"], "target_matchers": ["alertname=effect"]}
    rules.append({**pair, "equal": []})
    alertmanager.reload(_config(route, inhibit_rules=rules))
    ours = Configuration.read(alertmanager.raw("status")["config"]["original"])
    alerts = {tuple(sorted(_labels(draw).items())): None for _ in range(60)}
    known = [*map(dict, filter(None, alerts)), {"alertname": "cause"}, {"alertname": "effect"}]
    _post(alertmanager, known)
    mine = {
        (route.receiver, *sorted(route.group(labels).items()), *sorted(labels.items()))
        for labels in known
        for route in ours.route.match(labels)
    }
    found: list[dict[str, Any]] = []

    def theirs() -> set[Any]:
        found[:] = alertmanager.raw("alerts/groups")
        return {
            (
                group["receiver"]["name"],
                *sorted(group["labels"].items()),
                *sorted(alert["labels"].items()),
            )
            for group in found
            for alert in group["alerts"]
        }

    _settles(theirs, mine)
    fires = {alert["fingerprint"]: alert["labels"] for g in found for alert in g["alerts"]}
    held = {a["fingerprint"]: a["status"]["inhibitedBy"] for g in found for a in g["alerts"]}
    assert any(held.values())
    for mark, by in held.items():
        for source in by:
            assert any(r.holds_back(fires[mark], fires[source]) for r in ours.inhibit_rules)
        could = [
            other
            for other, labels in fires.items()
            if any(rule.holds_back(fires[mark], labels) for rule in ours.inhibit_rules)
        ]
        assert by or not _certain(ours, fires, mark, could), (fires[mark], could)


def _certain(
    ours: Configuration, fires: dict[str, dict[str, str]], mark: str, could: list[str]
) -> bool:
    """Whether Alertmanager must hold an alert back.

    Of several sources that are equal in all that counts, it keeps one; if that one is a target
    too, it may overlook the others.
    """
    for rule in ours.inhibit_rules:
        same = [
            labels
            for labels in fires.values()
            if all(one.matches(labels) for one in rule.source)
            and all(labels.get(n, "") == fires[mark].get(n, "") for n in rule.equal)
        ]
        if same and all(rule.holds_back(fires[mark], labels) for labels in same):
            return True
    return False


def test_time_intervals_hold_when_alertmanager_mutes(alertmanager: AlertmanagerContainer) -> None:
    print("seed", SEED)
    draw = random.Random(SEED + 2)
    intervals = [{"name": f"i{n}", "time_intervals": [_interval(draw)]} for n in range(60)]
    routes = [
        {"matchers": [f"n = {n}"], "mute_time_intervals": [f"i{n}"], "continue": False}
        for n in range(60)
    ]
    top = {"receiver": "r0", "group_by": ["n"], "group_wait": "0s", "routes": routes}
    if time.time() % 60 > 55:
        time.sleep(60 - time.time() % 60)  # intervals begin and end with a minute
    alertmanager.reload(_config(top, time_intervals=intervals))
    ours = Configuration.read(alertmanager.raw("status")["config"]["original"])
    _post(alertmanager, [{"alertname": "x", "n": str(n)} for n in range(60)])
    expected = {
        str(n): [f"i{n}"] for n in range(60) if ours.intervals.holding([f"i{n}"], time.time())
    }
    assert 5 < len(expected) < 55

    def muted() -> dict[str, list[str]]:
        return {
            group["labels"]["n"]: group["alerts"][0]["status"]["mutedBy"]
            for group in alertmanager.raw("alerts/groups")
            if group["labels"].get("n") and group["alerts"][0]["status"]["mutedBy"]
        }

    _settles(muted, expected)


def _settles(seen: Callable[[], Any], wanted: Any) -> None:
    """Alertmanager takes what it is told a moment later."""
    deadline = time.monotonic() + 5
    while (last := seen()) != wanted and time.monotonic() < deadline:
        time.sleep(0.05)
    assert last == wanted


def _interval(draw: random.Random) -> dict[str, Any]:
    """An interval that has begun, ended or begins about now, somewhere in the world."""
    zone = draw.choice(["UTC", "Europe/Lisbon", "Asia/Kathmandu", "America/St_Johns", "Local"])
    now = datetime.now(UTC)
    minute = now.hour * 60 + now.minute
    interval: dict[str, Any] = {"location": zone}
    if draw.random() < 0.6:
        begin = max(0, min(1430, minute + draw.choice([-600, -61, -2, 2, 61, 400])))
        end = max(begin + 1, min(1440, minute + draw.choice([-30, 3, 63, 700])))
        interval["times"] = [
            {
                "start_time": f"{begin // 60:02}:{begin % 60:02}",
                "end_time": f"{end // 60:02}:{end % 60:02}",
            }
        ]
    if draw.random() < 0.4:
        days = [now.strftime("%A"), (now + timedelta(days=draw.randint(-1, 2))).strftime("%A")]
        interval["weekdays"] = [draw.choice([days[0], days[1], "monday:friday", "Sunday"])]
    if draw.random() < 0.4:
        interval["days_of_month"] = [
            draw.choice([f"{max(1, now.day - 1)}:{now.day}", f"{now.day}", "-1", "-5:-1", "29:31"])
        ]
    if draw.random() < 0.3:
        interval["months"] = [draw.choice([now.strftime("%B"), str(now.month), "june:december"])]
    if draw.random() < 0.3:
        interval["years"] = [draw.choice([str(now.year), f"2020:{now.year}", "1999"])]
    return interval


def _post(alertmanager: AlertmanagerContainer, alerts: list[dict[str, str]]) -> None:
    url = f"{alertmanager.url}/api/v2/alerts"
    body = [{"labels": labels} for labels in alerts]
    answer = requests.post(url, json=body, timeout=10)
    assert answer.ok, answer.text


def test_a_groups_key_is_the_one_in_the_messages() -> None:
    route = Route.read({"receiver": "r", "routes": [{"match_re": {"a": "b|c"}}]}).routes[0]
    group = {"alertname": 'x "y"\n', "z": "🔥"}
    assert group_key(route, group) == r'{}/{a=~"^(?:b|c)$"}:{alertname="x \"y\"\n", z="🔥"}'
