"""`workshop room`: the doors, the page, and the Prometheus between them."""

import asyncio
import os
import resource
import signal
import socket
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.web import Application

from lab_helpers.errors import WorkshopError
from lab_helpers.grading import catalogue
from lab_helpers.room import page, watching
from lab_helpers.room.doors import Doors
from lab_helpers.room.figures import Figures
from lab_helpers.room.metrics import RoomCollector
from lab_helpers.room.record import Record
from lab_helpers.setup import engine
from lab_helpers.setup.addresses import reached_at
from lab_helpers.setup.images import ROOT

PORT = 8030
#: Names another folder for the record, for tests that must not touch the instructor's own.
VARIABLE = "WORKSHOP_ROOM"
#: Connections at the same time, in all and of one address: each costs at most `_LIMITS` of memory.
MOST, MOST_OF_ONE = 400, 200
_LIMITS: dict[str, Any] = {
    "max_header_size": 8 * 1024,
    "max_body_size": 32 * 1024,
    "max_buffer_size": 64 * 1024,
    "chunk_size": 8 * 1024,
    "idle_connection_timeout": 15.0,  # also for a header that comes slowly
    "body_timeout": 10.0,
}


def folder() -> Path:
    """Where a room is kept."""
    return Path(os.environ.get(VARIABLE) or ROOT / ".workshop" / "room")


class BoundedServer(HTTPServer):
    """An HTTP server that takes so many connections and no more."""

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        """Serve a connection, or end it at once."""
        addresses = Counter(str(each.context.remote_ip) for each in self._connections)  # type: ignore[attr-defined]
        if len(self._connections) >= MOST or addresses[str(address[0])] >= MOST_OF_ONE:
            stream.close()
        else:
            super().handle_stream(stream, address)


class Room:
    """A room: what it knows, and its servers.

    host: the address on which learners reach it.
    port: theirs; the page is on the next one. 0 takes free ones.
    """

    def __init__(self, host: str = engine.LOOPBACK, port: int = PORT) -> None:
        self.host = host
        with suppress(ValueError, OSError):  # a laptop's usual limit would be too few connections
            _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(2048, most), most))
        self.record = Record(folder() / "room.sqlite")
        try:
            self._learners = _listen(host, port)
            try:
                self._page = _listen(engine.LOOPBACK, port and port + 1)
            except BaseException:
                self._learners.close()
                raise
        except BaseException:
            self.record.close()
            raise
        exercises = {
            number: exercise.title
            for chapter in catalogue.chapters()
            for number, exercise in catalogue.exercises(chapter).items()
        }
        self.doors = Doors(self.record, RoomCollector(self.record), frozenset(exercises))
        self.figures = Figures(self.doors.metrics, exercises)
        self.doors.link = self._link()
        self.page_link = f"http://{engine.LOOPBACK}:{self._page.getsockname()[1]}/"
        self._servers: list[HTTPServer] = []

    def open(self) -> None:
        """Let learners in; in an event loop."""
        self._serve(self.doors.application(), self._learners)
        self._serve(page.application(self.doors, self.figures), self._page)

    def open_for_prometheus(self) -> tuple[str, int, str]:
        """Let a Prometheus scrape; where, and with which password."""
        door, password = watching.metrics_socket(), watching.password()
        self._serve(page.metrics_alone(self.doors, self.figures, password), door)
        return (*door.getsockname()[:2], password)

    def close(self) -> None:
        """Close all doors; what the room knows is in its file."""
        for server in self._servers:
            server.stop()
        for each in (self._learners, self._page):
            each.close()
        self.record.close()

    def _serve(self, application: Application, door: socket.socket) -> None:
        door.setblocking(False)
        server = BoundedServer(application, **_LIMITS)
        server.add_socket(door)
        self._servers.append(server)

    def _link(self) -> str:
        port = self._learners.getsockname()[1]
        address = reached_at(self.host)
        shown = f"[{address}]" if ":" in address else address
        return f"http://{shown}:{port}/join/{self.record.token}"


def serve(host: str, port: int) -> None:
    """Run the room until it is interrupted.

    Raises:
        WorkshopError: a port is taken, the address is not this machine's, or a room runs already.
    """
    asyncio.run(_run(Room(host, port)))


async def _run(room: Room) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    with closing(room):
        room.open()
        print(f"Learners paste:  .venv/bin/workshop join {room.doors.link} --name YOUR-NAME")
        print(f"Your page:       {room.page_link}  (on this machine alone)")
        if room.doors.link.startswith(f"http://{engine.LOOPBACK}:"):
            print("Nobody else's machine reaches it yet: --host 0.0.0.0 opens it to your network.")
        print("Ctrl+C ends it; what it knows stays for the next time.", flush=True)
        watch = asyncio.create_task(_watch(room))
        await ended.wait()
        print("\nThe room is closing …", flush=True)
        with suppress(WorkshopError):
            prometheus = await watch
            if prometheus is not None:
                await asyncio.to_thread(prometheus.stop)


async def _watch(room: Room) -> watching.RoomPrometheus | None:
    """Start the room's Prometheus; without one the room counts on, and its page says why."""
    try:
        with engine.in_words():
            await asyncio.to_thread(engine.sweep)  # what a room left behind that was killed
            prometheus = watching.RoomPrometheus(*room.open_for_prometheus())
            await asyncio.to_thread(prometheus.start)
    except WorkshopError as problem:
        room.figures.problem = f"There is no Prometheus, so no figures: {problem}"
        print(f"workshop: {room.figures.problem}\nThe room counts on.", flush=True)
        return None
    room.figures.prometheus = prometheus.url
    print(f"Its Prometheus:  {prometheus.url}", flush=True)
    return prometheus


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=256)
    except (OSError, OverflowError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        raise WorkshopError(
            f"The room cannot listen on {host}, port {port}: {why}. `--port` takes another one, "
            "and the next one is its page's; `--host` must be an address of this machine."
        ) from None
