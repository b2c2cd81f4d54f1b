"""Why was I (not) paged? Judged on answers made up for Prometheus, Alertmanager and the inbox."""

import json
import time
from typing import Any, cast

import pytest
from matplotlib.patches import Rectangle

from lab_helpers.errors import WorkshopError
from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.inbox import InboxContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.timeline import Step, Timeline, fingerprint, why_paged
from lab_helpers.timeline.why import _last_run, _match

LABELS = {"alertname": "Down", "instance": "a", "severity": "critical"}


class World:
    """All three services: one alert `Down` of which the test says what happened when."""

    def __init__(self, *samples: tuple[float, str]) -> None:
        self.now = time.time()
        self.samples = [(self.now + at, state) for at, state in samples]
        self.silences: list[dict[str, Any]] = []
        self.inhibited: list[str] = []
        self.messages: list[dict[str, Any]] = []
        self.more: list[dict[str, Any]] = []
        self.refused = 0
        self.name = "prometheus"

    def raw(self, path: str = "", **params: Any) -> Any:
        if path == "":
            return self.messages
        return json.loads(json.dumps(getattr(self, path.replace("/", "_"))(**params)))

    def rules(self, **_: Any) -> Any:
        rule = {"name": "Down", "query": "up\n ==  0", "duration": 3}
        return {"groups": [{"interval": 1, "rules": [rule]}]}

    def query(self, query: str) -> Any:
        if "ALERTS_FOR_STATE" in query:
            return {"result": [{"value": [0, str(int(self.samples[0][0]))]}]}
        found = []
        for state in ("pending", "firing"):
            if values := [(at, "1") for at, was in self.samples if was == state]:
                metric = {"__name__": "ALERTS", "alertstate": state, **LABELS}
                found.append({"metric": metric, "values": values})
        return {"result": found + self.more}

    def query_range(self, start: str, **_: Any) -> Any:
        other = {"metric": {"__name__": "up", "instance": "b"}, "values": [[float(start), "7"]]}
        ours = {
            "metric": {"__name__": "up", "instance": "a"},
            "values": [[float(start) + 0.4, "0"]],
        }
        return {"result": [ours, other]}

    def alerts(self, **_: Any) -> Any:
        status = {"inhibitedBy": self.inhibited}
        node = {"labels": {"alertname": "NodeDown"}, "fingerprint": "n", "status": {}}
        node["startsAt"] = "2026-01-01T00:00:00.123456789Z"
        return [{"labels": LABELS, "fingerprint": fingerprint(LABELS), "status": status}, node]

    def alerts_groups(self, **_: Any) -> Any:
        mine = {"fingerprint": fingerprint(LABELS)}
        group = {"labels": {"alertname": "Down"}, "receiver": {"name": "pager"}}
        return [{**group, "alerts": [mine, {"fingerprint": "x"}]}]

    def routes(self, **_: str) -> list[str]:
        return ["pager", "shop"]

    def deliver(self, at: float, status: str, to: str = "pager") -> None:
        alerts = [{"fingerprint": fingerprint(LABELS), "status": status}]
        self.messages.append(
            {"alerts": alerts, "arrived": self.now + at, "via": "webhook", "to": to}
        )

    def silence(self, begin: float, end: float, **labels: str) -> None:
        def text(at: float) -> str:
            moment = time.gmtime(self.now + at)
            return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", moment)

        matchers = [{"name": n, "value": v, "isRegex": False} for n, v in labels.items()]
        self.silences.append(
            {
                "startsAt": text(begin),
                "endsAt": text(end),
                "matchers": matchers,
                "comment": "planned",
            }
        )

    def why(self, **labels: str) -> Timeline:
        return why_paged(
            cast("PrometheusContainer", self),
            cast("AlertmanagerContainer", _Asked(self)),
            cast("InboxContainer", self),
            "Down",
            **labels,
        )


