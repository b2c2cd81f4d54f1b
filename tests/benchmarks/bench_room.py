"""A class of a hundred in front of `workshop room`: what it costs, and whether a check is lost."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import requests

from lab_helpers.setup import engine
from lab_helpers.waiting import wait_until
from tests.benchmarks.figure import Figure
from tests.class_of import learners, running_room
from tests.free_port import free_port

SHARE = 2.0  # per cent of a core


def a_class(count: int = 100, pause: float = 60.0, checks: int = 3) -> Iterator[Figure]:
    """All check at once; then each does about once in a pause (seconds), while the page is open.

    The learners are processes with the seat's own code; the room and its Prometheus are real.
    """
    with tempfile.TemporaryDirectory() as name, running_room(Path(name), free_port()) as room:
        prometheus = _container(room.prometheus)
        began = time.monotonic()
        with learners(count, room.url, Path(name), pause, checks):
            joined = time.monotonic()
            wait_until(lambda: room.checks() >= count, "all are counted", interval=0.02)
            burst = time.monotonic() - joined
            yield Figure(f"room: {count} join", f"{joined - began:.1f} s", "told", True)
            yield Figure(f"room: {count} checks at once", f"{burst:.2f} s", "< 3 s", burst < 3)
            before, since = (_cpu(room.process), _used(prometheus)), time.monotonic()
            while time.monotonic() - since < 0.75 * pause * (checks - 1):
                requests.get(f"{room.page}figures", timeout=10)  # as the page does
                time.sleep(min(2.0, pause))
            wall = time.monotonic() - since
            used = 100 * (_cpu(room.process) - before[0]) / wall
            beside = 100 * (_used(prometheus) - before[1]) / wall
        lost = count * checks - room.checks()
        memory = room.process.memory_info().rss / 2**20
    what = f"room: {count} learners, a check in {pause:.0f} s each"
    yield Figure(what, f"{used:.1f} %", f"<= {SHARE:.0f} % of a core", used <= SHARE)
    yield Figure("room: its Prometheus beside it", f"{beside:.1f} %", "told", True)
    yield Figure("room: checks lost", str(lost), "0", lost == 0)
    yield Figure("room: memory", f"{memory:.0f} MiB", "< 200 MiB", memory < 200)


def _cpu(process: object) -> float:
    """Seconds of a processor that a process has used."""
    times = process.cpu_times()  # type: ignore[attr-defined]
    return float(times.user + times.system)


def _container(url: str) -> docker.models.containers.Container:
    port = int(url.rpartition(":")[2])
    return next(
        each
        for each in engine.client().containers.list(ignore_removed=True)
        if any(p and p[0]["HostPort"] == str(port) for p in each.ports.values())
    )


def _used(container: docker.models.containers.Container) -> float:
    """Seconds of a processor that a container has used."""
    stats = container.stats(stream=False, one_shot=True)
    return float(stats["cpu_stats"]["cpu_usage"]["total_usage"]) / 1e9
