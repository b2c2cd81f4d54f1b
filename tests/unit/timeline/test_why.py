"""Why was I (not) paged? Judged on answers made up for Prometheus, Alertmanager and the inbox."""

from typing import cast

import pytest
from matplotlib.patches import Rectangle

from lab_helpers.errors import WorkshopError
from lab_helpers.timeline import Step, Timeline, fingerprint
from lab_helpers.timeline.alerts import Rule, run_since
from tests.unit.timeline.world import CONFIG, FIRES, LABELS, World, stamp


def names(line: Timeline) -> list[str]:
    return [step.name for step in line.steps]


def test_the_whole_way() -> None:
    world = World(*FIRES)
    world.deliver(-4, "firing")
    world.deliver(-3.9, "firing", "shop@x")
    line = world.why()
    way = ["sample", "pending", "firing", "routed", "grouped", "waits", "delivered", "delivered"]
    assert names(line) == way
    assert line.paged
    assert line.verdict == "Paged: Down reached pager, 5.6 s after; shop@x, 5.7 s after."
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
    assert "nothing says why pager got no message" in world.why().verdict
    world.silence(-60, 60, alertname="Down")
    line = world.why()
    assert line.verdict == "Not paged: Down fired, but was silenced (planned; by me)."
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
    world.deliver(-20, "resolved")
    line = world.why()
    assert not line.paged
    assert line.steps[-1].what == "nothing so far"
    del world.messages[1]  # its end was never told: to fire again is no news
    line = world.why()
    assert not line.paged
    assert "pager was told at" in line.verdict
    assert "deduplicated" in names(line)


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
    assert run_since(samples, 3.0, 1.0, 5.0) == (3.4, None, None)
    assert run_since(samples, 3.0, 1.0, 20.0) == (3.4, None, 5.4)
    assert run_since(samples[:2], 0.0, 1.0, 2.0) == (0.4, 1.4, None)


def test_external_labels_reach_alertmanager_and_an_alert_is_known_by_them_after_its_end() -> None:
    world = World(*[(at - 20, state) for at, state in FIRES])
    world.external = {"region": "eu", "severity": "none"}  # the alert's own severity stays
    world.deliver(-24, "firing")
    line = world.why()
    assert line.verdict == "Paged: Down reached pager, 5.6 s after."
    assert line.labels == {**LABELS, "region": "eu"}


def test_an_alert_that_ended_before_its_groups_turn() -> None:
    world = World(*[(at - 20, state) for at, state in FIRES])
    world.config = CONFIG.replace("group_wait: 1s", "group_wait: 1m")
    assert "Down fired, but ended before its group had a turn, at" in world.why().verdict


def test_prometheus_may_send_it_elsewhere() -> None:
    world = World(*[(at - 20, state) for at, state in FIRES])
    world.sends_to = ["other:9093"]
    words = "alertmanager sends its alerts to other:9093, not to alertmanager:9093"
    assert world.why().verdict == f"Not paged: Down fired, but {words}."
    world.sends_to = []
    assert "sends its alerts to no Alertmanager" in world.why().verdict


def test_a_delivery_that_fails_is_counted_from_the_log() -> None:
    world = World(*FIRES)
    at, group = stamp(world.now - 4), r'aggrGroup="{}:{alertname=\"Down\"}"'
    whom = "receiver=pager integration=webhook[0]"
    failed = f'time={at} level=WARN msg="Notify attempt failed, will retry later" {whom} {group}'
    world.log = f'{failed} attempts=1 err="unexpected status code 503: \\"no\\""\n'
    said = 'failed once (unexpected status code 503: "no"), and is tried again.'
    assert world.why().verdict.endswith(f"the delivery to pager/webhook[0] {said}")
    gone = stamp(world.now - 2)
    canceled = (
        "pager/webhook[0]: notify retry canceled after 7 attempts: unexpected status code 503"
    )
    world.log += (
        f'time={gone} level=ERROR msg="Notify for alerts failed" {group} err="{canceled}"\n'
    )
    said = "failed 7 times (unexpected status code 503), and is tried again at the next turn."
    assert world.why().verdict.endswith(f"the delivery to pager/webhook[0] {said}")
    world.deliver(-1, "firing")
    world.log += f'time={stamp(world.now - 1)} msg="Notify success" {whom} {group} attempts=3\n'
    line = world.why()
    assert line.paged
    (step,) = (step for step in line.steps if step.name == "failed")
    assert step.what == "pager/webhook[0] failed 9 times: unexpected status code 503"
    assert step.end == pytest.approx(world.now - 1, abs=0.01)


def test_a_rule_is_told_from_another_of_the_same_name() -> None:
    warning = Rule("Down", "up == 0", 3, 1, {"severity": "warning", "team": "{{ $labels.team }}"})
    critical = Rule("Down", "up == 0", 9, 1, {"severity": "critical"})
    assert [rule.made(LABELS) for rule in (warning, critical)] == [False, True]


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
