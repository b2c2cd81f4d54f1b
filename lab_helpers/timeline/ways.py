"""The ways of an alert that fired: one for each route that takes it, to the receiver's inbox."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab_helpers.timeline.attempts import Attempts
from lab_helpers.timeline.holds import Fires, Hold
from lab_helpers.timeline.routing import EVERY_LABEL, Integration, Route

#: Seconds in which a message arrives after its group's turn, unless something is wrong.
_TRAVELS = 3.0
#: Why nothing arrived where it is too early to tell.
ON_ITS_WAY = "the message is on its way"
#: The integrations whose messages the workshop's inbox gets.
_SEEN = {"email", "webhook"}

Message = Mapping[str, Any]


@dataclass
class Way:
    """One way of an alert: a route, and what happened on it.

    Attributes:
        mark: the alert's fingerprint.
        turns: when its group had its turns, and when it has the next one.
        holds: what kept the alert back on this way, in Alertmanager's order.
        messages: those that arrived since it fired; earlier: those from before.
        attempts: what failed, an entry for each integration.
        settling: whether Alertmanager still waits for its cluster.
    """

    route: Route
    fires: Fires
    mark: str
    integrations: Sequence[Integration] = ()
    turns: Sequence[float] = ()
    holds: Sequence[Hold] = ()
    messages: Sequence[Message] = ()
    earlier: Sequence[Message] = ()
    attempts: Sequence[Attempts] = ()
    settling: bool = False

    @property
    def receiver(self) -> str:
        """The receiver's name."""
        return self.route.receiver

    @property
    def told(self) -> list[Message]:
        """The messages that say that it fires."""
        return [one for one in self.messages if status(one, self.mark) == "firing"]

    @property
    def told_of_end(self) -> list[Message]:
        """The messages that say that it has ended."""
        ended = self.fires.ended or float("inf")
        found = [one for one in self.messages if status(one, self.mark) == "resolved"]
        return [one for one in found if one["arrived"] >= ended]

    @property
    def first_turn(self) -> float | None:
        """The first turn of its group after it fired."""
        return next((turn for turn in self.turns if turn >= self.fires.fired), None)

    @property
    def next_turn(self) -> float | None:
        """The next turn of its group."""
        return next((turn for turn in self.turns if turn > self.fires.now), None)

    def settings(self) -> str:
        """The settings of the group that its route has or inherits, as they are written."""
        route = self.route
        labels = "'...'" if EVERY_LABEL in route.group_by else ", ".join(route.group_by)
        words = [f"group_by: [{labels}]"]
        for name in ("group_wait", "group_interval", "repeat_interval"):
            words.append(f"{name}: {_span(getattr(route, name))}")
        return ", ".join(words)

    def wait(self) -> tuple[str, float] | None:
        """Which setting the alert waited for at first, and until when; None if it is not known."""
        turn = self.first_turn
        if turn is None:
            return None
        before = [one for one in self.turns if one < turn]
        same = before and turn - before[-1] <= self.route.group_interval + 1e-3
        name = "group_interval" if same else "group_wait"
        return f"{name}: {_span(getattr(self.route, name))}", turn

    def because(self) -> tuple[str, bool]:
        """Why no message arrived so far, and whether it may still arrive."""
        fires = self.fires
        lasting = [one for one in self.holds if one.end is None]
        failing = [one for one in self.attempts if one.end is None]
        if not self.integrations:
            return f"its receiver {self.receiver} has no integration, so nobody is told", False
        if fires.ended is None:
            if lasting:
                return f"it was {' and '.join(one.why for one in lasting)}", False
            if failing:
                return f"the delivery to {self._failed(failing)}, and is tried again", True
        elif self.first_turn is None or self.first_turn > fires.ended:
            return f"it ended before its group had a turn{self._at_first_turn()}", False
        elif self.holds:
            return f"it was {' and '.join(one.why for one in self.holds)}", False
        if self.attempts:
            again = fires.ended is None
            words = ", and is tried again at the next turn" if again else ""
            return f"the delivery to {self._failed(self.attempts)}{words}", again
        return self._no_trace(fires.ended is None)

    def knows(self) -> str:
        """That the receiver has not heard of an end, so that to fire again is no news."""
        at = clock(self.told_before["arrived"]) if self.told_before else ""
        return f"{self.receiver} was told at {at}, before it ended and fired again"

    def _failed(self, attempts: Sequence[Attempts]) -> str:
        return " and ".join(f"{one.whom} {one.shortly}" for one in attempts)

    def _at_first_turn(self) -> str:
        wait = self.wait()
        return f", at {clock(wait[1])} ({wait[0]})" if wait else ""

    def _no_trace(self, live: bool) -> tuple[str, bool]:
        """Why nothing arrived although nothing kept it back and nothing failed."""
        fires, now, turn = self.fires, self.fires.now, self.first_turn
        if kinds := {one.kind for one in self.integrations} - _SEEN:
            names = " and ".join(sorted(kinds))
            return f"{self.receiver} is told by {names}, which the inbox does not see", False
        if self.settling:
            return "Alertmanager waits for its cluster to settle", True
        if self.told_before:
            return f"{self.knows()} (repeat_interval: {_span(self.route.repeat_interval)})", live
        if live and turn is not None and turn > now:
            return f"its group waits until {clock(turn)} ({(self.wait() or ('',))[0]})", True
        released = max([hold.end for hold in self.holds if hold.end], default=fires.fired)
        due = next((one for one in self.turns if one >= released), now)
        if live and due > now:
            interval = _span(self.route.group_interval)
            return f"its group waits until {clock(due)} (group_interval: {interval})", True
        if live and now - due < _TRAVELS:
            return ON_ITS_WAY, True
        return f"nothing says why {self.receiver} got no message", live

    @property
    def told_before(self) -> Message | None:
        """The message about an earlier time for which it fired, if no end was told since."""
        last = self.earlier[-1] if self.earlier else None
        return last if last is not None and status(last, self.mark) == "firing" else None


def status(message: Message, mark: str) -> str:
    """What a message says of an alert: firing, resolved, or nothing."""
    states = {each["status"] for each in message["alerts"] if each["fingerprint"] == mark}
    return min(states, default="")


def about(messages: Iterable[Message], mark: str, route: Route, key: str) -> list[Message]:
    """The messages about an alert that came by a route."""
    return [
        one
        for one in messages
        if one["receiver"] in (route.receiver, "")  # an e-mail need not say by which it came
        and status(one, mark)
        and one.get("payload", {}).get("groupKey", key) == key
    ]


def clock(moment: float) -> str:
    """A time of day, UTC, to a tenth of a second."""
    tenth = int(moment * 10)
    return time.strftime("%H:%M:%S", time.gmtime(tenth // 10)) + f".{tenth % 10}"


def _span(seconds: float) -> str:
    """Seconds as Prometheus writes them."""
    for unit, size in (("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s" if seconds >= 1 or not seconds else f"{seconds * 1000:g}ms"
