"""A room that runs in this process, and learners' seats in it."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from lab_helpers.room.serving import VARIABLE, Room
from lab_helpers.seat import membership, reports, sending
from lab_helpers.waiting import wait_until
from tests.free_port import free_port

SECRET = "s" * 32


class Open:
    """A room whose doors are open, without a Prometheus.

    url: the learners' link. metrics_url, password: what its Prometheus would scrape.
    """

    def __init__(self, room: Room, metrics_host: str, metrics_port: int, password: str) -> None:
        self.room = room
        self.metrics_url = f"http://{metrics_host}:{metrics_port}/metrics"
        self.password = password
        self.url = room.doors.link
        self.page = room.page_link
        self.address = (room.host, int(self.url.split(":")[2].partition("/")[0]))

    def post(self, path: str = "", body: Any = None, **more: Any) -> requests.Response:
        """What the room answers to an object, or to bytes."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return requests.post(self.url + path, data=data, timeout=10, **more)

    def join(self, name: str, secret: str = SECRET) -> requests.Response:
        return self.post("", {"name": name, "secret": secret})

    def tell(self, name: str, *reports: dict[str, Any], secret: str = SECRET) -> requests.Response:
        return self.post("/reports", {"name": name, "secret": secret, "reports": list(reports)})

    def metrics(self) -> dict[tuple[str, ...], float]:
        """What Prometheus would scrape: values by the sample's name and its labels' values."""
        page = requests.get(f"{self.page}metrics", timeout=10)
        page.raise_for_status()
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(page.text)
            for sample in family.samples
        }

    def raw(self, sent: bytes, wait: float = 5.0) -> bytes:
        """What the room answers to bytes, all of it; b"" if it hangs up."""
        found = b""
        try:
            with socket.create_connection(self.address, wait) as connection:
                connection.sendall(sent)
                connection.shutdown(socket.SHUT_WR)
                while part := connection.recv(65536):
                    found += part
        except TimeoutError:
            raise
        except OSError:
            pass  # it hung up
        return found


def report(exercise: str, tries: int, diagnosis: str = "") -> dict[str, Any]:
    """A check as a learner's machine tells of it; solved if there is no mistake."""
    told = {"exercise": exercise, "tries": tries, "diagnosis": diagnosis}
    return {**told, "solved": not diagnosis}


@contextmanager
def open_room(folder: Path, port: int | None = None, host: str = "127.0.0.1") -> Iterator[Open]:
    """A room that keeps its record in this folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(folder))
        room = Room(host, free_port() if port is None else port)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def do(what: Callable[[], Any]) -> Any:
        return what()

    asyncio.run_coroutine_threadsafe(do(room.open), loop).result()
    for_prometheus = asyncio.run_coroutine_threadsafe(do(room.open_for_prometheus), loop).result()
    try:
        yield Open(room, *for_prometheus)
    finally:
        asyncio.run_coroutine_threadsafe(do(room.close), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def seat_in(folder: Path) -> Iterator[None]:
    """This process as the learner whose seat and record are kept in this folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(membership.VARIABLE, str(folder / "progress.jsonl"))
        yield


def all_is_told() -> None:
    """Wait until the room knows of every check of this learner's."""
    wait_until(lambda: sending.wait(5) and not reports.waiting(), "every check is told")
