"""The stage as at its start: all is mended, and nothing of before is to be seen any more."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lab_helpers.errors import ServiceFailed
from lab_helpers.setup import pausing
from lab_helpers.stage.faults import FAULTS
from lab_helpers.stage.stack import Stack
from lab_helpers.waiting import wait_until

if TYPE_CHECKING:
    from docker.models.containers import Container

ANSWERS = 20.0  # seconds within which what was started answers
#: What remembers, and the folder in which it does; the inbox remembers nothing that it is not told.
MEMORY = {"prometheus": "/prometheus", "alertmanager": "/alertmanager", "inbox": ""}
ORDERS = """
mariadb --user=shop --password="$MARIADB_PASSWORD" shop --execute="
  SET SESSION lock_wait_timeout=3; SET FOREIGN_KEY_CHECKS=0;
  TRUNCATE order_lines; TRUNCATE orders;"
"""


@contextmanager
def alone(mark: Path) -> Iterator[None]:
    """Have no other reset be under way meanwhile, of whatever program.

    mark: a file that is held for it, and whose time is when the last reset began.

    Raises:
        ServiceFailed: another one is.
    """
    mark.parent.mkdir(parents=True, exist_ok=True)
    with mark.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServiceFailed(
                "The stage is being reset already: wait until that is done."
            ) from None
        now = time.time()  # a file's own clock may be some milliseconds behind
        os.utime(mark, (now, now))
        yield


def last(mark: Path) -> float:
    """When the last reset began, in Unix time; 0 if there was none."""
    try:
        return mark.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def wake(stack: Stack) -> None:
    """Have every container run that was killed, stopped or paused.

    Raises:
        ServiceFailed: nothing is on stage.
    """
    found = stack.containers()
    if not found:
        raise ServiceFailed("Nothing is on stage: `make demo` starts it.")
    for service, one in found.items():
        if one["State"] in ("running", "paused"):
            pausing.wake(stack.container(service))
        else:
            stack.container(service).start()


def mend(stack: Stack) -> None:
    """Heal every fault of the stage, without waiting for what follows from it."""

    def healed(heal: Callable[[Stack], None]) -> bool:
        heal(stack)
        return True

    for fault in FAULTS.values():
        what = f"{fault.alert} is mended"
        wait_until(lambda heal=fault.heal_it: healed(heal), what, timeout=ANSWERS)  # type: ignore[misc]


def forget(stack: Stack) -> None:
    """Have Prometheus, Alertmanager, the inbox and the shop forget samples, alerts and orders."""
    containers = {service: stack.container(service) for service in MEMORY}
    database = stack.container("mysql")
    with ThreadPoolExecutor(len(MEMORY) + 1) as pool:
        emptied = pool.submit(_execute, database, ORDERS)
        list(pool.map(lambda service: _end(containers[service], MEMORY[service]), MEMORY))
        # Only now: none may hear of anything from another one that has not forgotten it.
        list(pool.map(lambda service: containers[service].start(), MEMORY))
        emptied.result()


def _end(container: "Container", folder: str) -> None:
    """End a program at once, with all that it has written to its folder."""
    if folder:
        _execute(container, f"rm -rf {folder}/*")
    container.kill()
    container.wait()


def _execute(container: "Container", script: str) -> None:
    done = container.exec_run(["sh", "-c", script], user="root")
    if done.exit_code:
        said = done.output.decode(errors="replace").strip()
        raise ServiceFailed(f"{container.name} cannot be emptied: {said}")
