"""What is broken, healed and reset from the page, in the background: one act at a time on each."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import docker
import requests

from lab_helpers.errors import WorkshopError
from lab_helpers.setup import engine
from lab_helpers.stage import FAULTS
from lab_helpers.stage.demo import ARRIVES, ENDS, FIRES

RESET = "reset"
#: how each act is said while it lasts
DOING = {"break": "breaking", "heal": "healing", RESET: "resetting"}
#: how long each may take, in seconds
LIMITS = {"break": FIRES + ARRIVES, "heal": ENDS, RESET: 10.0}
KEPT = 60.0  # seconds for which it is told what came of an act


class Busy(WorkshopError):
    """What was asked for is being done already, or something that it would disturb."""


@dataclass
class Act:
    """Something that is being done, or was.

    Attributes:
        kind: break, heal, reset.
        name: of the fault; "" for a reset.
        began: on the monotonic clock.
        took: seconds; None while it lasts.
        told: what came of it.
        failed: whether it could not be done.
    """

    kind: str
    name: str
    began: float
    took: float | None = None
    told: str = ""
    failed: bool = False

    def as_json(self) -> dict[str, Any]:
        """As the page reads it."""
        lasts = time.monotonic() - self.began if self.took is None else self.took
        return {
            "kind": self.kind,
            "name": self.name,
            "doing": DOING[self.kind] if self.took is None else "",
            "seconds": round(lasts, 1),
            "limit": LIMITS[self.kind],
            "told": self.told,
            "failed": self.failed,
        }


class Acts:
    """What is under way, and what came of the last act on each fault.

    Args:
        do: does an act, by kind and name, and returns what came of it; it may take its time.
    """

    def __init__(self, do: Callable[[str, str], str]) -> None:
        self._do = do
        self._last: dict[str, Act] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(2 * len(FAULTS) + 1, "act")

    def begin(self, kind: str, name: str = "") -> None:
        """Begin an act; it goes on in the background.

        A reset ends the waiting of all others.

        Raises:
            WorkshopError: there is no such act, or no such fault.
            Busy: it is being done already.
        """
        if kind not in DOING or (kind == RESET) != (name == ""):
            raise WorkshopError(f"There is no {kind!r} of {name!r}: break and heal take a fault.")
        if kind != RESET and name not in FAULTS:
            raise WorkshopError(f"There is no fault {name!r}. There are: {', '.join(FAULTS)}.")
        with self._lock:
            for other in self._last.values():
                if other.took is None and (other.name == name or other.kind == RESET):
                    raise Busy(
                        f"{other.name or 'The stage'} is {DOING[other.kind]} already: wait until "
                        "that is done."
                    )
            if kind == RESET:
                self._last.clear()
            act = self._last[name] = Act(kind, name, time.monotonic())
        self._pool.submit(self._run, act)

    def _run(self, act: Act) -> None:
        try:
            with engine.in_words():
                act.told = self._do(act.kind, act.name)
        except (WorkshopError, requests.RequestException, docker.errors.DockerException) as problem:
            act.told, act.failed = str(problem), True
        except Exception as problem:  # the page has to say something, whatever it is
            act.told, act.failed = f"{type(problem).__name__}: {problem}", True
        act.took = time.monotonic() - act.began

    def as_json(self) -> list[dict[str, Any]]:
        """What is under way, and what was done lately."""
        with self._lock:
            now = time.monotonic()
            return [one.as_json() for one in self._last.values()
                    if one.took is None or now - one.began - one.took < KEPT]  # fmt: skip

    def are_under_way(self) -> bool:
        """Whether anything is being done now."""
        with self._lock:
            return any(one.took is None for one in self._last.values())
