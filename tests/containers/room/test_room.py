"""`workshop room` as an instructor runs it: scraped, asked, asleep, ended, started again."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from lab_helpers import seat
from lab_helpers.promql.client import PromQLClient
from lab_helpers.room.figures import QUERIES
from lab_helpers.room.serving import VARIABLE
from lab_helpers.seat import calls, reports, sending
from lab_helpers.setup import engine
from lab_helpers.setup.images import ROOT
from lab_helpers.waiting import wait_until
from tests.class_of import Running, running_room
from tests.class_room import all_is_told, seat_in
from tests.free_port import free_port

NAME = '<b>Bobby</b> "\\'


@pytest.fixture(autouse=True)
def at_a_desk(tmp_path: Path) -> Iterator[None]:
    with seat_in(tmp_path / "seat"):
        yield


def value(prometheus: PromQLClient, expr: str) -> float:
    return float(prometheus.query(expr)["value"].iloc[0])


def test_from_the_start_of_a_room_to_its_next(tmp_path: Path) -> None:
    port = free_port()
    with running_room(tmp_path, port) as room:
        seat.join(room.url, NAME)
        seat.note("02.1", "rate after sum", False)
        prometheus = PromQLClient(room.prometheus)
        wait_until(lambda: value(prometheus, "room_checks_total") == 1, "the check is scraped")
        assert value(prometheus, 'up{job="room"}') == 1
        (found,) = prometheus.query("room_learner_missed").to_dict("records")
        assert (found["learner"], found["exercise"], found["value"]) == (NAME, "02.1", 1)
        for expr in QUERIES.values():
            prometheus.query(expr)  # or it would raise
        wait_until(lambda: figures(room)["where"], "the page has it")
        assert figures(room)["where"] == [[{"exercise": "02.1", "learner": NAME}, 1.0]]
        the_metrics_ask_for_a_password(prometheus)
        a_second_one_is_refused(tmp_path)
        asleep_it_keeps_nobody_waiting(room)
    seat.note("02.1", "", True)  # while it is away
    assert reports.waiting()
    with running_room(tmp_path, port) as again:
        assert again.url == room.url
        seat.catch_up()
        all_is_told()
        prometheus = PromQLClient(again.prometheus)
        total = "sum(room_checks_total)"
        wait_until(lambda: value(prometheus, total) == 22, "counters go on", interval=0.3)
        assert value(prometheus, "room_learner_missed") == 0
    assert room.prometheus not in addresses() and again.prometheus not in addresses()


def figures(room: Running) -> dict[str, Any]:
    return dict(requests.get(f"{room.page}figures", timeout=10).json())


def addresses() -> set[str]:
    """Where containers of this engine answer."""
    published = [port for each in engine.client().api.containers() for port in each["Ports"]]
    return {engine.url(port["PublicPort"]) for port in published if "PublicPort" in port}


def scraped(prometheus: PromQLClient) -> str:
    """Where the room's Prometheus scrapes it, as this machine calls that."""
    found = wait_until(lambda: prometheus.targets()["scrape_url"].iloc[0], "it knows its target")
    return str(found).replace("//instructor:", "//127.0.0.1:")


def the_metrics_ask_for_a_password(prometheus: PromQLClient) -> None:
    target = scraped(prometheus)
    for shown in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic OTk6OTk="}):
        answer = requests.get(target, headers=shown, timeout=5)
        assert answer.status_code == 401 and "room_" not in answer.text


def a_second_one_is_refused(folder: Path) -> None:
    command = [str(ROOT / ".venv/bin/workshop"), "room", "--port=0"]
    environment = {**os.environ, VARIABLE: str(folder)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 1 and "Another room of this checkout" in done.stderr, done.stderr
    assert done.stderr.startswith("workshop: ") and len(done.stderr.splitlines()) == 1


def asleep_it_keeps_nobody_waiting(room: Running) -> None:
    room.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    for _ in range(20):
        seat.note("02.1", "rate after sum", False)
    assert time.monotonic() - began < calls.TIMEOUT, "not for one answer, and twenty were due"
    assert sending.wait(10) and reports.waiting() == 20
    room.process.send_signal(signal.SIGCONT)  # and what was on its way arrives twice
    seat.catch_up()
    all_is_told()
    wait_until(lambda: room.checks() == 21, "each is counted once")
