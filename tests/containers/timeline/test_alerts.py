"""Chapter 06 for real: the many ways of an alert to the inbox, and of not being paged."""

import re
import time
from itertools import pairwise
from urllib.parse import unquote

import pytest
import requests

from lab_helpers.errors import ConfigurationRefused, WorkshopError
from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.inbox import InboxContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.timeline import Timeline, fingerprint
from tests.alert_lab import DISK, FILES, FULL, TARGETS, AlertLab

ROUTING = (FILES / "alertmanager.yml").read_text()


@pytest.fixture
def lab(alert_lab: AlertLab) -> AlertLab:
    """The lab, with nothing wrong and an empty inbox."""
    alert_lab.calm_down()
    return alert_lab


def test_a_hiccup_pages_nobody_and_the_timeline_says_why(lab: AlertLab) -> None:
    alerts = "ALERTS{alertname='ReplicaDown', instance='web-2:8000'}"
    lab.web_2.pause()
    lab.wait_until(lambda: not lab.prometheus.query(alerts).empty, "it is pending")
    lab.web_2.unpause()
    lab.wait_until(lambda: lab.prometheus.query(alerts).empty, "it is over")
    line = lab.wait_until(
        lambda: "ended" in (line := lab.why("ReplicaDown", instance="web-2:8000")).verdict and line,
        "Prometheus has been silent about it for a while",
    )
    assert line
    assert "Not paged: ReplicaDown has for: 3s" in line.verdict
    assert [step.name for step in line.steps] == ["sample", "pending", "firing"]
    assert lab.inbox.messages().empty


def test_both_replicas_make_one_message_a_receiver(lab: AlertLab) -> None:
    for replica in (lab.web_1, lab.web_2):
        replica.pause()
    try:
        lab.when_paged("ReplicaDown", instance="web-1:8000")
        # On a busy machine one is away before the other, and told of alone at first.
        lab.wait_until(lambda: (lab.inbox.messages().alerts == 2).sum() == 2, "both are told of")
        messages = lab.inbox.messages().query("alerts == 2")
        with pytest.raises(WorkshopError, match=r'2 alerts.*instance="web-1:8000"'):
            lab.why("ReplicaDown")
    finally:
        for replica in (lab.web_1, lab.web_2):
            replica.unpause()
    assert sorted(messages.to) == ["pager", "shop@shop.example.com"]
    assert list(messages.alerts) == [2, 2]
    assert set(messages.via) == {"e-mail", "webhook"}
    assert "0 of 2 replicas are left." in "\n".join(messages.text)


