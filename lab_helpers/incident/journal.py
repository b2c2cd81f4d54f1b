"""What a learner thought and looked at while looking for the cause, and when."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Thought:
    """A hypothesis.

    Attributes:
        at: seconds since the case was opened.
        text: in the learner's own words.
        cause: a word for a cause, if one was named; else "".
    """

    at: float
    text: str
    cause: str = ""


@dataclass(frozen=True)
class Look:
    """Something that was looked at.

    Attributes:
        at: seconds since the case was opened.
        kind: what it was: query, graph, explain, series, dashboard, rules, targets, trace, page.
        what: the expression, or the name of what was looked at.
        begin, end: the span of time that it showed, Unix seconds; of a query for one moment, twice
            that moment.
        thought: the hypothesis that it was to test; None if there was none.
    """

    at: float
    kind: str
    what: str
    begin: float
    end: float
    thought: Thought | None


class Journal:
    """Thoughts and looks, in order. A thought belongs to the next look.

    clock: seconds, for whoever tests this.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._opened = clock, clock()
        self.thoughts: list[Thought] = []
        self.looks: list[Look] = []
        self._open: Thought | None = None
        self._closed: float | None = None

    @property
    def seconds(self) -> float:
        """How long the case has been open; once it is closed, how long it was."""
        return self._clock() - self._opened if self._closed is None else self._closed

    def close(self) -> None:
        """Take nothing more down: what is looked at afterwards is no part of the search."""
        self._closed = self.seconds

    def think(self, text: str, cause: str = "") -> None:
        """Take a hypothesis down."""
        self._open = Thought(self.seconds, text, cause)
        if self._closed is None:
            self.thoughts.append(self._open)

    def look(self, kind: str, what: str, begin: float, end: float) -> None:
        """Take a look down, with the hypothesis that was written since the last one."""
        if self._closed is None:
            self.looks.append(Look(self.seconds, kind, what, begin, end, self._open))
        self._open = None

    @property
    def blind(self) -> int:
        """How many looks there were without a hypothesis."""
        return sum(look.thought is None for look in self.looks)
