"""What can be broken on stage: how, which alert fires, and how it is healed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import docker
import requests

from lab_helpers.errors import ServiceFailed, WorkshopError
from lab_helpers.setup import pausing

LATENCY = 0.8  # seconds by which every page is slower
ERRORS = 0.3  # the share of pages that fail
FILL = """
dd if=/dev/zero of=/var/lib/mysql/full bs=64k count=1000 2>/dev/null
test -s /var/lib/mysql/full
"""
FLUSH = """
import socket
with socket.create_connection(("memcached", 11211), 2) as connection:
    connection.sendall(b"flush_all\\r\\n")
    assert connection.recv(64) == b"OK\\r\\n"
"""


class Stage(Protocol):
    """What a fault needs of the stack."""

    def container(self, service: str) -> "docker.models.containers.Container":
        """The container of a service. Raises ServiceFailed if there is none."""

    def url(self, service: str) -> str:
        """Where this machine reaches a service."""


@dataclass(frozen=True)
class Fault:
    """Something that an instructor can break, and heal.

    Attributes:
        does: what breaks, as the end of "… is what breaks".
        alert: the alert that fires within 30 s.
        look: what is worth looking at meanwhile.
        break_it, heal_it: do it; harmless when it is done already.
    """

    does: str
    alert: str
    look: str
    break_it: Callable[[Stage], None]
    heal_it: Callable[[Stage], None]


def _kill_replica(stage: Stage) -> None:
    replica = stage.container("web-2")
    if replica.status == "running":
        replica.kill()


def _start_replica(stage: Stage) -> None:
    stage.container("web-2").start()  # one that runs stays as it is


def _hang(stage: Stage) -> None:
    pausing.pause(stage.container("mysql"))


def _wake(stage: Stage) -> None:
    pausing.wake(stage.container("mysql"))


def _flush(stage: Stage) -> None:
    execute(stage, "traffic", "python3", "-c", FLUSH)


def _nothing(stage: Stage) -> None:
    """The cache fills itself."""


def _fill(stage: Stage) -> None:
    execute(stage, "node-exporter", "sh", "-c", FILL)


def _delete(stage: Stage) -> None:
    execute(stage, "node-exporter", "rm", "-f", "/var/lib/mysql/full")


def _lever(name: str, value: float) -> Callable[[Stage], None]:
    """What sets the web app's lever, in every replica that answers."""

    def pull(stage: Stage) -> None:
        moved = 0
        for replica in ("web-1", "web-2"):
            try:
                address = f"{stage.url(replica)}/chaos"
                moved += requests.post(address, params={name: value}, timeout=20).ok
            except (requests.RequestException, ServiceFailed):
                continue  # it has crashed, and forgets its lever
        if not moved:
            raise ServiceFailed("No replica of the shop answers: heal the other faults first.")

    return pull


def execute(stage: Stage, service: str, *command: str) -> None:
    """Run a command as root in a service's container.

    Its status says whether it was done: a busy engine may lose its words.

    Raises:
        ServiceFailed: it does not run, or the command failed.
    """
    container = stage.container(service)
    if container.status != "running":
        raise ServiceFailed(f"{service} is {container.status}: heal the other faults first.")
    done = container.exec_run(list(command), user="root")
    if done.exit_code:
        said = done.output.decode(errors="replace").strip()
        raise ServiceFailed(f"`{' '.join(command)}` in {service} failed: {said}")


FAULTS: Mapping[str, Fault] = {
    "replica-crash": Fault(
        "a replica of the shop is killed",
        "ReplicaDown",
        "visitors notice nothing: nginx asks the other replica",
        _kill_replica,
        _start_replica,
    ),
    "database-hang": Fault(
        "the database takes connections, and answers none",
        "DatabaseDown",
        "pages wait until all threads of the shop wait, and then its metrics do too",
        _hang,
        _wake,
    ),
    "cache-emptied": Fault(
        "everything in memcached is thrown away",
        "CacheEmptied",
        "orders that fail for want of a cart (status 409), and misses for the front page",
        _flush,
        _nothing,
    ),
    "latency": Fault(
        f"every page takes {LATENCY:g} s longer",
        "LatencyHigh",
        "no error is to be seen: only the histogram tells",
        _lever("latency", LATENCY),
        _lever("latency", 0.0),
    ),
    "errors": Fault(
        f"{ERRORS:.0%} of all pages fail",
        "ErrorsHigh",
        "failed pages are quick: the average latency falls",
        _lever("errors", ERRORS),
        _lever("errors", 0.0),
    ),
    "disk-full": Fault(
        "the disk of the database is written full",
        "DiskFull",
        "predict_linear() would have said so, had it filled slowly",
        _fill,
        _delete,
    ),
}


def fault(name: str) -> Fault:
    """The fault of that name.

    Raises:
        WorkshopError: there is none; the message has those that there are.
    """
    if not name:
        raise WorkshopError(f"Which fault? Name one of these: {', '.join(FAULTS)}.")
    if name not in FAULTS:
        raise WorkshopError(f"There is no fault {name!r}. There are: {', '.join(FAULTS)}.")
    return FAULTS[name]
