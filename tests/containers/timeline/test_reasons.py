"""Every reason for which Alertmanager pages or does not, on real services, seconds long.

The alerts fire once, side by side; each is asked about while it fires, and after its end, when
Alertmanager has forgotten it. Where Alertmanager records its events, the answers are held against
them.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.timeline import Timeline, fingerprint, why_paged
from tests.reason_lab import ALERTS, ANY_NAMES, HARD, ROUTING, ReasonLab

EVENTS = "/tmp/events.jsonl"
#: The names of the steps, in Alertmanager's order.
ORDER = [
    "sample", "pending", "firing", "routed", "grouped", "waits", "inhibited", "muted", "silenced",
    "deduplicated", "failed", "delivered", "resolved",
]  # fmt: skip


@dataclass
class Told:
    """What `why_paged` said while the alerts fired and afterwards, and what was recorded."""

    lab: ReasonLab
    live: dict[str, Timeline]
    late: dict[str, Timeline]
    live_states: dict[str, dict[str, list[str]]]
    events: list[dict]


def recorder() -> tuple[tuple[str, ...], str]:
    """The features and the configuration that switch on the event recorder, if there is one."""
    with AlertmanagerContainer(ROUTING) as alertmanager:
        version = alertmanager.raw("status")["versionInfo"]["version"]
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < (0, 33):
        return (), ROUTING
    return (
        "event-recorder",
    ), ROUTING + f"\nevent_recorder: {{file_outputs: [{{path: {EVENTS}}}]}}\n"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Let everything happen: Again and Brief end early, and Again fires once more."""
    features, routing = recorder()
    with ReasonLab(tmp_path_factory.mktemp("reasons"), features, routing) as lab:
        lab.alertmanager.silence("planned work", "10m", alertname="Quiet")
        lab.fire(ALERTS.keys() - {"Symptom"})  # what inhibits has to be there first
        lab.wait_until(lambda: lab.why("Again").paged and lab.why("Cause").paged, "both are told")
        lab.fire(ALERTS.keys() - {"Brief", "Again"})
        lab.wait_until(lambda: _ended(lab.why("Again")), "Again is over")
        lab.fire(ALERTS.keys() - {"Brief"})
        lab.wait_until(lambda: not _ended(lab.why("Again")), "it fires again")
        lab.wait_until(
            lambda: "failed" in lab.why("Unreachable").verdict and lab.why("Half").paged,
            "what can be told is told",
        )
        live = {name: lab.why(name) for name in ALERTS}
        states = {
            alert["labels"]["alertname"]: alert["status"]
            for group in lab.alertmanager.raw("alerts/groups")
            for alert in group["alerts"]
        }
        lab.fire(["Cause"])  # what inhibits goes last
        lab.wait_until(lambda: _has(lab) == {"Cause"}, "Alertmanager has forgotten all others")
        lab.fire(())
        lab.wait_until(lambda: not _has(lab), "Alertmanager has forgotten all of them")
        lab.wait_until(lambda: all(_ended(lab.why(name)) for name in live), "all have ended")
        late = {name: lab.why(name) for name in ALERTS}
        both = (lab.alertmanager, lab.second) if features else ()
        lines = [line for one in both for line in one.run("cat", EVENTS).splitlines()]
        events = [json.loads(line)["data"] for line in lines]
        yield Told(lab, live, late, states, events)


def _has(lab: ReasonLab) -> set[str]:
    """The names of the alerts that Alertmanager has."""
    return {alert["labels"]["alertname"] for alert in lab.alertmanager.raw("alerts")}


def _ended(line: Timeline) -> bool:
    return all(step.end is not None for step in line.steps if step.name == "firing")


def steps(line: Timeline, name: str) -> list[str]:
    return [step.what for step in line.steps if step.name == name]


VERDICTS = {
    "Muted": "Not paged: Muted fired, but was muted by the time interval always.",
    "Outside": "Not paged: Outside fired, but was outside of the active time interval last "
    "century.",
    "Quiet": "Not paged: Quiet fired, but was silenced (planned work; by workshop).",
    "Symptom": "Not paged: Symptom fired, but was inhibited (by Cause).",
    "Nobody": "Not paged: Nobody fired, but its receiver nobody has no integration, so nobody is "
    "told.",
    "Dropped": "Not paged: Dropped fired, but alert_relabel_configs drop it (way = 'dropped' "
    "matches dropped).",
}


@pytest.mark.parametrize("name", VERDICTS)
def test_what_keeps_an_alert_back_is_named_while_it_fires_and_long_after(
    told: Told, name: str
) -> None:
    assert told.live[name].verdict == VERDICTS[name]
    assert told.late[name].verdict == VERDICTS[name]
    assert not told.late[name].paged


