"""Seeded, open-loop load on the shop.

*Open-loop* means that visitors come when the seed says so, whatever the shop does: a slow answer
does not slow the next arrival down, as it would if a fixed number of clients waited for their
answers. A closed loop hides trouble, because it stops asking while the shop is slow.
"""

import atexit
import contextlib
import http.client
import ipaddress
import json
import queue
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode, urlsplit

from lab_helpers.errors import WorkshopError
from lab_helpers.traffic.journeys import JOURNEYS, MIX, Outcome, Request, frame, plan, shares

__all__ = ["Traffic", "plan", "shares"]

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_RATE = 500.0  # requests a second: more says something about the laptop, not about the shop
MAX_DURATION = 3600.0  # seconds
TIMEOUT = 5.0  # seconds without a byte after which an answer is given up
WORKERS = 64  # answers that are awaited at once
WAITING = 500  # requests that may wait for one of them; more are dropped, and counted


class Traffic:
    """Load on one address of the lab, from background threads of this process.

        with Traffic(nginx.url, rate=20) as traffic:
            …
        traffic.summary()

    Starting another one of the same name stops the one before; the end of the process stops all.

    Args:
        url: where to; only this machine's loopback or the container engine's host.
        rate: requests a second.
        seed: the same seed asks the same at the same moments.
        mix: weights of `JOURNEYS`.
        duration: seconds after which it stops by itself.
        chaos: the web app's addresses, where `url` leads to several replicas.
        name: tells apart what may run at once.

    Raises:
        WorkshopError: an address outside the lab, or a rate or a duration out of bounds.
    """

    def __init__(
        self,
        url: str,
        rate: float = 20.0,
        seed: int = 1,
        *,
        mix: Mapping[str, float] = MIX,
        duration: float = 600.0,
        chaos: tuple[str, ...] = (),
        name: str = "shop",
    ) -> None:
        if not 0 < rate <= MAX_RATE:
            raise WorkshopError(f"rate is requests a second, up to {MAX_RATE:g}, not {rate!r}.")
        if not 0 < duration <= MAX_DURATION:
            raise WorkshopError(f"duration is seconds, up to {MAX_DURATION:g}, not {duration!r}.")
        if (unknown := set(mix) - set(JOURNEYS)) or not sum(mix.values()) > 0:
            raise WorkshopError(f"mix weighs the journeys {list(JOURNEYS)}, not {unknown or mix}.")
        for address in (url, *chaos):
            require_lab_address(address)
        self.url, self.rate, self.seed = url.rstrip("/"), rate, seed
        self.mix, self.duration, self.name = dict(mix), duration, name
        self._levers = tuple(address.rstrip("/") for address in chaos) or (self.url,)
        self._lever_moved = False
        self._reset()
        self._lasted: float | None = 0.0  # None while it runs

    def _reset(self) -> None:
        self._outcomes: list[Outcome] = []
        self._due: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._connections: list[http.client.HTTPConnection] = []
        self._halt = threading.Event()
        self._threads: list[threading.Thread] = []
        self._began, self._began_at = time.monotonic(), time.time()
        self._lasted = None

    # Starting and stopping

    def start(self) -> Self:
        """Begin; a running one of the same name is stopped first, this one included."""
        if (previous := _running.get(self.name)) is not None:
            previous.stop()
        self._reset()
        _running[self.name] = self
        for work in (self._arrive, *[self._answer] * WORKERS):
            thread = threading.Thread(target=work, name=f"traffic-{self.name}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def stop(self) -> None:
        """End, and take back what `latency` and `errors` did; what was measured is kept."""
        self._halt.set()
        deadline = time.monotonic() + TIMEOUT
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))
        for connection in self._connections:
            connection.close()
        if _running.get(self.name) is self:
            del _running[self.name]
        if self._lever_moved:
            self._lever_moved = False
            with contextlib.suppress(WorkshopError):  # a shop that is gone needs no mending
                self._pull({"latency": 0.0, "errors": 0.0})

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *problem: object) -> None:
        self.stop()

    @property
    def is_running(self) -> bool:
        """Whether visitors still come."""
        return bool(self._threads) and not self._halt.is_set()

    # The workshop's lever

    def latency(self, seconds: float) -> None:
        """Make every page slower by so many seconds, until 0 or `stop`."""
        self._pull({"latency": seconds})

    def errors(self, ratio: float) -> None:
        """Let this share (0 to 1) of all pages fail with status 500, until 0 or `stop`."""
        self._pull({"errors": ratio})

    def _pull(self, values: dict[str, float]) -> None:
        for address in self._levers:
            connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=15)
            try:
                connection.request("POST", f"/chaos?{urlencode(values)}")
                answer = connection.getresponse()
                said = answer.read().decode(errors="replace")
            except (OSError, http.client.HTTPException) as problem:
                raise WorkshopError(f"{address}/chaos does not answer: {problem}.") from None
            finally:
                connection.close()
            if answer.status != 200:
                words = said.partition("<p>")[2].partition("</p>")[0] or said[:200]
                raise WorkshopError(f"{address}/chaos refuses {values}: {words}.")
            self._lever_moved = any(json.loads(said).values())

    # The load

    def _arrive(self) -> None:
        """Hand out each request at its moment, whatever became of those before it."""
        for request in plan(self.rate, self.seed, self.mix):
            moment = min(request.due, self.duration)
            if self._halt.wait(max(0.0, self._began + moment - time.monotonic())):
                break
            if request.due >= self.duration:
                break
            if self._due.qsize() < WAITING:
                self._due.put(request)
            else:
                self._outcomes.append(Outcome(request, "dropped", moment, moment))
        self._lasted = min(time.monotonic() - self._began, self.duration)
        for _ in range(WORKERS):
            self._due.put(None)
        for worker in self._threads[1:]:  # those in line are still served, unless it was stopped
            worker.join()
        if not self._halt.is_set():
            self.stop()

    def _answer(self) -> None:
        """Send requests, one after another, and write down what came of each."""
        while (request := self._due.get()) is not None:
            if not self._halt.is_set():
                sent = time.monotonic() - self._began
                status = self._ask(request)
                answered = time.monotonic() - self._began
                self._outcomes.append(Outcome(request, status, sent, answered))

    def _ask(self, request: Request) -> str:
        headers = {
            "Cookie": f"visitor={self.seed}-{request.visitor}",
            "traceparent": f"00-{request.trace}-{request.trace[:16]}-01",
        }
        body = None
        if request.method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(request.form)
        while True:
            try:
                connection, is_new = self._connections.pop(), False
            except IndexError:
                connection, is_new = self._connect(), True
            try:
                connection.request(request.method, request.route, body, headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as problem:
                connection.close()
                if is_new or isinstance(problem, TimeoutError):
                    return _word(problem)
                continue  # the server had closed it while nobody used it
            self._connections.append(connection)
            return str(answer.status)

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=TIMEOUT)

    # What was measured

    @property
    def requests(self) -> "DataFrame":
        """One row a request that has come to an end.

        `due` (UTC), `visitor`, `method`, `route`, `status` (text: an HTTP status, or `timeout`,
        `refused`, `broken`, `dropped`), `seconds` from the moment that it was due to the end of
        the answer, and of these `waited`, before it could be sent; `trace`, the trace id that the
        request brought in its header `traceparent`.
        """
        return frame(self._outcomes, self._began_at)

    def summary(self) -> "DataFrame":
        """What it did, by request and status: how many, how many a second, and how long they took.

        The quantiles are of `seconds` as in `requests`: what a visitor felt, from the click on.
        """
        groups = self.requests.groupby(["method", "route", "status"])["seconds"]
        return groups.agg(
            requests="count",
            per_second=lambda s: len(s) / self.elapsed,
            median="median",
            p90=lambda s: s.quantile(0.9),
            p99=lambda s: s.quantile(0.99),
            max="max",
        )

    @property
    def elapsed(self) -> float:
        """Seconds that it has run."""
        return self._lasted if self._lasted is not None else time.monotonic() - self._began

    def __repr__(self) -> str:
        state = "running" if self.is_running else "stopped"
        return (
            f"<Traffic {self.name!r} on {self.url}: {self.rate:g} requests a second, "
            f"seed {self.seed}, {state} after {self.elapsed:.0f} s, {len(self._outcomes)} done>"
        )


def _word(problem: Exception) -> str:
    if isinstance(problem, TimeoutError):
        return "timeout"
    return "refused" if isinstance(problem, ConnectionRefusedError) else "broken"


def require_lab_address(url: str) -> None:
    """Make sure that an address is the lab's: nobody else gets load from a workshop.

    Raises:
        WorkshopError: it is not, or it is no http:// address.
    """
    where = urlsplit(url)
    name = where.hostname or ""
    if where.scheme != "http" or not name:
        raise WorkshopError(f"{url!r} is no address such as http://127.0.0.1:8000.")
    try:
        ours = name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        ours = False
    if not ours:
        from lab_helpers.setup.engine import host

        if name != host():
            raise WorkshopError(
                f"{url} is not the lab's: load goes to this machine or to the container engine's "
                "host only. Use the `url` of a service of the lab."
            )


_running: dict[str, Traffic] = {}


@atexit.register
def _stop_all() -> None:
    for traffic in list(_running.values()):
        traffic.stop()
