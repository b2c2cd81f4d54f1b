"""A learner's program in a container: with limits, and with words for a start that goes wrong."""

import http.client
import itertools
import re
import socket
import time
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any, Self

from docker.errors import APIError

from lab_helpers.errors import ServiceFailed
from lab_helpers.grading.judges.program.exposition import Page, read_page
from lab_helpers.grading.judges.program.found import Found
from lab_helpers.services.programs import ProgramContainer
from lab_helpers.setup.engine import client, host

#: What a program may take, so that none starves its neighbours.
LIMITS = {"mem_limit": "256m", "pids_limit": 128}
START = 30.0  # seconds until it must listen; on a busy machine an import takes some
SECOND = 5.0  # seconds more until it listens on its second port
ANSWER = 10.0  # seconds until a request must be answered, as Prometheus waits for a scrape
LARGEST = 500_000  # characters of a page that are read, some ten thousand series

_FRAME = re.compile(r'\s+File "/srv/[^"]+", line (\d+)')


@dataclass(frozen=True)
class Reply:
    """An answer to a request; `took` in seconds."""

    status: int
    content_type: str
    text: str
    took: float


class AnswerContainer(ProgramContainer):
    """A learner's program. How its start went is what `await_ports` finds out.

    library: whether it may import what is installed, or Python's standard library alone.
    files: what is there when it starts, by path.
    """

    def __init__(
        self,
        program: str,
        *,
        name: str,
        metrics_port: int = 8000,
        library: bool = True,
        files: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(program, name=name, metrics_port=metrics_port)
        if not library:
            self.with_command(["-S", f"/srv/{name}.py"])
        for path, text in (files or {}).items():
            self.copy_in(text, path)
        self._lines = program.splitlines()
        self._addresses: dict[int, int] = {}

    def with_kwargs(self, **kwargs: Any) -> Self:
        """As for every container, and with the limits."""
        return super().with_kwargs(**kwargs, **LIMITS)

    def wait_until_ready(self) -> None:
        """Nothing is awaited: a program that is wrong is never ready."""

    def await_ports(self) -> None:
        """Wait until somebody listens on its ports. Raises Found."""
        patience = START
        for port in sorted({self.port, self.metrics_port}):
            self._await(port, patience)
            patience = SECOND

    def _await(self, port: int, patience: float) -> None:
        began = time.monotonic()
        for look in itertools.count(1):
            if self._answers(port):
                return
            if time.monotonic() - began > patience:
                first = patience == START
                hint = "What does it wait for?" if first else f"Port {self.port} has an answer."
                said = f"Nobody listens on port {port}, and the program still runs. {hint}"
                raise Found("nobody listens", said)
            if look % 10 == 0 and not self.is_running:  # to ask the engine costs more
                raise self._died()
            if look % 40 == 0:
                self._look_elsewhere(port)
            time.sleep(0.05)

    def _answers(self, port: int) -> bool:
        with (
            suppress(OSError, ServiceFailed),
            socket.create_connection((host(), self._address(port)), timeout=1) as connection,
        ):
            connection.sendall(b"knock\r\n\r\n")  # refused, without the program's seeing it
            return bool(connection.recv(1))
        return False

    def _look_elsewhere(self, port: int) -> None:
        """Raise Found if it listens where nobody asks."""
        try:
            open_ports = list(listening(self.run("cat", "/proc/net/tcp", "/proc/net/tcp6")))
        except (ServiceFailed, APIError):
            return  # it has just died
        for address, other in open_ports:
            if other == port and address == "0100007F":
                raise Found(
                    "loopback only",
                    f"It listens on 127.0.0.1:{port}, where nobody outside its container can "
                    "reach it. An empty address means everywhere.",
                )
        if wrong := {other for _, other in open_ports} - {self.port, self.metrics_port}:
            raise Found("wrong port", f"It listens on port {wrong.pop()}; asked for is {port}.")

    def _died(self) -> Found:
        place, error = last_error(self.logs(200))
        if error.startswith(("SyntaxError", "IndentationError", "TabError")):
            return Found("syntax error", f"{self.line(place)}: {error}.")
        if place:
            return Found("dies at start", f"It dies while it starts. {self.line(place)}: {error}.")
        container = self.get_wrapped_container()
        container.reload()
        state = container.attrs["State"]
        if state["OOMKilled"]:
            return Found("dies at start", f"It takes more memory than {LIMITS['mem_limit']}.")
        if status := state["ExitCode"]:
            said = (self.logs(1).strip() or "nothing")[:300]
            return Found("dies at start", f"It ends with status {status}. Its last words: {said}")
        return Found(
            "ends at once",
            "It runs to its end, and then nobody is there to answer. The whole program is wanted: "
            "are the last lines of the start still there? They serve, and wait.",
        )

    def line(self, number: int) -> str:
        """A line of the program, as a learner finds it again."""
        if not number:
            return "In the library, by what your program gave it"
        text = self._lines[number - 1].strip() if number <= len(self._lines) else ""
        return f"Line {number}, `{text:.70}`"

    def put(self, files: Mapping[str, str]) -> None:
        """Replace files while it runs. Raises Found."""
        for path, text in files.items():
            try:
                self.copy_into_container(text.encode(), path)
            except ServiceFailed:
                raise Found("dies when asked", f"It has ended. {self.complaint()}") from None

    def ask(self, path: str, method: str = "GET") -> Reply:
        """Send it a request.

        Raises:
            Found: it does not answer, or not in time.
        """
        return self._within(self.port, method, path)

    def scrape(self) -> Page:
        """Read its page of metrics.

        Raises:
            Found: there is none, or one that Prometheus would refuse.
        """
        reply = self._within(self.metrics_port, "GET", "/metrics")
        if reply.status == 404:
            raise Found(
                "no such page", f"Port {self.metrics_port} answers 404 to /metrics: not found."
            )
        if reply.status != 200:
            raise Found(
                "raises when scraped",
                f"A scrape ends with status {reply.status}, and everything on the page is lost. "
                f"{self.complaint()}",
            )
        if len(reply.text) >= LARGEST:
            raise Found("page too large", f"The page has more than {LARGEST:,} characters.")
        return read_page(reply.content_type, reply.text)

    def complaint(self) -> str:
        """The last error in its log, in a sentence."""
        for _ in range(20):  # the log comes a moment after the answer
            place, error = last_error(self.logs(200))
            if error:
                return f"{self.line(place)}: {error}."
            time.sleep(0.05)
        return "Its log has no error."

    def _within(self, port: int, method: str, path: str) -> Reply:
        reply: Future[Reply] = Future()

        def run() -> None:
            try:
                reply.set_result(self._ask(port, method, path, ANSWER))
            except BaseException as problem:
                reply.set_exception(problem)

        # The thread of a program that never ceases to send ends when its container is gone.
        Thread(target=run, daemon=True).start()
        try:
            return reply.result(ANSWER)
        except (TimeoutError, TookTooLong):
            raise Found("hangs", f"{method} {path} has no answer after {ANSWER:.0f} s.") from None
        except (OSError, http.client.HTTPException, ServiceFailed):
            if not self.is_running:
                died = self._died()
                if died.diagnosis == "ends at once":  # having answered the first knock
                    raise died from None
                raise Found(
                    "dies when asked", f"{method} {path} ends it. {self.complaint()}"
                ) from None
            said = f"{method} {path} ends without an answer in HTTP. {self.complaint()}"
            raise Found("breaks off", said) from None

    def _ask(self, port: int, method: str, path: str, timeout: float) -> Reply:
        began = time.monotonic()
        connection = http.client.HTTPConnection(host(), self._address(port), timeout=timeout)
        try:
            connection.request(method, path, headers={"Accept": "text/plain"})
            response = connection.getresponse()
            text = response.read(2 * LARGEST).decode(errors="surrogateescape")[:LARGEST]
        finally:
            connection.close()
        kind = response.headers.get("Content-Type", "")
        return Reply(response.status, kind, text, time.monotonic() - began)

    def _address(self, port: int) -> int:
        if port not in self._addresses:
            found = client().api.port(self.get_wrapped_container().id, port)
            if not found:
                raise ServiceFailed(f"{self.name} has ended.")
            self._addresses[port] = int(found[0]["HostPort"])
        return self._addresses[port]


def last_error(log: str) -> tuple[int, str]:
    """The line of the program and the last error that its log has.

    The line is 0 where there are only errors within libraries, the error "" where there is none.
    """
    place, within, found = 0, False, (0, "")
    for line in log.splitlines():
        if frame := _FRAME.match(line):
            place, within = int(frame[1]), True
        elif line.startswith("Traceback"):
            place, within = 0, True
        elif within and line.strip() and not line[0].isspace():
            if place or not found[0]:
                found = place, line.strip()[:300].rstrip(".")
            within = False
    return found


def listening(table: str) -> list[tuple[str, int]]:
    """The sockets that listen, of a /proc/net/tcp: address as it is there, and port."""
    rows = [line.split() for line in table.splitlines()]
    sockets = [row[1].split(":") for row in rows if len(row) > 3 and row[3] == "0A"]
    engines_own = "0B00007F"  # where names of the network are resolved
    return [(ip, int(port, 16)) for ip, port in sockets if ip != engines_own]