class _Asked:
    """An Alertmanager whose silences are the world's."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.routes = world.routes

    def raw(self, path: str) -> Any:
        return self.world.silences if path == "silences" else self.world.raw(path)


FIRES = [
    *[(at, "pending") for at in (-9.0, -8.0, -7.0)],
    *[(at, "firing") for at in (-6.0, -5.0, -4.0, -3.0, -2.0, -1.0, 0.0)],
]


def names(line: Timeline) -> list[str]:
    return [step.name for step in line.steps]


def test_the_whole_way() -> None:
    world = World(*FIRES)
    world.deliver(-4, "firing")
    world.deliver(-3.9, "firing", "shop@x")
    line = world.why()
    way = ["sample", "pending", "firing", "grouped", "routed", "delivered", "delivered"]
    assert names(line) == way
    assert line.paged
    assert line.verdict == "Paged: Down reached pager, shop@x, 5.6 s after."
    table = line.table.set_index("step")
    assert table.after["pending"] == 0.6  # the sample came 0.6 s before the evaluation
    assert table.after["firing"] == 3.6
    assert "one of 2 under alertname=Down, for pager" in set(table.what)
    assert table.what["sample"] == "value 0 of up == 0"


def test_nothing_happened() -> None:
    line = World().why()
    assert line.verdict == "Not paged: the condition of Down did not hold in the last 2m."
    assert not line.paged
    assert line.table.after.isna().all()


def test_it_is_pending_or_was() -> None:
    still = World((-1.0, "pending"), (0.0, "pending")).why()
    assert still.verdict == "Not paged: Down has for: 3s, and is still pending."
    over = World((-9.0, "pending"), (-8.0, "pending")).why()
    assert over.verdict == "Not paged: Down has for: 3s, and the condition ended before that."


def test_a_silence_counts_only_if_it_matches_and_is_in_time() -> None:
    world = World(*FIRES)
    world.silence(-60, -20, alertname="Down")  # over before
    world.silence(-60, 60, alertname="Down", instance="b")  # another one's
    assert "nothing arrived" in world.why().verdict
    world.silence(-60, 60, alertname="Down")
    line = world.why()
    assert line.verdict == "Not paged: Down fired, but was silenced (planned)."
    world.deliver(-1, "firing")  # it arrived after all: the silence came late, or ended
    assert world.why().paged


def test_inhibition_names_its_cause() -> None:
    world = World(*FIRES)
    world.inhibited = ["n"]
    line = world.why()
    assert line.verdict == "Not paged: Down fired, but was inhibited (by NodeDown)."


def test_a_message_from_before_is_not_this_one() -> None:
    world = World(*FIRES)
    world.deliver(-30, "firing")
    world.refused = 4
    line = world.why()
    assert not line.paged
    assert "4 turned away" in line.steps[-1].what


def test_a_resolved_message_alone_is_no_page() -> None:
    world = World(*[(at - 20, state) for at, state in FIRES])
    world.deliver(-10, "resolved")
    line = world.why()
    assert "resolved" in names(line)
    assert not line.paged


def test_several_alerts_must_be_told_apart() -> None:
    world = World(*FIRES)
    metric = {"__name__": "ALERTS", "alertstate": "firing", **LABELS, "instance": "b"}
    world.more = [{"metric": metric, "values": [(world.now, "1")]}]
    with pytest.raises(WorkshopError, match=r'2 alerts are called Down\. Add: instance="a"'):
        world.why()


def test_the_last_run_begins_when_prometheus_says_and_ends_at_a_gap() -> None:
    samples = [(0.4, "pending"), (1.4, "firing"), (3.4, "pending"), (4.4, "pending")]
    assert _last_run(samples, 3.0, 1.0, 5.0) == (3.4, None, None)
    assert _last_run(samples, 3.0, 1.0, 20.0) == (3.4, None, 5.4)
    assert _last_run(samples[:2], 0.0, 1.0, 2.0) == (0.4, 1.4, None)


@pytest.mark.parametrize(
    ("matcher", "holds"),
    [
        ({"value": "critical", "isRegex": False}, True),
        ({"value": "crit", "isRegex": False}, False),
        ({"value": "crit.*", "isRegex": True}, True),
        ({"value": "crit", "isRegex": True}, False),  # a pattern matches the whole value
        ({"value": "critical", "isRegex": False, "isEqual": False}, False),
        ({"name": "absent", "value": "", "isRegex": False}, True),
    ],
)
def test_matchers_are_read_as_alertmanager_reads_them(matcher: dict[str, Any], holds: bool) -> None:
    assert _match([{"name": "severity", **matcher}], LABELS) is holds


def test_fingerprints_are_those_of_a_real_alertmanager() -> None:
    labels = {"alertname": "Watchdog", "severity": "none", "team": "platform"}
    assert fingerprint(labels) == "457a6b9f2a46e10c"


def test_the_picture_has_a_row_for_each_step_that_took_place() -> None:
    steps = [Step("sample", "x", 10.0), Step("firing", "x", 11.0, 13.0), Step("delivered", "none")]
    axes = Timeline("Not paged.", LABELS, steps, now=15.0).plot()
    assert [label.get_text() for label in axes.get_yticklabels()] == ["sample", "firing"]
    assert [cast("Rectangle", patch).get_width() for patch in axes.patches] == [5.0, 2.0]
    assert axes.get_title(loc="left") == "Not paged."
    html = Timeline("a < b", LABELS, steps)._repr_html_()
    assert "a &lt; b" in html
