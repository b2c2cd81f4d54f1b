"""The services on which answers are judged."""

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any, Self, TypeVar

from lab_helpers.errors import WorkshopError
from lab_helpers.lab import Lab
from lab_helpers.progress import Progress
from lab_helpers.services.base import Service
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.setup import engine

S = TypeVar("S", bound=Service)

Services = Mapping[str, Callable[[], Service]]


def _week() -> Service:
    # It scrapes nothing: the week of history is all that it knows. The limit on samples keeps an
    # expensive answer from taking a gigabyte; the whole week has three million.
    return PrometheusContainer(
        "global:\n  scrape_interval: 1m\n",
        history=True,
        flags=["--query.max-samples=10000000"],
        name="week",
    )


#: What a judge needs that asks the week of history.
WEEK: Services = {"week": _week}


class Bench:
    """Services that judges share, each started when it is first needed and removed by `stop`.

    Several threads may use it at once.
    """

    def __init__(self, name: str = "bench") -> None:
        self.lab = Lab(name=name)
        self._started = False
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def start(self, services: Services) -> None:
        """Start those of the services that do not run yet, side by side."""
        with self._lock:
            here = {service.name for service in self.lab.services}
            new = [make() for name, make in services.items() if name not in here]
            if not self._started:
                self.lab.start()
                self._started = True
            if new:
                self.lab.start(*new)

    def __getitem__(self, name: str) -> Any:
        """The service of this name, which was started."""
        return next(service for service in self.lab.services if service.name == name)

    @property
    def week(self) -> PrometheusContainer:
        """The Prometheus with the week of history, for judges with WEEK among their services."""
        found: PrometheusContainer = self["week"]
        return found

    @contextmanager
    def trial(self, make: Callable[[str], S]) -> Iterator[S]:
        """A service on the bench's network for one answer, removed afterwards.

        make: gives the service, with the name that it is told, which no other trial has.

        Raises:
            ServiceFailed, ConfigurationRefused: it did not start. A judge makes a verdict of that.
        """
        with self.lab.guest(make(f"answer-{next(self._numbers)}")) as service:
            yield service

    def stop(self) -> None:
        """Stop everything and remove it."""
        self.lab.stop()
        self._started = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()


class ChapterBench(Bench):
    """A chapter's running lab as a bench.

    What a judge needs is taken from the lab where there is a service of that name. What is missing
    is started on the lab's network, as a guest: not drawn, not in the lab's table, and gone with
    the lab. Nothing of the lab is stopped.
    """

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self.lab = lab
        self._guests: dict[str, Service] = {}
        self._stay = ExitStack()

    def start(self, services: Services) -> None:
        """Start what neither the lab has nor an earlier check has started.

        Raises:
            WorkshopError: a service of the lab has been stopped.
        """
        with self._lock, Progress() as progress:
            own = {service.name: service for service in self.lab.services}
            stopped = [name for name in services if name in own and not own[name].is_running]
            if stopped:
                raise WorkshopError(
                    f"The check needs {' and '.join(stopped)}, which does not run in this notebook "
                    "now: run the cells from the set-up cell to here again."
                )
            missing = [name for name in services if name not in own and not self._is_here(name)]
            if missing:
                progress.say(f"starting {', '.join(missing)} for the check")
                with ThreadPoolExecutor() as pool:
                    list(pool.map(lambda name: self._invite(name, services[name]()), missing))
            progress.clear()

    def _is_here(self, name: str) -> bool:
        return name in self._guests and self._guests[name].is_running

    def _invite(self, name: str, service: Service) -> None:
        self._guests[name] = self._stay.enter_context(self.lab.guest(service))

    def __getitem__(self, name: str) -> Any:
        """The service of this name: the lab's own, or a guest."""
        own = {service.name: service for service in self.lab.services}
        return own.get(name) or self._guests[name]

    def stop(self) -> None:
        """Stop the guests; the lab runs on."""
        self._stay.close()


class OneCheck(Bench):
    """A bench for a single check.

    The week alone, which no other service calls, is started without a network of its own.
    """

    def __init__(self) -> None:
        super().__init__(name="check")
        self._alone: dict[str, Service] = {}

    def start(self, services: Services) -> None:
        """Start the services."""
        if services.keys() != WEEK.keys():
            super().start(services)
            return
        # What earlier runs left behind is removed meanwhile, not before.
        with Progress() as progress, ThreadPoolExecutor(1) as pool:
            swept = pool.submit(engine.sweep)
            progress.say("starting a Prometheus with the week of the shop")
            for name, make in services.items():
                self._alone[name] = make()
                self._alone[name].lab_name = self.lab.name
                self._alone[name].start()
            swept.result()
            progress.clear()

    def __getitem__(self, name: str) -> Any:
        """The service of this name, which was started."""
        return self._alone.get(name) or super().__getitem__(name)

    def stop(self) -> None:
        """Stop everything and remove it."""
        for service in self._alone.values():
            service.stop()
        super().stop()
