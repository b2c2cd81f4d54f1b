"""A lab: services on one network, started side by side, shown, awaited, and cleaned up."""

import atexit
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from html import escape
from types import TracebackType
from typing import Any, Self, TypeVar

from testcontainers.core.network import Network

from lab_helpers.errors import ServiceFailed, WaitFailed
from lab_helpers.progress import Progress
from lab_helpers.services.base import Service
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.setup import engine
from lab_helpers.waiting import wait_until

T = TypeVar("T")
S = TypeVar("S", bound=Service)
#: a line of the lab's table
Row = tuple[str, str, str, str]
COLUMNS: Row = ("service", "state", "link", "image")

#: the labs that run in this process, by name
_running: dict[str, "Lab"] = {}


class Lab:
    """Services on one network.

    Starting a lab removes whatever an earlier run left behind: this notebook's previous lab of the
    same name, and everything of processes that have ended. It is stopped when the process ends.

    Args:
        services: what the lab consists of.
        name: tells labs apart that one notebook runs at the same time.
    """

    def __init__(self, *services: Service, name: str = "lab") -> None:
        self.services: list[Service] = []
        self._guests: list[Service] = []
        self.name = name
        self._network: Network | None = None
        for service in services:
            if service.name in {other.name for other in self.services}:
                raise ServiceFailed(
                    f"Two services of the lab are called {service.name}: give one another name=."
                )
            self.services.append(service)

    # Starting and stopping

    def start(self, *services: Service) -> Self:
        """Start everything, side by side; or add ``services`` to the lab that runs.

        Shown is what was started, and in one line how many run besides.

        Raises:
            ServiceFailed, ConfigurationRefused, ImageUnavailable: the first service that failed.
                A lab whose start fails leaves nothing behind; of services that are added, the
                others run on.
            EngineRefused: the engine has no addresses left for the lab's network.
        """
        for service in services:
            self._take_in(service)
        if self._network is not None:
            self._start_side_by_side(list(services))
            return self
        if self.name in _running:
            _running[self.name].stop()
        engine.sweep(self.name)
        try:
            self._create_network()
            self._start_side_by_side(self.services)
        except BaseException:
            self.stop()
            raise
        return self

    @contextmanager
    def guest(self, service: S) -> Iterator[S]:
        """Have a service on the lab's network for a while, without its being one of the lab's.

        Raises:
            ServiceFailed, ConfigurationRefused, ImageUnavailable: it did not start.
        """
        if self._network is None:
            raise ServiceFailed("The lab does not run: start it first.")
        service.join(self._network, self.name)
        self._guests.append(service)
        try:
            yield service.start()
        finally:
            service.stop()
            if service in self._guests:
                self._guests.remove(service)

    def _take_in(self, service: Service) -> None:
        """Make a service one of the lab's; it replaces another of its name."""
        for known in (self.services, self._guests):
            for other in [other for other in known if other.name == service.name]:
                other.stop()
                known.remove(other)
        self.services.append(service)

    def stop(self) -> None:
        """Stop everything and remove it; does nothing if that is done."""
        with ThreadPoolExecutor() as pool:
            self._remove(pool.map)

    def _remove(self, each: Callable[..., Iterable[None]]) -> None:
        if self._network is None:
            return
        list(each(Service.stop, [*self.services, *self._guests]))
        self._guests.clear()
        with engine.in_words():
            engine.remove_network(str(self._network.id))
        self._network = None
        if _running.get(self.name) is self:
            del _running[self.name]

    def _create_network(self) -> None:
        labels = {engine.OWNER_LABEL: engine.owner(), engine.LAB_LABEL: self.name}
        network = Network(docker_network_kw={"labels": labels})
        with engine.in_words(), ThreadPoolExecutor(1) as pool:
            job = pool.submit(network.create)
            try:
                job.result()
            finally:  # an interrupt must not leave a network that nobody knows of
                wait([job])
                if job.exception() is None:
                    self._network = network
                    _running[self.name] = self

    def _start_side_by_side(self, services: list[Service]) -> None:
        if not services:
            return
        assert self._network is not None
        for service in services:
            service.join(self._network, self.name)
        with Progress() as progress, ThreadPoolExecutor(max(len(services), 1)) as pool:
            slowest_first = sorted(services, key=lambda service: -service.boots_in)
            jobs: dict[Service, Future[Any]] = {}
            try:
                for service in slowest_first:  # an interrupt in between ends those before it
                    jobs[service] = pool.submit(service.start)
                while waiting := [s.name for s, job in jobs.items() if not job.done()]:
                    _raise_failures(jobs)
                    done = len(services) - len(waiting)
                    progress.say(f"{done} of {len(services)} ready; starting {', '.join(waiting)}")
                    time.sleep(0.02)
                _raise_failures(jobs)
            except BaseException:
                _let_them_end(jobs)
                raise
            self._show(progress, services)

    # Looking at it

    def _show(self, progress: Progress, started: list[Service]) -> None:
        rows, line = self._rows(started), f"ready in {progress.elapsed:.1f} s"
        others = self._rows([service for service in self.services if service not in started])
        if others:
            run = sum(state == "running" for _, state, _, _ in others)
            line += f": {len(started)} more, {run} run{'s' if run == 1 else ''} already"
        progress.done(f"{line}\n{_as_text(rows)}", f"{_as_html(rows)}<small>{line}</small>")

    def _rows(self, services: Iterable[Service]) -> list[Row]:
        rows, alive = [], engine.running()
        for service in services:
            running = service._container is not None and service._container.id in alive
            link = service.link if running else None
            rows.append(
                (service.name, "running" if running else "stopped", link or "", service.image)
            )
        return rows

    def __str__(self) -> str:
        return _as_text(self._rows(self.services))

    def _repr_html_(self) -> str:
        return _as_html(self._rows(self.services))

    def draw(self) -> Any:
        """The lab's architecture as a picture, drawn from what runs.

        `lab_helpers.pictures.drawing` says how.
        """
        from lab_helpers.pictures.drawing import draw

        return draw(self.services)

    # Waiting

    def wait_until(
        self, condition: Callable[[], T], what: str, timeout: float = 60.0, interval: float = 0.1
    ) -> T:
        """Wait until ``condition()`` is true; see `lab_helpers.waiting.wait_until`.

        If it never is, the error also tells which services and which targets are down.
        """
        try:
            return wait_until(condition, what, timeout, interval)
        except WaitFailed as problem:
            raise WaitFailed("\n".join([str(problem), *self._ailments()])) from None

    def _ailments(self) -> list[str]:
        """What is down in this lab, a line each."""
        down = [f"{s.name} does not run." for s in self.services if not s.is_running]
        for server in self.services:
            if isinstance(server, PrometheusContainer) and server.is_running:
                targets = server.targets()
                down += [
                    f"{server.name} says of {target.instance} (job {target.job}): {target.health}. "
                    f"{target.last_error}".rstrip()
                    for target in targets[targets.health != "up"].itertuples()
                ]
        return down

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _as_text(rows: Iterable[Row]) -> str:
    table = [COLUMNS, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = (map(str.ljust, row, widths) for row in table)
    return "\n".join("  ".join(line).rstrip() for line in lines)


def _as_html(rows: Iterable[Row]) -> str:
    def line(tag: str, cells: Iterable[str]) -> str:
        style = ' style="text-align:left"'
        return "<tr>" + "".join(f"<{tag}{style}>{cell}</{tag}>" for cell in cells) + "</tr>"

    body = ""
    for name, state, link, image in rows:
        mark = "●" if state == "running" else "○"
        anchor = f'<a href="{escape(link)}" target="_blank">{escape(link)}</a>' if link else ""
        code = f"<code>{escape(image)}</code>"
        body += line("td", (f"<b>{escape(name)}</b>", f"{mark} {state}", anchor, code))
    return f"<table><thead>{line('th', COLUMNS)}</thead><tbody>{body}</tbody></table>"


def _raise_failures(jobs: dict[Service, Future[Any]]) -> None:
    for job in jobs.values():
        if job.done():
            job.result()


def _let_them_end(jobs: dict[Service, Future[Any]]) -> None:
    """Remove what was started so far, again and again, until no start is under way.

    A start that is waiting for its service ends when its container is gone.
    """
    for job in jobs.values():
        job.cancel()
    while any(not job.done() for job in jobs.values()):
        for service in jobs:
            service.stop()
        time.sleep(0.05)
    for service in jobs:
        service.stop()


@atexit.register
def _stop_all() -> None:
    for lab in list(_running.values()):
        lab._remove(map)  # no thread can be started any more