def test_alertmanager_says_the_same_of_what_it_keeps_back(told: Told) -> None:
    states = told.live_states
    (cause,) = states["Symptom"]["inhibitedBy"]
    assert cause == fingerprint(told.live["Cause"].labels)
    assert states["Muted"]["mutedBy"] == ["always"]
    assert states["Outside"]["mutedBy"] == ["last century"]
    (silence,) = states["Quiet"]["silencedBy"]
    for line in (told.live["Quiet"], told.late["Quiet"]):
        assert steps(line, "silenced") == [f"planned work; by workshop, silence {silence}"]
    rule = '{alertname="Cause"} → {alertname="Symptom"}, equal: [region]'
    for line in (told.live["Symptom"], told.late["Symptom"]):
        assert steps(line, "inhibited") == [f"by Cause; rule {rule}"]


def test_the_steps_are_in_alertmanagers_order(told: Told) -> None:
    for line in [*told.live.values(), *told.late.values()]:
        names = [step.name for step in line.steps]
        if "resolved" in names:  # what is told of the end comes last
            names = names[: names.index("resolved") + 1]
        assert names == sorted(names, key=ORDER.index), line


def test_hard_labels_are_labels_like_any_other(told: Told) -> None:
    lab = told.lab
    services = lab.prometheus, lab.alertmanager, lab.inbox
    line = why_paged(*services, "Instance Down", HARD)  # `last` is one of them
    assert line.paged
    plain = {name: text for name, text in HARD.items() if name != "last"}
    assert why_paged(*services, "Instance Down", last="3m", **plain).labels == line.labels
    other = why_paged(*services, "Instance Down", self="another")
    assert other.verdict.endswith("did not hold in the last 2m.")
    assert set(steps(told.live["Instance Down"], "delivered")) == {
        "firing: webhook to pager a",
        "firing: e-mail to mail@shop.example.com",
    }
    sent = {"alertname": "Instance Down", "way": "hard", "region": "europe", **HARD}
    sent |= {"name": "Instance Down", "job": "signals", "instance": "signals:8000"}
    assert line.labels == sent
    both = {"pager a", "mail@shop.example.com"}  # at the same moment, so either may be first
    said = told.late["Instance Down"].verdict.removeprefix("Paged: Instance Down reached ")
    assert {part.rpartition(", ")[0] for part in said.split("; ")} == both, said
    assert lab.alertmanager.routes(**sent) == ["pager.a", "mail"]
    mails = [one for one in lab.inbox.raw() if one["via"] == "e-mail"]
    assert {tuple(map(dict.__len__, one["alerts"])) for one in mails} == {(3,)}
    assert {one["alerts"][0]["fingerprint"] for one in mails} == {fingerprint(sent)}
    assert {one["alerts"][0]["alertname"] for one in mails} == {"Instance Down"}
    silence = lab.alertmanager.silence("hard", "1m", **sent)
    given = next(one for one in lab.alertmanager.raw("silences") if one["id"] == silence)
    assert {one["name"]: one["value"] for one in given["matchers"]} == sent


def test_a_label_may_have_any_name_that_prometheus_takes(told: Told) -> None:
    line = told.late["Any Name"]
    assert line.paged
    if "foo.bar" not in line.labels:
        pytest.skip("this Prometheus takes letters, digits and underscores; 3 and newer take more")
    assert ANY_NAMES.items() <= line.labels.items()
    asked = told.lab.prometheus, told.lab.alertmanager, told.lab.inbox, "Any Name", ANY_NAMES
    assert why_paged(*asked).labels == line.labels
    assert told.lab.alertmanager.routes(**line.labels) == ["everyone"]


def test_a_route_is_shown_with_what_it_inherits(told: Told) -> None:
    first, second = steps(told.live["Instance Down"], "routed")
    timing = "group_by: [alertname], group_wait: 500ms, group_interval: 1s, repeat_interval: 1h"
    by = '{region="europe",severity="very high"}'
    assert first == f"to pager.a, by {by}, continue: true; {timing}"
    assert second == f'to mail, by {{severity="very high"}}; {timing}'


def test_one_receiver_is_told_apart_from_another(told: Told) -> None:
    for line in (told.live["Half"], told.late["Half"]):
        assert line.paged
        assert line.verdict.startswith("Paged: Half reached b, ")
        words = "Not pager.a: it was muted by the time interval always."
        assert line.verdict.endswith(words)


