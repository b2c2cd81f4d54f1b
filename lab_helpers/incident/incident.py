"""An incident: drawn from a seed, run on a shop, mended, and told afterwards."""

import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from lab_helpers.errors import ServiceFailed, WaitFailed, WorkshopError
from lab_helpers.incident import marker
from lab_helpers.incident.catalogue import TROUBLES, trouble
from lab_helpers.incident.health import holds, prometheus_of, why_not_well
from lab_helpers.incident.plan import Planned, draw, level_of, seed_of
from lab_helpers.incident.trouble import Trouble, Where
from lab_helpers.incident.truth import Happening, Truth
from lab_helpers.stage.faults import Stage
from lab_helpers.waiting import wait_until

HEALS = 30.0  # seconds within which a mending action can be taken
PATIENCE = 90.0  # seconds within which a shop gets well once all is mended


#: the incidents of this process that are under way
_under_way: list["Incident"] = []


@dataclass
class _Act:
    """A part of the plan, and what became of it."""

    planned: Planned
    began: datetime | None = None
    ended: datetime | None = None

    @property
    def lasts(self) -> bool:
        return self.began is not None and self.ended is None


class Incident:
    """What happens to a shop because a seed says so.

        incident = Incident(seed=7, level=2).start(field)
        …                                   # look for it
        incident.mend("latency", "web-1", "web-2")
        truth = incident.end()

    Args:
        seed: a whole number; the same seed is the same incident, for everybody.
        level: how hard it is, 1 to 3: see `plan.LEVELS`.

    Raises:
        WorkshopError: a seed that is no number, or a level that there is not.
    """

    def __init__(self, seed: int | str, level: int | str = 1) -> None:
        self.seed, self.level = seed_of(seed), level_of(level)
        self.plan = draw(self.seed, self.level)
        self._acts = [_Act(planned) for planned in self.plan]
        self._stage: Stage | None = None
        self._halt = threading.Event()
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._failure: Exception | None = None
        self.asked: datetime | None = None

    @property
    def lasts(self) -> float:
        """Seconds from asking until all has begun and gone on long enough to be seen."""
        return max(one.ends for one in self.plan)

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not been ended."""
        return self._stage is not None

    # Running it

    def start(self, stage: Stage) -> Self:
        """Have it happen to a shop, from a moment within the next 8 s on; returns at once.

        Raises:
            WorkshopError: an incident is under way there, or was left half-way, or the shop is not
                well; nothing is done then.
        """
        if self._stage is not None:
            raise WorkshopError(f"{self} is under way: end it with `end()` first.")
        marker.take(stage)
        try:
            if wrong := why_not_well(stage):
                raise WorkshopError(
                    f"The shop is not well, so an incident would prove nothing: {wrong[0]}. Mend "
                    "it first: `make_well(stage)`, or on stage `workshop demo heal incident`."
                )
        except BaseException:
            marker.give_back(stage)
            raise
        self._acts = [_Act(planned) for planned in self.plan]
        self._halt.clear()
        self._failure, self._stage = None, stage
        self.asked = datetime.now(UTC)
        name = f"incident-{self.seed}"
        self._thread = threading.Thread(target=self._run, args=(stage,), name=name, daemon=True)
        self._thread.start()
        _under_way.append(self)
        return self

    def _run(self, stage: Stage) -> None:
        """Do what the plan says at its moments, and end the false leads; faults stay."""
        asked = time.monotonic()
        moments = [(act.planned.begins, self._begin, act) for act in self._acts]
        moments += [(act.planned.ends, self._finish, act) for act in self._acts
                    if act.planned.trouble.kind == "lead"]  # fmt: skip
        try:
            for moment, do, act in sorted(moments, key=lambda one: one[0]):
                if self._halt.wait(max(0.0, asked + moment - time.monotonic())):
                    return
                do(stage, act)
        except Exception as problem:
            self._failure = problem
            self._halt.set()

    def _begin(self, stage: Stage, act: _Act) -> None:
        with self._lock:
            if not self._halt.is_set():
                act.began = datetime.now(UTC)
                act.planned.trouble.break_it(stage, act.planned.where)

    def _finish(self, stage: Stage, act: _Act) -> None:
        with self._lock:
            if act.lasts:
                _mend(stage, act.planned.trouble, act.planned.where)
                act.ended = datetime.now(UTC)

    def wait(self) -> Self:
        """Wait until all of it has happened, as long as the plan says.

        Raises:
            WorkshopError: a part of it could not be done.
        """
        assert self.asked, "start it first"
        left = self.lasts - (datetime.now(UTC) - self.asked).total_seconds()
        self._halt.wait(max(0.0, left))  # a failure ends the wait as well
        self._require_no_failure()
        return self

    # Mending it

    def mend(self, cause: str, *where: str) -> bool:
        """Do what mends a cause, at these instances; return whether that mended a fault of it.

        Whatever else is wrong stays. The shop needs some seconds to recover: see `recovered`.

        Args:
            cause: a name of `CAUSES`.
            where: the instances; by default all that it may concern.

        Raises:
            WorkshopError: there is no such cause, it cannot be there, or nothing is under way.
        """
        stage, chosen = self._on_stage(), trouble(cause)
        possible = {place for radius in chosen.radii for place in radius}
        if unknown := sorted(set(where) - possible):
            raise WorkshopError(
                f"{cause} cannot be mended at {', '.join(unknown)}: it concerns "
                f"{', '.join(sorted(possible))}."
            )
        with self._lock:
            for act in self._acts:
                mine = act.planned.name == cause and act.lasts
                if mine and (not where or set(act.planned.where) <= set(where)):
                    self._finish(stage, act)
                    return True
            for radius in chosen.radii:
                if not where or set(radius) <= set(where):
                    _mend(stage, chosen, radius)
        return False

    def recovered(self) -> bool:
        """Whether the shop is well again: each fault's own condition, and all of its monitoring."""
        begun = [act.planned for act in self._acts if act.began]
        return not _not_over([(one.trouble, one.where) for one in begun], self._on_stage())

    def end(self) -> Truth:
        """Mend what is left, wait until the shop is well again, and tell what happened.

        Raises:
            WaitFailed: the shop does not get well.
            WorkshopError: nothing is under way, or a part of it could not be done.
        """
        stage = self._on_stage()
        self._halt_plan()
        try:
            _require_shop(stage)
            for act in reversed(self._acts):
                self._finish(stage, act)
            wait_until(self.recovered, "the shop is well again", timeout=PATIENCE)
        finally:
            self._leave()
            with suppress(ServiceFailed):
                marker.give_back(stage)
        self._require_no_failure()
        return self.truth

    def _halt_plan(self) -> None:
        self._halt.set()
        if self._thread:
            self._thread.join()

    def _leave(self) -> None:
        """Be under way no longer, whatever is broken."""
        self._halt_plan()
        self._stage = None
        _under_way.remove(self)

    @property
    def truth(self) -> Truth:
        """What has happened so far. To read it before the answer is given spoils the search."""
        told: list[Happening] = []
        for act in self._acts:
            if act.began:
                one = act.planned
                told.append(one.trouble.happened(one.where, act.began, act.ended))
        return Truth(self.seed, self.level, tuple(sorted(told, key=lambda one: one.began)))

    def _on_stage(self) -> Stage:
        if self._stage is None:
            raise WorkshopError(f"{self} is not under way: start it with `start(field)`.")
        return self._stage

    def _require_no_failure(self) -> None:
        if self._failure:
            raise WorkshopError(f"A part of {self} could not be done: {self._failure}")

    def __repr__(self) -> str:
        return f"incident {self.seed} (level {self.level})"


