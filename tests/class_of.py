"""A class: the room as it runs, in a process of its own, and learners who are a process each."""

import multiprocessing
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import requests

from lab_helpers import seat
from lab_helpers.grading import diagnoses
from lab_helpers.room.serving import VARIABLE
from lab_helpers.seat import membership, reports, sending
from lab_helpers.setup.images import ROOT
from lab_helpers.waiting import wait_until

EXERCISES = [f"0{chapter}.{place}" for chapter in (2, 3, 4) for place in "abcd"]
_FORK = multiprocessing.get_context("fork")  # a hundred fresh Pythons would take a minute


class Running:
    """`workshop room`, running.

    url: the learners' link. prometheus: its Prometheus's address; "" while there is none.
    """

    def __init__(self, process: "subprocess.Popen[str]", said: Path) -> None:
        self.process = psutil.Process(process.pid)
        self._said = said
        self.url = self._wait_for(r"join (http://\S+) --name")
        self.page = self._wait_for(r"Your page: +(http://\S+)")

    def _wait_for(self, pattern: str) -> str:
        found = wait_until(lambda: re.search(pattern, self._said.read_text()), "the room is open")
        assert found
        return found[1]

    @property
    def prometheus(self) -> str:
        return self._wait_for(r"Its Prometheus: +(http://\S+)")

    def said(self) -> str:
        """What it printed so far."""
        return self._said.read_text()

    def checks(self) -> int:
        """How many checks it has counted."""
        page = requests.get(f"{self.page}metrics", timeout=10).text
        found = re.findall(r"^room_checks_total\{.*\} (\S+)$", page, re.M)
        return int(sum(map(float, found)))


@contextmanager
def running_room(folder: Path, port: int, *options: str) -> Iterator[Running]:
    """`workshop room` on a port, with its record in a folder, until it is interrupted."""
    folder.mkdir(parents=True, exist_ok=True)
    said = folder / "said.txt"
    command = [str(ROOT / ".venv" / "bin" / "workshop"), "room", f"--port={port}", *options]
    with said.open("w") as output:
        process = subprocess.Popen(
            command, env={**os.environ, VARIABLE: str(folder)}, text=True,
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield Running(process, said)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            status = process.wait(30)
        finally:
            process.kill()
        assert status == 0, said.read_text()


def _learner(n: int, url: str, folder: Path, started: object, pause: float, checks: int) -> None:
    """Be a learner: join, check once with all others, then again after pauses."""
    os.environ[membership.VARIABLE] = str(folder / f"learner{n}" / "progress.jsonl")
    draw = random.Random(n)
    seat.join(url, f"Learner {n:03}")
    started.wait()  # type: ignore[attr-defined]
    mistakes = sorted(diagnoses.known())
    exercise = draw.choice(EXERCISES)
    for turn in range(checks):
        if turn:
            time.sleep(pause * draw.uniform(0.5, 1.5))
        is_solved = draw.random() < 0.4
        seat.note(exercise, "" if is_solved else draw.choice(mistakes[::40]), is_solved)
        exercise = draw.choice(EXERCISES) if is_solved else exercise
    deadline = time.monotonic() + 120
    while reports.waiting() and time.monotonic() < deadline:
        sending.wait(1)
        seat.catch_up()
        time.sleep(0.2)
    os._exit(0 if not reports.waiting() else 1)  # without what the parent would tidy up


@contextmanager
def learners(count: int, url: str, folder: Path, pause: float, checks: int) -> Iterator[None]:
    """So many learners, who have joined and check at once when this begins.

    pause: seconds between two checks of a learner, on average. checks: of each.
    """
    started = _FORK.Barrier(count + 1)
    everybody = [
        _FORK.Process(target=_learner, args=(n, url, folder, started, pause, checks))
        for n in range(count)
    ]
    for one in everybody:
        one.start()
    started.wait(120)
    try:
        yield
    finally:
        for one in everybody:
            one.join(150)
            one.kill()
        assert [one.exitcode for one in everybody] == [0] * count
