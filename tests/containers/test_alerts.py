"""Chapter 06 for real: from six faults to the inbox, and the many ways of not being paged."""

import time
from collections.abc import Callable, Iterator

import pytest
import requests

from lab_helpers.alertmanager import AlertmanagerContainer
from lab_helpers.errors import ConfigurationRefused, WorkshopError
from lab_helpers.inbox import InboxContainer
from lab_helpers.prometheus import PrometheusContainer
from lab_helpers.timeline import Timeline, fingerprint, why_paged
from lab_helpers.traffic import Traffic
from tests.alert_lab import FILES, TARGETS, AlertLab

ROUTING = (FILES / "alertmanager.yml").read_text()
DISK = (FILES / "disk.prom").read_text()
FULL = DISK.replace("3.4e+10", "2e+09")
SINKS = {"ReplicaDown": 2, "DatabaseDown": 2, "ErrorsHigh": 2}  # receivers; 1 for the others


@pytest.fixture(scope="module")
def running() -> Iterator[AlertLab]:
    with AlertLab() as lab:
        yield lab


@pytest.fixture
def lab(running: AlertLab) -> AlertLab:
    """The lab, with nothing wrong and an empty inbox."""
    running.lab.wait_until(lambda: not running.inbox.unresolved(), "everybody has been told")
    running.lab.wait_until(
        lambda: set(running.alertmanager.alerts().alertname) == {"Watchdog"}, "all is well"
    )
    running.inbox.clear()
    return running


def why(lab: AlertLab, alertname: str, **labels: str) -> Timeline:
    return why_paged(lab.prometheus, lab.alertmanager, lab.inbox, alertname, **labels)


def when_paged(lab: AlertLab, alertname: str, **labels: str) -> Timeline:
    def paged() -> Timeline | None:
        line = why(lab, alertname, **labels)
        return line if line.paged else None

    return lab.lab.wait_until(paged, f"{alertname} is reported", 30) or Timeline("", {})


def set_disk(lab: AlertLab, page: str) -> None:
    lab.disk.copy_into_container(page.encode(), "/srv/metrics")


def flush(lab: AlertLab) -> None:
    lab.memcached.run("bash", "-c", r"printf 'flush_all\r\nquit\r\n' > /dev/tcp/127.0.0.1/11211")


def chaos(lab: AlertLab, **lever: float) -> None:
    requests.post(f"{lab.web_1.url}/chaos", params=lever, timeout=10).raise_for_status()