def make_well(stage: Stage) -> None:
    """Mend whatever the catalogue can break, and wait until the shop is well.

    For a shop on which an incident was left half-way: by this process, where nobody knows it any
    more, or by one that was killed.

    Raises:
        WorkshopError: an incident of another process, which runs, is under way there.
        WaitFailed: it does not get well; the message says what is wrong still.
    """
    everything = mend_all(stage)
    try:
        wait_until(lambda: not _not_over(everything, stage), "the shop is well", timeout=PATIENCE)
    except WaitFailed as problem:
        wrong = "; ".join(_not_over(everything, stage)) or str(problem)
        raise WaitFailed(f"The shop does not get well: {wrong}.") from None
    marker.give_back(stage)


def mend_all(stage: Stage) -> list[tuple[Trouble, Where]]:
    """As `make_well`, without waiting for what follows; returns what was mended."""
    marker.require_nobody_else(stage)
    for incident in [one for one in _under_way if one._stage is stage]:
        incident._leave()
    everything = [(one, where) for one in TROUBLES.values() for where in one.radii]
    for one, where in everything:
        _mend(stage, one, where)
    return everything


def _not_over(broken: Iterable[tuple[Trouble, Where]], stage: Stage) -> list[str]:
    """What a shop has not recovered from, and what else is wrong with it, a line each."""
    prometheus = prometheus_of(stage)
    conditions = {one.expression(one.recovered, where): one.name for one, where in broken}
    lasting = [
        f"{name} is not over, as long as this is not so: {expr}"
        for expr, name in conditions.items()
        if not holds(prometheus, expr)
    ]
    return [*why_not_well(stage), *lasting]


def _require_shop(stage: Stage) -> None:
    try:
        marker.is_there(stage)
    except ServiceFailed:
        raise ServiceFailed("The shop is gone, and its incident with it.") from None


def _mend(stage: Stage, one: Trouble, where: Where) -> None:
    """Heal it, as soon as what is needed for that answers: it may have been mended just now."""

    def done() -> bool:
        one.heal_it(stage, where)
        return True

    wait_until(done, f"{one.name} can be mended", timeout=HEALS)
