"""The stack on stage, for real: up, broken in six ways, healed, and gone."""

import re
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from lab_helpers import cli
from lab_helpers.errors import ServiceFailed, WaitFailed, WorkshopError
from lab_helpers.incident import LEVELS, TROUBLES, Incident, marker, on_stage
from lab_helpers.promql.client import PromQLClient
from lab_helpers.services import scripts
from lab_helpers.setup import engine
from lab_helpers.setup.images import ROOT, image_for, read
from lab_helpers.stage import FAULTS, Demo, checkout, compose, demo
from lab_helpers.waiting import wait_until
from tests.own_lab import own_ports
from tests.own_stage import all_up, ended_owner, own_stage, project, together

PROJECT = project("demo-test")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with own_stage("demo-test", tmp_path_factory.mktemp("demo")) as found:
        yield found


def left_over(project: str) -> list[Any]:
    """Containers, networks and volumes that bear the name of a project."""
    api = engine.client().api
    chosen = {"label": f"{demo.PROJECT_LABEL}={project}"}
    volumes = api.volumes(filters=chosen)["Volumes"] or []
    return [*api.containers(all=True, filters=chosen), *api.networks(filters=chosen), *volumes]


def test_every_target_is_up_and_nothing_else_is_wrong(stage: Demo) -> None:
    wait_until(lambda: all_up(stage), "no target has missed its last scrape")
    assert len(stage.targets()) == sum(compose.expected_targets().values())
    web = [t["labels"] for t in stage.targets() if t["labels"]["job"] == "web"]
    assert sorted(one["instance"] for one in web) == ["web-1", "web-2"]
    wait_until(lambda: not stage.alerts(), "no alert fires")
    inbox = stage.url("inbox") + "/api/messages"

    def heartbeats() -> list[dict[str, Any]]:
        messages = requests.get(inbox, timeout=30).json()
        return [message for message in messages if message["to"] == "heartbeat"]

    wait_until(heartbeats, "the dead man's switch is heard")


def test_every_link_leads_to_a_page(stage: Demo) -> None:
    told = stage.status()
    for what, link in stage.links().items():
        answer = requests.get(link.split()[0], timeout=30)
        assert answer.status_code == 200, what
        assert link in told
    asked = {"query": "sum(increase(shop_orders_total[30s]))"}
    found = wait_until(
        lambda: requests.get(
            stage.url("prometheus") + "/api/v1/query", params=asked, timeout=30
        ).json()["data"]["result"][0]["value"][1] != "0",
        "visitors buy",
    )  # fmt: skip
    assert found


def test_ports_are_on_loopback_and_files_are_copied_in(stage: Demo) -> None:
    for service, found in stage.containers().items():
        for port in found["Ports"]:
            assert port.get("IP", "127.0.0.1") == engine.bind_address(), service
        mounts = stage.container(service).attrs["Mounts"]
        assert [mount["Type"] for mount in mounts if mount["Type"] == "bind"] == [], service


def test_another_checkout_does_not_take_the_stage_over(stage: Demo, tmp_path: Path) -> None:
    other = Demo(PROJECT, stage.overrides)
    other.secrets_file = tmp_path / "demo.env"
    before = {one["Id"] for one in stage.containers().values()}
    acts = (
        other.up,
        other.down,
        lambda: other.break_("latency"),
        lambda: other.heal("latency"),
        lambda: on_stage.perform(other, "7"),
        lambda: on_stage.heal(other),
        lambda: on_stage.reset(other),
        other.show_overview,
    )
    for act in acts:
        with pytest.raises(ServiceFailed, match=rf"{re.escape(str(ROOT))} on \S+ has its demo"):
            act()
    assert {one["Id"] for one in stage.containers().values()} == before
    assert not other.secrets_file.exists()
    assert "targets are up" in other.status(), "to look at it is no harm"


def test_passwords_are_made_up_and_kept_while_it_is_up(stage: Demo) -> None:
    made = read(stage.secrets_file)
    assert set(made) == set(checkout.MADE_UP)
    assert len(set(made.values())) == len(made)
    assert all(len(password) >= 16 for password in made.values())
    if sys.platform != "win32":
        assert stage.secrets_file.stat().st_mode & 0o077 == 0
    login = ["mariadb", "--host=127.0.0.1", "--user=shop", "--execute=SELECT 1"]
    assert stage.container("mysql").exec_run(login).exit_code == 1
    right = [*login, f"--password={made['MYSQL_PASSWORD']}"]
    assert stage.container("mysql").exec_run(right).exit_code == 0


