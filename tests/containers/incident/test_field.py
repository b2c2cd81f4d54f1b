"""Incidents on a running shop: each fault and lead shows as itself; one is begun, mended and told.

Faults that leave each other alone happen together, as in an incident: that saves minutes.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from unittest.mock import MagicMock

import pytest
import requests

from lab_helpers.errors import ServiceFailed, WorkshopError
from lab_helpers.incident import (
    FAULTS,
    LEADS,
    TROUBLES,
    Field,
    Incident,
    Planned,
    Trouble,
    incident,
    make_well,
    marker,
)
from lab_helpers.incident.faults import watching
from lab_helpers.incident.health import holds, prometheus_of, why_not_well
from lab_helpers.incident.live import investigate
from lab_helpers.waiting import wait_until


def batches(troubles: Iterable[Trouble]) -> list[list[Trouble]]:
    """All of them, in as few batches as a simple way finds; none touches what another does."""
    found: list[list[Trouble]] = []
    for one in troubles:
        for batch in found:
            if not any(touched(one) & touched(other) for other in batch):
                batch.append(one)
                break
        else:
            found.append([one])
    return found


def touched(one: Trouble) -> frozenset[str]:
    return one.touched(one.radii[0])


def names(batch: list[Trouble]) -> str:
    return "+".join(one.name for one in batch)


@pytest.fixture(scope="module")
def field() -> Iterator[Field]:
    with Field(name="test of incidents") as running:
        yield running


@pytest.fixture(autouse=True)
def _nothing_is_left(field: Field) -> Iterator[None]:
    """A test that fails half-way leaves the next one a shop that is well."""
    yield
    if field.consul.is_running and marker.is_there(field):
        make_well(field)


def answers(field: Field, expr: str, one: Trouble) -> bool:
    return holds(prometheus_of(field), one.expression(expr, one.radii[0]))


def shown(field: Field, troubles: Iterable[Trouble]) -> set[str]:
    """The names of those whose evidence is there now."""
    return {one.name for one in troubles if answers(field, one.shows, one)}


def firing(field: Field) -> set[str]:
    found = field.prometheus.query('ALERTS{alertstate="firing",alertname!="Watchdog"}')
    return set(found.alertname) if len(found) else set()


@pytest.mark.parametrize("batch", batches(FAULTS.values()), ids=names)
def test_a_fault_shows_as_itself_and_is_mended(field: Field, batch: list[Trouble]) -> None:
    mine = {one.name for one in batch}
    alerts = {alert for one in batch for alert in one.alerts}
    wait_until(lambda: not shown(field, FAULTS.values()), "nothing shows before")
    seen: set[str] = set()
    fired: set[str] = set()

    def all_is_seen() -> bool:
        seen.update(shown(field, FAULTS.values()))
        fired.update(firing(field))
        return mine <= seen and alerts <= fired

    try:
        for one in batch:
            one.break_it(field, one.radii[0])
        wait_until(all_is_seen, f"{mine} show, and {alerts} fire")
    finally:
        for one in batch:
            one.heal_it(field, one.radii[0])
    wait_until(
        lambda: all(answers(field, one.recovered, one) for one in batch),
        f"the shop has recovered from {names(batch)}",
        timeout=90,
    )
    wait_until(lambda: not why_not_well(field), "the shop is well")
    assert seen == mine, "evidence that is not this fault's"
    if not alerts:  # how slow slow pages are, is a matter of the machine
        allowed = {"LatencyHigh"} if any(one.symptom == "slow" for one in batch) else set()
        assert fired <= allowed, "it is to page nobody"


@pytest.mark.parametrize("batch", batches(LEADS.values()), ids=names)
def test_a_false_lead_shows_and_is_evidence_of_nothing(field: Field, batch: list[Trouble]) -> None:
    wait_until(lambda: not shown(field, FAULTS.values()), "nothing shows before")
    wrong: set[str] = set()

    def all_is_seen() -> bool:
        wrong.update(shown(field, FAULTS.values()) | firing(field))
        return shown(field, batch) == {one.name for one in batch}

    try:
        for one in batch:
            one.break_it(field, one.radii[0])
        wait_until(all_is_seen, f"{names(batch)} show")
    finally:
        for one in batch:
            one.heal_it(field, one.radii[0])
    assert not wrong
    wait_until(lambda: not why_not_well(field), "the shop is well")


def test_mending_what_is_not_broken_is_harmless(field: Field) -> None:
    for one in (*FAULTS.values(), *LEADS.values()):
        for where in one.radii:
            one.heal_it(field, where)
            one.heal_it(field, where)
    wait_until(lambda: not why_not_well(field), "the shop is well")


def only(monkeypatch: pytest.MonkeyPatch, name: str, begins: float = 2.0) -> Incident:
    """An incident of this fault alone."""
    plan = (Planned(name, TROUBLES[name].radii[0], begins, begins + 30.0),)
    monkeypatch.setattr(incident, "draw", lambda seed, level: plan)
    return Incident(7)


def test_an_incident_from_asking_to_the_truth(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = only(monkeypatch, "errors").start(field)
    try:
        with pytest.raises(WorkshopError, match=r"incident 7 \(level 1\) is under way: end it"):
            mine.start(field)
        with pytest.raises(WorkshopError, match=r"under way here: end it with `end\(\)`, or mend"):
            Incident(8).start(field)
        wait_until(lambda: mine.truth.faults, "it has begun")
        (fault,) = mine.truth.faults
        assert mine.asked
        assert 2 <= (fault.began - mine.asked).total_seconds() <= 10
        wait_until(lambda: not field.prometheus.query(fault.shows).empty, "its evidence shows")
        assert not mine.recovered()
        assert mine.mend("latency") is False, "another cause"
        assert mine.mend("errors", "web-1") is False, "a part of it"
        with pytest.raises(
            WorkshopError, match=r"cannot be mended at mysql: it concerns web-1, we"
        ):
            mine.mend("errors", "mysql")
        with pytest.raises(
            WorkshopError, match=r"There is no cause 'rain'. There are: replica-cra"
        ):
            mine.mend("rain")
        assert mine.truth.faults[0].ended is None
        assert mine.mend("errors", "web-2", "web-1") is True
        wait_until(mine.recovered, "the shop has recovered")
    finally:
        truth = mine.end()
    (fault,) = truth.faults
    assert fault.ended
    assert fault.ended > fault.began
    assert (fault.name, fault.where) == ("errors", ("web-1", "web-2"))
    assert not marker.is_there(field)
    assert not mine.is_running


def test_on_a_shop_that_is_broken_already(field: Field) -> None:
    FAULTS["disk-full"].break_it(field, ("mysql",))
    try:
        wait_until(lambda: "DiskFull" in firing(field), "DiskFull fires")
        with pytest.raises(WorkshopError, match=r"The shop is not well.*: DiskFull fires. Mend it"):
            Incident(7).start(field)
        assert not marker.is_there(field), "nothing is left behind"
    finally:
        FAULTS["disk-full"].heal_it(field, ("mysql",))


def test_left_half_way_by_a_process_that_was_killed(field: Field) -> None:
    program = "from lab_helpers.setup.owner import owner; print(owner(), end='')"
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    requests.put(field.url("consul") + marker.KEY, data=ended, timeout=5)
    broken = [FAULTS[name] for name in ("rule-mute", "disk-full", "errors")]
    for one in broken:
        one.break_it(field, one.radii[0])
    wait_until(lambda: shown(field, broken) == {one.name for one in broken}, "all shows")
    with pytest.raises(WorkshopError, match=r"left half-way here. Mend the shop first: `make_well"):
        Incident(7).start(field)
    make_well(field)
    wait_until(lambda: not shown(field, broken), "nothing shows any more", timeout=3)
    assert not marker.is_there(field)


def test_an_incident_that_nobody_knows_any_more_is_mended_too(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = only(monkeypatch, "disk-full", begins=0.0).start(field)
    wait_until(lambda: shown(field, [FAULTS["disk-full"]]), "it shows")
    make_well(field)
    assert not lost.is_running
    assert not shown(field, [FAULTS["disk-full"]])
    only(monkeypatch, "disk-full", begins=30.0).start(field).end()


def test_another_program_s_incident_is_left_alone(field: Field) -> None:
    program = "from lab_helpers.setup.owner import owner; print(owner(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        whose = other.stdout.readline().strip()
        requests.put(field.url("consul") + marker.KEY, data=whose, timeout=5)
        for act in (lambda: Incident(7).start(field), lambda: make_well(field)):
            with pytest.raises(WorkshopError, match="An incident of another program is under way"):
                act()
        other.communicate("")
    marker.give_back(field)


def test_an_incident_is_looked_into_and_mended_as_a_case(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WorkshopError, match=r"incident 7 .* is not under way: start it"):
        investigate(Incident(7), field)
    mine = only(monkeypatch, "disk-full", begins=0.0).start(field)
    case = investigate(mine, field, counts=False)
    wait_until(lambda: len(case.messages()), "somebody is told")
    assert case.messages().subject.str.contains("DiskFull").all()
    assert not case.query(FAULTS["disk-full"].shows, because="the disk is full").empty
    (fault,) = mine.truth.faults
    score = case.answer(fault.symptom, fault.began, fault.where, "disk-full")
    assert score.points == 100
    said = case.mend("replica-crash", "web-2")
    assert said.startswith("That mended nothing. Still wrong: DiskFull fires")
    assert case.mend("disk-full").startswith("That mended it: the shop is well again after")
    assert case.truth.faults[0].ended is not None
    assert set(case.actions().index) == FAULTS.keys()
    mine.end()


def test_a_part_that_cannot_be_done_is_told(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = only(monkeypatch, "target-vanished", begins=0.0)
    monkeypatch.setattr(watching, "_ask", MagicMock(side_effect=ServiceFailed("no answer")))
    mine.start(field)
    with pytest.raises(
        WorkshopError, match=r"A part of incident 7 .* could not be done: no answer"
    ):
        mine.wait()
    monkeypatch.undo()
    with pytest.raises(WorkshopError, match="could not be done: no answer"):
        mine.end()
    assert not marker.is_there(field)


def test_a_field_that_is_stopped_half_way(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = only(monkeypatch, "latency").start(field)
    field.stop()
    with pytest.raises(ServiceFailed, match="The shop is gone, and its incident with it"):
        mine.end()
    with pytest.raises(ServiceFailed, match=r"start the field first|start it first"):
        Incident(7).start(field)
