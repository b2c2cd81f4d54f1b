"""A room on one machine: what a learner of the hub costs, and many in chapter 01 at once."""

import contextlib
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab_helpers.errors import ServiceFailed
from lab_helpers.hub import image, refusals
from tests.benchmarks.figure import Figure
from tests.free_port import free_port
from tests.own_hub import OwnHub, own_hub

FIRST, ALERTS = "01_first_scrape", "06_alertmanager"


def a_room(learners: int = 20) -> Iterator[Figure]:
    """`learners`: how many there are, each of whom runs the chapter at the same time."""
    if why := image.why_missing():
        raise ServiceFailed(why)
    with (
        tempfile.TemporaryDirectory() as folder,
        own_hub(Path(folder), free_port(), learners) as hub,
    ):
        names = sorted(hub.passwords)
        hub.enter(names[0])
        rest = _used(hub, names[0])
        yield Figure("a learner of the hub at rest", f"{rest / 1e6:.0f} MB", "< 200 MB", rest < 2e8)
        with _most_used(hub, names[0]) as most:
            _, passed = _run(hub, names[0], ALERTS)
        told = f"{most[0] / 1e6:.0f} MB" if passed else "FAILED"
        holds = passed and most[0] < refusals.EACH
        yield Figure("… the most in chapter 06", told, f"< {refusals.EACH / 1e6:.0f} MB", holds)
        alone, passed = _run(hub, names[0], FIRST)
        yield Figure("… chapter 01", f"{alone:.0f} s" if passed else "FAILED", "passes", passed)
        with ThreadPoolExecutor(learners) as room:
            list(room.map(hub.enter, names))
            runs = list(room.map(lambda name: _run(hub, name, FIRST), names))
        failed = sum(not passed for _, passed in runs)
        yield Figure(f"{learners} at once in chapter 01: failures", str(failed), "0", not failed)
        slowest = max(seconds for seconds, _ in runs)
        goal = 3 * alone
        yield Figure("… the slowest", f"{slowest:.0f} s", f"< {goal:.0f} s", slowest < goal)


def _run(hub: OwnHub, learner: str, chapter: str) -> tuple[float, bool]:
    """Run a chapter as `make test` does: how long it took, in seconds, and whether it passed.

    What is said of a chapter that did not is shown.
    """
    began = time.perf_counter()
    command = f"python3 -m pytest -q -p no:cacheprovider notebooks/{chapter}.ipynb"
    status, said = hub.inside(learner, "sh", "-c", f"cd ~/practical-monitoring && {command}")
    if status:
        print(f"{learner}, chapter {chapter}:\n{said}", file=sys.stderr, flush=True)
    return time.perf_counter() - began, status == 0


def _used(hub: OwnHub, learner: str) -> float:
    """Bytes of memory that a learner takes, without what the system keeps of files unasked."""
    told = hub.container(learner).stats(stream=False)["memory_stats"]
    kept = told["stats"].get("total_inactive_file", told["stats"].get("inactive_file", 0))
    return float(told["usage"] - kept)


@contextlib.contextmanager
def _most_used(hub: OwnHub, learner: str) -> Iterator[list[float]]:
    """The most of `_used` while it lasts, looked at about once a second."""
    most = [0.0]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            most[0] = max(most[0], _used(hub, learner))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield most
    finally:
        ended.set()
        watching.join()