def test_faults_that_leave_each_other_alone(stage: Demo) -> None:
    """A replica down, an empty cache, a full disk, slow pages: each alert, and no other one."""
    wait_until(lambda: not stage.alerts(), "no alert fires")
    names = ["replica-crash", "disk-full", "latency", "cache-emptied"]
    told = together(stage.break_, names)
    for name, words in told.items():
        alert = FAULTS[name].alert
        assert re.search(rf"{alert} fired after \d+ s; the inbox had it after \d+ s", words), words
    assert {FAULTS[name].alert for name in names[:3]} <= stage.alerts()
    assert stage.alerts() <= {FAULTS[name].alert for name in names}
    status = stage.status()
    assert "web-2 is exited" in status
    assert "DiskFull fires" in status
    answers = [requests.get(stage.url("nginx") + "/", timeout=30) for _ in range(6)]
    assert {answer.status_code for answer in answers} == {200}, "visitors notice the crash"
    together(stage.heal, names)
    wait_until(lambda: not stage.alerts(), "all has ended")
    wait_until(lambda: all_up(stage), "every target is up again")


def test_failing_pages(stage: Demo) -> None:
    wait_until(lambda: not stage.alerts(), "no alert fires")
    assert "ErrorsHigh fired" in stage.break_("errors")
    assert stage.alerts() == {"ErrorsHigh"}
    assert "ErrorsHigh had ended" in stage.heal("errors")


def test_a_database_that_hangs_and_starting_again_heals_it(stage: Demo) -> None:
    wait_until(lambda: not stage.alerts(), "no alert fires")
    FAULTS["errors"].break_it(stage)
    told = stage.break_("database-hang")
    assert re.search(r"DatabaseDown fired after \d+ s; the inbox had it after \d+ s", told)
    database, before = stage.container("mysql"), read(stage.secrets_file)
    assert database.status == "paused"
    stage.up()
    assert stage.container("mysql").id == database.id, "the orders are gone"
    assert stage.container("mysql").status == "running"
    assert read(stage.secrets_file) == before
    for replica in ("web-1", "web-2"):
        assert requests.get(stage.url(replica) + "/chaos", timeout=30).json()["errors"] == 0
    wait_until(lambda: not stage.alerts(), "all has ended")
    assert "has ended" not in stage.heal("database-hang")  # healthy already: nothing to do


