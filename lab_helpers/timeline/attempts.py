"""Deliveries that failed, as Alertmanager's log and metrics tell of them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lab_helpers.promql.quoting import unquoted
from lab_helpers.timeline.holds import moment

_FIELD = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))')
_GIVEN_UP = re.compile(
    r"(?P<whom>[^\n;]*\[\d+\]): notify retry canceled (?:due to unrecoverable error )?"
    r"after (?P<count>\d+) attempts: (?P<words>[^\n]*)"
)


class Event(NamedTuple):
    """What a line of the log tells of a notification.

    Attributes:
        whom: the receiver and the integration, such as ``pager/webhook[0]``.
        group: the group's key; "" where the version does not say.
        kind: ``failed`` (it will be tried again), ``given up`` or ``sent``.
        tries: attempts so far.
    """

    at: float
    whom: str
    group: str
    kind: str
    tries: int
    words: str


@dataclass(frozen=True)
class Attempts:
    """Attempts to tell a receiver of a group that failed.

    Attributes:
        count: how many, as far as is known.
        words: what the last one that the log has was answered.
        begin, end: Unix seconds; the end is None if it is being tried.
    """

    whom: str
    count: int
    words: str
    begin: float
    end: float | None

    @property
    def shortly(self) -> str:
        """How often, with what answer, in a few words."""
        words = self.words if len(self.words) <= 50 else self.words[:49] + "…"
        return f"failed {self._times} ({words})"

    @property
    def _times(self) -> str:
        return "once" if self.count == 1 else f"{self.count} times"

    def __str__(self) -> str:
        return f"{self.whom} failed {self._times}: {self.words}"


def events(log: str) -> list[Event]:
    """What a log in logfmt tells of notifications, oldest first."""
    return sorted(event for line in log.splitlines() for event in _events(line))


def failures(
    found: Iterable[Event],
    whom: str,
    group: str,
    since: float,
    in_all: int = 0,
) -> Attempts | None:
    """The attempts to tell a receiver of a group that have failed since a moment; None without any.

    in_all: the requests to this receiver that failed since Alertmanager started, from its metrics:
    of attempts that go on, the log has the first alone.
    """
    to_it = [event for event in found if event.whom == whom]
    ours = [one for one in to_it if one.group in (group, "") and one.at >= since - 1]
    failed = [one for one in ours if one.kind != "sent"]
    if not failed:
        return None
    going_on = ours[-1].kind == "failed"
    count = sum(_of_finished(one) for one in ours)
    if going_on:
        logged = ours[-1].tries
        others = {one.group for one in to_it if one.kind == "failed"} - {group, ""}
        finished = sum(map(_of_finished, to_it))
        count += logged if others else max(logged, in_all - finished)
    end = None if going_on else ours[-1].at
    return Attempts(whom, count, failed[-1].words, failed[0].at, end)


def _of_finished(event: Event) -> int:
    """How many attempts had failed when a notification was sent or given up."""
    return {"sent": event.tries - 1, "given up": event.tries}.get(event.kind, 0)


def _events(line: str) -> Iterator[Event]:
    said = {name: unquoted(text) if text else word for name, text, word in _FIELD.findall(line)}
    words, at = said.get("msg", ""), said.get("time") or said.get("ts")
    if not at:
        return
    if words == "Notify for alerts failed":
        for found in _GIVEN_UP.finditer(said.get("err", "")):
            where = found["whom"].strip(), said.get("aggrGroup", "")
            yield Event(moment(at), *where, "given up", int(found["count"]), found["words"])
    elif words.startswith(("Notify attempt failed", "Notify success")) and "receiver" in said:
        kind = "sent" if words == "Notify success" else "failed"
        whom = f"{said['receiver']}/{said['integration']}"
        count = int(said.get("attempts", 1))
        yield Event(moment(at), whom, said.get("aggrGroup", ""), kind, count, _answer(said))


def _answer(said: Mapping[str, str]) -> str:
    """The error in a line."""
    return " ".join(said.get("err", "").split())
