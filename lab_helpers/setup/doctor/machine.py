"""What several checks need to know of this machine, found out once, without waiting for ever."""

from __future__ import annotations

import platform
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from lab_helpers.setup import advice, environment, images
from lab_helpers.setup.advice import Trouble
from lab_helpers.setup.daemon import Daemon, NoEngine, address
from lab_helpers.setup.doctor import way
from lab_helpers.setup.doctor.finding import Skipped

T = TypeVar("T")
#: Seconds that the engine may take for an answer.
PATIENCE = 3.0


class Shared(Generic[T]):
    """What a thread of its own finds out, and others wait for."""

    def __init__(self, find: Callable[[], T]) -> None:
        self._find = find
        self._over = threading.Event()
        self._found: list[T] = []
        self._problem: Exception = TimeoutError()
        threading.Thread(target=self._run, daemon=True).start()

    def get(self, timeout: float | None = None) -> T:
        """What was found out.

        Raises:
            TimeoutError: that takes longer than so many seconds.
            Exception: what finding it out raised.
        """
        if not self._over.wait(timeout):
            raise TimeoutError
        if not self._found:
            raise self._problem
        return self._found[0]

    def _run(self) -> None:
        try:
            self._found.append(self._find())
        except Exception as problem:
            self._problem = problem
        finally:
            self._over.set()


class Engine:
    """The engine's answer to who it is.

    Attributes:
        trouble: why there is none.
        about: what ``/info`` says.
        ahead: seconds that its clock is ahead of this machine's.
        local: it runs on this machine's own kernel.
    """

    def __init__(self) -> None:
        self.about: dict[str, Any] = {}
        self.ahead = 0.0
        self.daemon = Daemon(address(), PATIENCE)
        self.trouble = self._ask()
        self.local = self.daemon.socket is not None and self.name == platform.node()

    @property
    def name(self) -> str:
        """Of the machine that it runs on."""
        return str(self.about.get("Name", ""))

    @property
    def kind(self) -> str:
        """Docker, Docker Desktop or Podman."""
        if "buildahVersion" in self.about or "Podman" in str(self.about.get("OperatingSystem")):
            return "Podman"
        desktop = self.about.get("OperatingSystem") == "Docker Desktop"
        return "Docker Desktop" if desktop else "Docker"

    def _ask(self) -> Trouble | None:
        if self.daemon.where.startswith("ssh:"):
            return advice.tunnel(self.daemon.where)
        before = time.time()
        try:
            answer = self.daemon.get("/info")
        except OSError as problem:
            return advice.nobody_answers(str(problem))
        except NoEngine as problem:
            return advice.no_engine(self.daemon.where, str(problem))
        if not isinstance(answer, dict) or "MemTotal" not in answer:
            return advice.no_engine(self.daemon.where, "something else")
        self.about = answer
        told = way.from_engine(str(answer.get("SystemTime", "")))
        if told is not None:
            self.ahead = told - (before + time.time()) / 2
        return None


class Machine:
    """This machine. Each thing is asked for when it is first needed, and once.

    Args:
        limit: seconds from now until which it can be asked.
    """

    def __init__(self, limit: float) -> None:
        self._until = time.monotonic() + limit
        self._shared: dict[str, Shared[Any]] = {}
        self._lock = threading.Lock()

    def left(self) -> float:
        """Seconds that are left."""
        return max(0.2, self._until - time.monotonic())

    def environment(self) -> str | None:
        """What is wrong with the environment, in a sentence; None if it is whole."""
        return self.shared("environment", environment.why_not_usable).get()

    def engine(self) -> Engine:
        """The engine.

        Raises:
            Skipped: there is none.
        """
        found = self.shared("engine", Engine).get()
        if found.trouble:
            raise Skipped("no engine answers")
        return found

    def ask(self, path: str) -> Any:
        """What the engine answers.

        Raises:
            Skipped: there is none, or it answers something else.
        """
        daemon = self.engine().daemon
        try:
            return self.shared(path, lambda: daemon.get(path)).get()
        except (OSError, NoEngine) as problem:
            raise Skipped(f"the engine did not say: {problem}") from None

    def missing_images(self) -> list[str]:
        """The images that set-up would fetch or make.

        Raises:
            Skipped: there is no engine.
        """
        here: set[str] = set()
        for image in self.ask("/images/json"):
            for name in [*(image["RepoTags"] or ()), *(image["RepoDigests"] or ())]:
                here |= images.spellings(name)
        chosen = images.read(images.RECORD_FILE) if images.is_chosen() else images.wanted()
        return [name for name in chosen.values() if name not in here]

    def route(self) -> way.Way | None:
        """The way to the registry that set-up would ask first; None where no engine names it.

        Raises:
            Skipped: there is no engine.
        """
        return self.shared("route", self._route).get()

    def answer(self) -> way.Way | None:
        """The same way, gone to its end as far as there is time."""
        found = self.route()
        return None if found is None else self.gone(found)

    def gone(self, found: way.Way) -> way.Way:
        """A way, gone to its end as far as there is time."""
        try:
            self.shared(found.host, found.go).get(self.left() - 0.1)
        except TimeoutError:
            found.trouble = found.if_late
        return found

    def _route(self) -> way.Way | None:
        about = self.engine().about
        named = (way.registry_of(name) for name in self.missing_images())
        mirrors = (about.get("RegistryConfig") or {}).get("Mirrors") or []
        usual = [*mirrors, str(about.get("IndexServerAddress") or "")]
        host = next((name for name in named if name), "") or way.host_of(usual[0])
        return way.to_registry(host) if host else None

    def shared(self, name: str, find: Callable[[], T]) -> Shared[T]:
        """What is found out once, under a name."""
        with self._lock:
            if name not in self._shared:
                self._shared[name] = Shared(find)
            return self._shared[name]