Do = Callable[[AlertLab], object]
FAULTS: dict[str, tuple[str, Do, Do]] = {
    "replica-crash": (
        "ReplicaDown",
        lambda lab: lab.web_2.get_wrapped_container().kill(),
        lambda lab: lab.web_2.start(),
    ),
    "database-hang": (
        "DatabaseDown",
        lambda lab: lab.mysql.get_wrapped_container().pause(),
        lambda lab: lab.mysql.get_wrapped_container().unpause(),
    ),
    "cache-emptied": ("CacheEmptied", flush, lambda lab: None),
    "latency": (
        "LatencyHigh",
        lambda lab: chaos(lab, latency=0.5),
        lambda lab: chaos(lab, latency=0),
    ),
    "errors": ("ErrorsHigh", lambda lab: chaos(lab, errors=0.3), lambda lab: chaos(lab, errors=0)),
    "disk-full": (
        "DiskFull",
        lambda lab: set_disk(lab, FULL),
        lambda lab: set_disk(lab, DISK),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_reported_within_fifteen_seconds_and_nothing_else_is(
    lab: AlertLab, fault: str
) -> None:
    alertname, make, heal = FAULTS[fault]
    with Traffic(lab.web_1.url):
        began = time.monotonic()
        make(lab)
        try:
            crashed = {"instance": "web-2:8000"} if alertname == "ReplicaDown" else {}
            line = when_paged(lab, alertname, **crashed)
            took = time.monotonic() - began
        finally:
            heal(lab)
    assert took < 15, line
    told = {alert["alertname"] for m in lab.inbox.raw() for alert in m["alerts"]}
    assert told - {"Watchdog"} == {alertname}
    (rule,) = lab.prometheus.rules().query(f"name == '{alertname}'").to_dict("records")
    routes = lab.alertmanager.routes(**line.labels)
    assert len(routes) == SINKS.get(alertname, 1)
    assert rule["labels"]["team"] in " ".join(routes)


def test_a_hiccup_pages_nobody_and_the_timeline_says_why(lab: AlertLab) -> None:
    alerts = "ALERTS{alertname='ReplicaDown', instance='web-2:8000'}"
    lab.web_2.get_wrapped_container().pause()
    lab.lab.wait_until(lambda: not lab.prometheus.query(alerts).empty, "it is pending")
    lab.web_2.get_wrapped_container().unpause()
    lab.lab.wait_until(lambda: lab.prometheus.query(alerts).empty, "it is over")
    line = why(lab, "ReplicaDown", instance="web-2:8000")
    assert "Not paged: ReplicaDown has for: 3s" in line.verdict
    assert [step.name for step in line.steps] == ["sample", "pending", "firing"]
    assert lab.inbox.messages().empty


def test_both_replicas_make_one_message_a_receiver(lab: AlertLab) -> None:
    for replica in (lab.web_1, lab.web_2):
        replica.get_wrapped_container().pause()
    try:
        when_paged(lab, "ReplicaDown", instance="web-1:8000")
        messages = lab.inbox.messages()
        with pytest.raises(WorkshopError, match=r'2 alerts.*instance="web-1:8000"'):
            why(lab, "ReplicaDown")
    finally:
        for replica in (lab.web_1, lab.web_2):
            replica.get_wrapped_container().unpause()
    assert sorted(messages.to) == ["pager", "shop@shop.example.com"]
    assert list(messages.alerts) == [2, 2]
    assert set(messages.via) == {"e-mail", "webhook"}
    assert "0 of 2 replicas are left." in "\n".join(messages.text)


def test_a_machine_that_is_down_keeps_its_services_quiet(lab: AlertLab) -> None:
    def replica() -> Timeline:
        return why(lab, "ReplicaDown", instance="web-2:8000")

    lab.node_2.get_wrapped_container().kill()
    lab.web_2.get_wrapped_container().kill()
    try:
        when_paged(lab, "NodeDown")
        line = lab.lab.wait_until(
            lambda: "inhibited" in (line := replica()).verdict and line, "the replica fires"
        )
        told = {a["alertname"] for m in lab.inbox.raw() for a in m["alerts"]}
    finally:
        lab.lab.start(lab.web_2)  # before its machine: what inhibits it must go last
        lab.lab.start(lab.node_2)
    assert line
    assert line.verdict == "Not paged: ReplicaDown fired, but was inhibited (by NodeDown)."
    assert told <= {"NodeDown", "Watchdog"}


def test_a_silence_holds_until_it_is_expired_and_is_remembered(lab: AlertLab) -> None:
    alertmanager = lab.alertmanager
    silence = alertmanager.silence("a larger disk", "1m", alertname="DiskFull", node="shop-1")
    other = alertmanager.silence("another machine", "1m", alertname="DiskFull", node="shop-2")
    set_disk(lab, FULL)
    try:
        lab.lab.wait_until(lambda: "silenced" in why(lab, "DiskFull").verdict, "it is silenced")
        row = alertmanager.alerts().set_index("alertname").loc["DiskFull"]
        assert (row.state, row.silenced_by) == ("suppressed", silence)
        assert lab.inbox.messages().empty
        alertmanager.expire(silence)
        line = when_paged(lab, "DiskFull")
    finally:
        set_disk(lab, DISK)
        alertmanager.expire(other)
    steps = {step.name: step for step in line.steps}
    assert steps["silenced"].what == "a larger disk"
    ends, arrives = steps["silenced"].end, steps["delivered"].begin
    assert ends is not None
    assert arrives is not None
    assert ends < arrives
    listed = alertmanager.silences().set_index("id")
    assert set(listed.state) == {"expired"}
    assert listed.matchers[silence] == "alertname=DiskFull, node=shop-1"


def test_silences_that_alertmanager_refuses(lab: AlertLab) -> None:
    with pytest.raises(WorkshopError, match=r"refuses the silence: .*matcher"):
        lab.alertmanager.silence("everything")
    with pytest.raises(WorkshopError, match="cannot expire the silence nobody"):
        lab.alertmanager.expire("nobody")


def test_an_inbox_that_is_down_gets_everything_in_the_end(lab: AlertLab) -> None:
    lab.inbox.out_of_order(8)
    before = lab.inbox.refused
    lab.web_2.get_wrapped_container().kill()
    try:
        line = when_paged(lab, "ReplicaDown", instance="web-2:8000")
        lab.lab.wait_until(lambda: len(lab.inbox.messages()) == 2, "both receivers have it")
    finally:
        lab.inbox.in_order()
        lab.web_2.start()
    assert lab.inbox.refused > before
    arrived = next(step.begin for step in line.steps if step.name == "delivered")
    assert arrived is not None
    assert line.zero is not None
    assert arrived - line.zero > 5.5  # 3 s of `for`, 2 s of group_wait, and at least one more try
    assert set(lab.inbox.messages().to) == {"pager", "shop@shop.example.com"}


def test_two_servers_and_two_alertmanagers_send_one_message(lab: AlertLab) -> None:
    config = (FILES / "prometheus.yml").read_text()
    one = '["alertmanager:9093"]\n\nscrape'
    both = config.replace(one, '["alertmanager:9093", "alertmanager-2:9093"]\n\nscrape')
    assert both != config
    second = AlertmanagerContainer(
        FILES / "alertmanager.yml", name="alertmanager-2", peers=("alertmanager",)
    )
    server = PrometheusContainer(
        both.replace("replica: a", "replica: b"),
        [FILES / "rules.yml"],
        name="prometheus-2",
        flags=["--rules.alert.resend-delay=2s"],
    )
    lab.lab.start(second, server)
    lab.prometheus.reload(both)
    try:
        lab.lab.wait_until(
            lambda: (
                second.raw("status")["cluster"]["status"] == "ready"
                and len(second.raw("status")["cluster"]["peers"]) == 2
            ),
            "the cluster stands",
        )
        lab.lab.wait_until(lambda: server.query("up").value.sum() == TARGETS, "both see all")
        set_disk(lab, FULL)
        when_paged(lab, "DiskFull")
        lab.lab.wait_until(lambda: "DiskFull" in set(second.alerts().alertname), "both know")
        shown = second.alerts().set_index("alertname").loc["DiskFull"]
        known = lab.alertmanager.alerts().set_index("alertname").loc["DiskFull"]
        assert shown.fingerprint == known.fingerprint  # no `replica` in it
        arrived = time.monotonic()
        lab.lab.wait_until(lambda: time.monotonic() - arrived > 6, "the second would have sent")
        assert list(lab.inbox.messages().to) == ["database@shop.example.com"]
    finally:
        set_disk(lab, DISK)
        lab.prometheus.reload(config)
        server.stop()
        second.stop()
        lab.lab.services = [s for s in lab.lab.services if s not in (server, second)]


def test_refused_configurations_keep_the_old_one(lab: AlertLab) -> None:
    unknown = ROUTING.replace("receiver: shop\n", "receiver: shopp\n")
    words = 'undefined receiver "shopp" used in route'
    for act in (lab.alertmanager.check_config, lab.alertmanager.reload):
        with pytest.raises(ConfigurationRefused, match=words):
            act(unknown)
    with pytest.raises(ConfigurationRefused, match=r"line 15: field group_wiat not found"):
        lab.alertmanager.reload(ROUTING.replace("group_wait: 2s", "group_wiat: 2s", 1))
    assert lab.alertmanager.raw("status")["config"]["original"].count("shopp\n") == 0
    lab.alertmanager.reload()
    with pytest.raises(ConfigurationRefused, match=words):
        AlertmanagerContainer(unknown).start()


def test_routes_and_the_files_of_the_chapter(lab: AlertLab) -> None:
    am = lab.alertmanager
    assert am.routes(severity="critical", team="database") == ["pager", "database"]
    assert am.routes(severity="warning", team="nobody") == ["everyone"]
    assert am.routes(ROUTING.replace("continue: true", ""), severity="critical") == ["pager"]
    assert "severity" in am.routing_tree()
    production = (FILES / "production.yml").read_text()
    assert "SUCCESS" in am.check_config(production)
    assert am.routes(production, severity="critical", team="database") == [
        "database-on-call",
        "on-call",
    ]
    assert "SUCCESS" in lab.prometheus.run(
        "promtool", "test", "rules", "/etc/prometheus/rules_test.yml"
    )


def test_the_dead_mans_switch_beats_and_its_fingerprint_is_alertmanagers(lab: AlertLab) -> None:
    count = len(lab.inbox.heartbeats())
    lab.lab.wait_until(lambda: len(lab.inbox.heartbeats()) >= count + 2, "two beats", 15)
    shown = lab.alertmanager.alerts().set_index("alertname").loc["Watchdog"]
    assert fingerprint(shown.labels) == shown.fingerprint
    with pytest.raises(WorkshopError, match=r"no alerting rule Nope\. It has: ReplicaDown"):
        why(lab, "Nope")
    assert "did not hold in the last" in why(lab, "DiskFull", node="shop-9").verdict


def test_the_inbox_refuses_what_is_no_message() -> None:
    with InboxContainer() as inbox:
        for body in (b"", b"{}", b"[1]", b'{"alerts": [{}]}', b"\xff"):
            answer = requests.post(f"{inbox.url}/hook/x", data=body, timeout=5)
            assert answer.status_code == 400, body
        large = requests.post(f"{inbox.url}/hook/x", data=b"x" * 1_000_001, timeout=5)
        assert large.status_code == 413
        for seconds in ("-1", "601", "x", "nan"):
            answer = requests.post(f"{inbox.url}/down", params={"seconds": seconds}, timeout=5)
            assert answer.status_code == 400, seconds
        with pytest.raises(WorkshopError, match="seconds is a number up to 600"):
            inbox.out_of_order(601)
        assert inbox.messages().empty
        assert str(inbox.messages().arrived.dtype) == "datetime64[ms, UTC]"
        assert "0 messages" in requests.get(inbox.url, timeout=5).text