def test_a_machine_that_is_down_keeps_its_services_quiet(lab: AlertLab) -> None:
    def replica() -> Timeline:
        return lab.why("ReplicaDown", instance="web-2:8000")

    lab.node_2.get_wrapped_container().kill()
    lab.web_2.get_wrapped_container().kill()
    try:
        lab.when_paged("NodeDown", node="shop-2")
        line = lab.wait_until(
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
    lab.set_disk(FULL)
    try:
        lab.wait_until(lambda: "silenced" in lab.why("DiskFull").verdict, "it is silenced")
        row = lab.wait_until(
            lambda: alertmanager.alerts().set_index("alertname").loc["DiskFull"].to_dict(),
            "Alertmanager has it too",
        )
        assert (row["state"], row["silenced_by"]) == ("suppressed", silence)
        assert lab.inbox.messages().empty
        alertmanager.expire(silence)
        line = lab.when_paged("DiskFull")
    finally:
        lab.set_disk(DISK)
        alertmanager.expire(other)
    steps = {step.name: step for step in line.steps}
    assert steps["silenced"].what == f"a larger disk; by workshop, silence {silence}"
    ends, arrives = steps["silenced"].end, steps["delivered"].begin
    assert ends is not None
    assert arrives is not None
    assert ends < arrives
    listed = alertmanager.silences().set_index("id")
    assert set(listed.state) == {"expired"}
    assert listed.matchers[silence] == "alertname=DiskFull, node=shop-1"


def test_links_in_a_message_lead_to_the_graph_and_to_a_silence_of_this_alert(lab: AlertLab) -> None:
    lab.set_disk(FULL)
    try:
        lab.when_paged("DiskFull")
        (message,) = lab.inbox.messages().to_dict("records")
    finally:
        lab.set_disk(DISK)
    links = dict(re.findall(r"^(Graph|Silence): (http\S+)$", message["text"], re.MULTILINE))
    assert links["Graph"].startswith(f"{lab.prometheus.url}/graph?g0.expr=node_filesystem_avail")
    assert requests.get(links["Graph"], timeout=10).ok
    page, _, asked = links["Silence"].partition("?filter=")
    assert page == f"{lab.alertmanager.url}/#/silences/new"
    found = dict(re.findall(r'(\w+)="(.*?)"[,}]', unquote(asked)))
    assert found["alertname"] == "DiskFull"
    assert found["mountpoint"] == "/var/lib/mysql"
    assert len(found) == unquote(asked).count('="')


def test_silences_that_alertmanager_refuses(lab: AlertLab) -> None:
    with pytest.raises(WorkshopError, match=r"refuses the silence: .*matcher"):
        lab.alertmanager.silence("everything")
    with pytest.raises(WorkshopError, match="cannot expire the silence nobody"):
        lab.alertmanager.expire("nobody")


def test_an_inbox_that_is_down_gets_everything_in_the_end(lab: AlertLab) -> None:
    def turned_away(receiver: str) -> bool:
        lines = lab.alertmanager.logs().splitlines()
        return any("attempt failed" in line and f"receiver={receiver} " in line for line in lines)

    lab.inbox.out_of_order(120)
    before = lab.inbox.refused
    lab.web_2.get_wrapped_container().kill()
    try:
        lab.wait_until(
            lambda: turned_away("pager") and turned_away("shop"), "both receivers were turned away"
        )
        assert lab.inbox.messages().empty
        assert lab.inbox.refused >= before + 2
        mended = time.time()
        lab.inbox.in_order()
        line = lab.when_paged("ReplicaDown", instance="web-2:8000")
        both = {"pager", "shop@shop.example.com"}
        lab.wait_until(lambda: set(lab.inbox.messages().to) == both, "both receivers have it")
    finally:
        lab.inbox.in_order()
        lab.web_2.start()
    arrived = [step.begin for step in line.steps if step.name == "delivered"]
    assert all(begin is not None and begin > mended for begin in arrived)


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
        lab.wait_until(
            lambda: (
                second.raw("status")["cluster"]["status"] == "ready"
                and len(second.raw("status")["cluster"]["peers"]) == 2
            ),
            "the cluster stands",
        )
        lab.wait_until(lambda: server.query("up").value.sum() == TARGETS, "both see all")
        lab.set_disk(FULL)
        lab.when_paged("DiskFull")
        lab.wait_until(lambda: "DiskFull" in set(second.alerts().alertname), "both know")
        shown = second.alerts().set_index("alertname").loc["DiskFull"]
        known = lab.alertmanager.alerts().set_index("alertname").loc["DiskFull"]
        assert shown.fingerprint == known.fingerprint  # no `replica` in it
        arrived = time.monotonic()  # the second would send 1.5 s after the first
        lab.wait_until(lambda: time.monotonic() - arrived > 4, "the second would have sent")
        messages = lab.inbox.messages().query("subject.str.contains('DiskFull')")
        assert set(messages.to) == {"database@shop.example.com"}
        # One; on a machine so busy that scrapes are missed: one each time that it fires or ends.
        told = ["resolved", *messages.status]
        assert all(now != before for before, now in pairwise(told)), messages
    finally:
        lab.set_disk(DISK)
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
    with pytest.raises(ConfigurationRefused, match=r"line 18: field group_wiat not found"):
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
    assert am.routes(production, severity="critical", team="database") == ["database-on-call"]
    assert am.routes(production, severity="info", team="database") == ["database-chat"]
    assert "SUCCESS" in lab.prometheus.run(
        "promtool", "test", "rules", "/etc/prometheus/rules_test.yml"
    )


def test_the_dead_mans_switch_beats_and_its_fingerprint_is_alertmanagers(lab: AlertLab) -> None:
    count = len(lab.inbox.heartbeats())
    lab.wait_until(lambda: len(lab.inbox.heartbeats()) >= count + 2, "two beats")
    shown = lab.alertmanager.alerts().set_index("alertname").loc["Watchdog"]
    assert fingerprint(shown.labels) == shown.fingerprint
    with pytest.raises(WorkshopError, match=r"no alerting rule Nope\. It has: ReplicaDown"):
        lab.why("Nope")
    assert "did not hold in the last" in lab.why("DiskFull", node="shop-9").verdict


def test_the_inbox_refuses_what_is_no_message() -> None:
    with InboxContainer() as inbox:
        for body in (b"", b"{}", b"[1]", b'{"alerts": [{}]}', b"\xff"):
            answer = requests.post(f"{inbox.url}/hook/x", data=body, timeout=30)
            assert answer.status_code == 400, body
        large = requests.post(f"{inbox.url}/hook/x", data=b"x" * 1_000_001, timeout=30)
        assert large.status_code == 413
        for seconds in ("-1", "601", "x", "nan"):
            answer = requests.post(f"{inbox.url}/down", params={"seconds": seconds}, timeout=30)
            assert answer.status_code == 400, seconds
        with pytest.raises(WorkshopError, match="seconds is a number up to 600"):
            inbox.out_of_order(601)
        assert inbox.messages().empty
        assert str(inbox.messages().arrived.dtype) == "datetime64[ms, UTC]"
        assert "0 messages" in requests.get(inbox.url, timeout=30).text