def test_a_group_that_waits_says_until_when_and_what_ended_before(told: Told) -> None:
    waits = r"but nothing arrived: its group waits until \d\d:\d\d:\d\d\.\d \(group_wait: 1h\)\.$"
    assert re.search(waits, told.live["Slow"].verdict)
    assert told.live["Slow"].verdict.startswith("Not paged (yet): Slow fired, for everyone, ")
    ended = r"but ended before its group had a turn, at \d\d:\d\d:\d\d\.\d \(group_wait: 1h\)\.$"
    for line in (told.live["Brief"], told.late["Brief"], told.late["Slow"]):
        assert re.search(ended, line.verdict), line
    (wait,) = (step for step in told.live["Slow"].steps if step.name == "waits")
    assert wait.end is not None
    assert wait.begin is not None
    assert wait.end - wait.begin == pytest.approx(3600)


def test_a_message_leaves_when_the_group_has_its_turn(told: Told) -> None:
    (wait,) = (step for step in told.live["Cause"].steps if step.name == "waits")
    sent = next(step for step in told.live["Cause"].steps if step.name == "delivered")
    assert wait.end == pytest.approx(sent.begin, abs=1.0)


def test_what_fails_is_counted_with_its_answer(told: Told) -> None:
    refused, away = told.live["Refused"], told.live["Unreachable"]
    assert "and is tried again at the next turn." in refused.verdict
    (words,) = steps(refused, "failed")
    assert re.match(r"refused/webhook\[0\] failed \d+ times: unexpected status code 404: ", words)
    (words,) = steps(away, "failed")
    found = re.match(r"unreachable/webhook\[0\] failed (\d+) times: .*connection refused$", words)
    assert found, words
    assert int(found[1]) >= 2  # the log has the first alone
    assert away.verdict.startswith(
        "Not paged (yet): Unreachable fired, for unreachable, but nothing arrived: the delivery to "
        "unreachable/webhook[0] failed "
    )
    for name in ("Refused", "Unreachable"):
        words = f"Not paged: {name} fired, but the delivery to "
        assert told.late[name].verdict.startswith(words)


def test_what_was_told_before_is_not_told_again(told: Told) -> None:
    line = told.live["Again"]
    assert re.match(
        r"Not paged \(yet\): Again fired, for pager\.b, but nothing arrived: pager\.b was told at "
        r"\S+, before it ended and fired again \(repeat_interval: 1h\)\.$",
        line.verdict,
    )
    assert len(steps(line, "deduplicated")) == 1


def test_who_of_the_cluster_sends_it(told: Told) -> None:
    (words,) = steps(told.live["Cause"], "deduplicated")
    (message,) = [one for one in told.lab.inbox.raw() if one["alerts"][0]["alertname"] == "Cause"][
        :1
    ]
    senders = {
        one.url.removeprefix("http://"): one for one in (told.lab.alertmanager, told.lab.second)
    }
    sender = senders[message["sender"]]
    if sender is told.lab.alertmanager:
        assert words == "alertmanager sends it to pager.b, the other member keeps quiet"
    else:
        assert words == "another member sends it to pager.b, alertmanager keeps quiet"


def test_whether_the_end_was_told(told: Told) -> None:
    (words,) = steps(told.late["Instance Down"], "resolved")
    assert words == "the condition no longer holds; pager.a was told; mail was told"
    (words,) = steps(told.late["Cause"], "resolved")
    assert words.endswith("; pager.b does not hear of that (send_resolved: false)")
    (words,) = steps(told.late["Muted"], "resolved")
    assert words == "the condition no longer holds"  # nobody knew of it


def test_an_answer_is_what_alertmanager_recorded(told: Told) -> None:
    if not told.events:
        pytest.skip("this Alertmanager has no event recorder; 0.33 and newer have")
    for name, line in told.late.items():
        mark = str(int(fingerprint(line.labels), 16))
        grouped, held = set(), set()
        hashes, notified = set(), []
        for event in told.events:
            ((kind, data),) = event.items()
            if kind == "alertGrouped" and data["alert"]["details"]["fingerprint"] == mark:
                grouped.add(data["groupInfo"]["receiverName"])
                hashes.add(data["alert"]["hash"])
            elif kind.endswith("MutedAlert") and data["mutedAlert"]["fingerprint"] == mark:
                held.add("silenced" if kind.startswith("silence") else "inhibited")
            elif kind == "notification":
                notified.append(data)
        reached = {
            data["groupInfo"]["receiverName"]
            for data in notified
            if hashes & {alert["hash"] for alert in data.get("firingAlerts", ())}
        }
        routed = {words.split(", by ")[0].removeprefix("to ") for words in steps(line, "routed")}
        assert grouped == routed, name
        assert held == {step.name for step in line.steps} & {"silenced", "inhibited"}, name
        told_of = [words for words in steps(line, "delivered") if words.startswith("firing")]
        if name != "Again":  # that was told of the first time that it fired
            assert len(reached) == len(told_of), name
