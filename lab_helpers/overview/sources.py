"""What the page shows, asked for again and again while somebody looks: each source by itself.

One that is away or slow keeps nobody waiting: the page shows what it said last, and how long ago.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import docker
import requests

from lab_helpers.errors import WorkshopError
from lab_helpers.overview import tiles
from lab_helpers.setup import engine
from lab_helpers.stage import checkout
from lab_helpers.stage.stack import Stack

EVERY = 0.6  # seconds between two looks
TURN = 0.4  # seconds between two turns at which those who look are told
LOOKS_ON = 15.0  # seconds for which it goes on when nobody asks any more
REMEMBERED = 500  # alerts
MESSAGES = 30  # to each recipient, the newest
TIMEOUT = (1.0, 2.0)  # seconds to connect, and between two bytes of an answer


class Source:
    """Something that is asked again and again.

    Args:
        name: what it is, as a sentence begins.
        ask: asks it; what it raises is kept as a sentence.

    Attributes:
        said: its last answer, None if there was none.
        problem: why it gave none when it was asked last, "" if it did.
        at: when it answered last, on the monotonic clock.
        session: its connections; one thread at a time asks.
    """

    def __init__(self, name: str, ask: Callable[[], Any]) -> None:
        self.name = name
        self.ask = ask
        self.said: Any = None
        self.problem = ""
        self.at = 0.0
        self.session = requests.Session()

    def look(self) -> None:
        """Ask it once."""
        try:
            with engine.in_words():
                self.said = self.ask()
            self.problem, self.at = "", time.monotonic()
        except requests.RequestException as problem:
            self.problem = f"{self.name} does not answer ({type(problem).__name__})."
        except (WorkshopError, docker.errors.DockerException) as problem:
            self.problem = str(problem)
        except (ValueError, LookupError, TypeError, OSError) as problem:
            self.problem = f"{self.name} answers what cannot be read ({type(problem).__name__})."

    @property
    def age(self) -> float | None:
        """Seconds since it answered last; None if it never did."""
        return time.monotonic() - self.at if self.at else None


class Watcher:
    """All sources of a stack.

    Args:
        stack: what is looked at.

    Attributes:
        turn: told whenever there may be something new to show; `turns` counts how often.
        labels: of the alerts that Alertmanager had, by fingerprint.
    """

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.engine = Source("The container engine", self._containers)
        self.prometheus = Source("Prometheus", self._prometheus)
        self.alertmanager = Source("Alertmanager", self._alertmanager)
        self.inbox = Source("The inbox", self._inbox)
        self.sources = (self.engine, self.prometheus, self.alertmanager, self.inbox)
        self.labels: dict[str, dict[str, str]] = {}
        self.wanted = asyncio.Event()
        self.turn = asyncio.Condition()
        self.turns = 0
        self._known = asyncio.Event()
        self._asked = 0.0

    def want(self) -> None:
        """Say that somebody looks."""
        self._asked = time.monotonic()
        self.wanted.set()

    async def run(self) -> None:
        """Look at everything for as long as this is not cancelled."""
        with ThreadPoolExecutor(len(self.sources), "look") as pool:
            await asyncio.gather(
                self._tell(), *(self._watch(source, pool) for source in self.sources)
            )

    async def _tell(self) -> None:
        """Say again and again that there may be something new: as often to one as to a hundred."""
        while True:
            await self.wanted.wait()
            await asyncio.sleep(TURN)
            self.turns += 1
            async with self.turn:
                self.turn.notify_all()

    async def _watch(self, source: Source, pool: ThreadPoolExecutor) -> None:
        while True:
            await self.wanted.wait()
            if source is not self.engine:
                await self._known.wait()  # it knows where the others are
            began = time.monotonic()
            await asyncio.get_running_loop().run_in_executor(pool, source.look)
            self._known.set()
            if time.monotonic() - self._asked > LOOKS_ON:
                self.wanted.clear()
            await asyncio.sleep(max(0.1, EVERY - (time.monotonic() - began)))

    # Each in a thread of its own

    def _containers(self) -> dict[str, dict[str, Any]]:
        found = self.stack.containers()
        checkout.require_own(found.values(), self.stack.secrets_file)
        return found

    def _prometheus(self) -> dict[str, Any]:
        def ask(path: str) -> dict[str, Any]:
            found: dict[str, Any] = self._get(self.prometheus, "prometheus", f"/api/v1/{path}")
            return dict(found["data"])

        groups = ask("rules?type=alert")["groups"]
        return {
            "targets": ask("targets?state=active")["activeTargets"],
            "rules": [rule for group in groups for rule in group["rules"]],
            "numbers": tiles.numbers(ask("query?" + urlencode({"query": tiles.QUERY}))),
        }

    def _alertmanager(self) -> dict[str, Any]:
        def ask(what: str) -> list[dict[str, Any]]:
            return list(self._get(self.alertmanager, "alertmanager", f"/api/v2/{what}"))

        alerts = ask("alerts")
        if len(self.labels) > REMEMBERED:
            self.labels.clear()
        self.labels.update({one["fingerprint"]: one["labels"] for one in alerts})
        return {
            "alerts": alerts,
            "silences": {one["id"]: one for one in ask("silences")},
        }

    def _inbox(self) -> list[dict[str, Any]]:
        return list(self._get(self.inbox, "inbox", f"/api/messages?last={MESSAGES}"))

    def _get(self, source: Source, service: str, path: str) -> Any:
        """What a service answers, read as JSON.

        Raises:
            WorkshopError: it does not run.
        """
        containers = self.engine.said or {}
        state = containers.get(service, {}).get("State", "not on stage")
        if state != "running":
            raise WorkshopError(f"{source.name} is {state}.")
        address = self.stack.address(service, containers)
        answer = source.session.get(address + path, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()