def test_an_incident_left_half_way_and_one_that_is_ended(
    stage: Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another program was killed in the midst of it; mending also brings back lost targets."""
    requests.put(stage.url("consul") + marker.KEY, data=ended_owner(), timeout=30)
    vanished = TROUBLES["target-vanished"]
    vanished.break_it(stage, ("web-1",))
    with pytest.raises(WorkshopError, match="`workshop demo heal incident`"):
        on_stage.perform(stage, "7")
    on_stage.clear(stage)
    wait_until(lambda: [t["labels"]["job"] for t in stage.targets()].count("web") == 2, "it is up")
    wait_until(lambda: all_up(stage), "no target has missed its last scrape")

    def until(incident: Incident) -> None:
        prometheus = PromQLClient(stage.url("prometheus"))
        wait_until(lambda: incident.truth.faults, "it has begun")
        (fault,) = incident.truth.faults
        wait_until(lambda: not prometheus.query(fault.shows).empty, "its evidence shows")

    truth = on_stage.perform(stage, "7", 1, until)
    (fault,) = truth.faults
    assert fault.ended
    assert f"Incident 7, level 1 ({LEVELS[1]})" in capsys.readouterr().out
    assert fault.name in on_stage.told(truth)
    assert not marker.is_there(stage)


def test_a_reset_leaves_nothing_of_before(stage: Demo) -> None:
    """Whatever is broken, also by an incident that another program left half-way."""
    alertmanager = stage.url("alertmanager")
    silence = {
        "matchers": [{"name": "alertname", "value": "x", "isRegex": False}],
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "2100-01-01T00:00:00Z",
        "createdBy": "a test",
        "comment": "to be forgotten",
    }
    requests.post(f"{alertmanager}/api/v2/silences", json=silence, timeout=30).raise_for_status()
    together(stage.break_, ["replica-crash", "disk-full", "latency"])
    assert "DiskFull fires already: no message follows." in stage.break_("disk-full")
    FAULTS["database-hang"].break_it(stage)
    requests.put(stage.url("consul") + marker.KEY, data=ended_owner(), timeout=30)
    TROUBLES["target-vanished"].break_it(stage, ("web-1",))
    began = time.time()
    told = on_stage.reset(stage)
    assert re.fullmatch(r"The stage is as at its start \(\d+\.\d s\)\.", told), told
    wait_until(lambda: all_up(stage), "every target is up")  # a scrape may be late again
    assert not stage.alerts()
    assert not marker.is_there(stage)
    silences = requests.get(stage.url("alertmanager") + "/api/v2/silences", timeout=30).json()
    assert silences == []
    messages = requests.get(stage.url("inbox") + "/api/messages", timeout=30).json()
    assert {message["to"] for message in messages} <= {"heartbeat"}
    prometheus = PromQLClient(stage.url("prometheus"))
    oldest = "min(min_over_time(timestamp(up)[1h:1s]))"  # none until a whole second has passed
    assert wait_until(lambda: prometheus.query(oldest).value.tolist(), "a sample")[0] >= began
    password = read(stage.secrets_file)["MYSQL_PASSWORD"]
    first = f"mariadb --user=shop --password={password} shop -Ne 'SELECT MIN(id) FROM orders'"
    _, told = scripts.run(stage.container("mysql"), {}, first)
    assert told.strip() in {"1", "NULL"}, "an order of before"


def test_a_fault_whose_alert_does_not_come(stage: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "FIRES", 1.0)
    monkeypatch.setattr(type(stage), "alerts", lambda _: set())
    with pytest.raises(WaitFailed, match="until DiskFull fires, in vain"):
        stage.break_("disk-full")
    overtaken = replace(FAULTS["errors"], break_it=lambda _: print(stage.reset()))
    monkeypatch.setattr(demo, "fault", lambda _: overtaken)
    with pytest.raises(WorkshopError, match="was reset meanwhile: break errors once more"):
        stage.break_("errors")


def test_targets_that_do_not_come_up(stage: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PATIENCE", 0.0)
    monkeypatch.setattr(compose, "expected_targets", lambda: {"web": 2, "moon": 1})
    with pytest.raises(WaitFailed, match=r"these targets are not up: .*moon"):
        stage.up()
    assert stage.containers(), "it was to be looked at"


def test_ports_that_are_taken_are_named_with_who_has_them(stage: Demo, tmp_path: Path) -> None:
    second = Demo(PROJECT + "-2", stage.overrides)
    second.secrets_file = tmp_path / "demo.env"
    with pytest.raises(ServiceFailed) as refusal:
        second.up()
    port = stage.overrides["PROMETHEUS_PORT"]
    line = (
        f"{port} (prometheus): the container {PROJECT}-prometheus-1. "
        "Another one: PROMETHEUS_PORT=… make demo"
    )
    assert line in str(refusal.value)
    assert left_over(PROJECT + "-2") == []
    assert not second.secrets_file.exists()


def test_down_leaves_nothing(stage: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    count = len(stage.containers())
    stage.container("mysql").pause()
    stage.down()
    assert f"{count} containers removed" in capsys.readouterr().err
    assert left_over(PROJECT) == []
    assert not stage.secrets_file.exists()
    assert stage.status() == "The stack is not up: `make demo` starts it."
    with pytest.raises(ServiceFailed, match="`make demo` starts it"):
        stage.break_("latency")


def test_a_start_that_fails_leaves_nothing_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERTMANAGER_IMAGE", image_for("node-exporter"))  # it knows other flags
    stack = Demo(PROJECT, own_ports())
    stack.secrets_file = tmp_path / "demo.env"
    with pytest.raises(ServiceFailed, match=r"(?s)alertmanager died .*Its last lines:.*flag"):
        stack.up()
    assert left_over(PROJECT) == []
    assert not stack.secrets_file.exists()


def test_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(demo.Demo.__init__, "__defaults__", (PROJECT, {}))

    def run(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["workshop", "demo", *words])
        return cli.main()

    assert run("status") == 0
    assert "not up" in capsys.readouterr().out
    assert run("incident", "seven") == 1
    assert "A seed is a whole number such as 7, not 'seven'." in capsys.readouterr().err
    assert run("incident", "7", "--level", "9") == 1
    assert "There is no level '9'. There are: 1: one fault" in capsys.readouterr().err
    assert run("incident") == run("heal", "incident") == 1
    assert "`make demo` starts it" in capsys.readouterr().err
    assert run("break", "fire") == 1
    assert "There are: replica-crash, database-hang" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run("shake")
