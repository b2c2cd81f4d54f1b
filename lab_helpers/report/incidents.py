"""What went wrong in a week, and what happened besides: when, for how long, and what was seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pandas as pd

from lab_helpers.report.figures import DURATION, FAILED, QUICK, REQUESTS
from lab_helpers.report.minutes import STEP, Minutes, Span, spans

FAILING, SLOW = 0.05, 0.25
"""A minute is bad in which larger shares of the requests than these fail, or exceed LIMIT."""
LEAST, CALM = 2, 5
"""An incident has at least so many bad minutes, and more than so many good ones part two."""


@dataclass(frozen=True)
class Incident(Span):
    """A time in which visitors were let down."""

    requests: float
    failed: float
    slow: float
    """How many requests failed, and how many took longer than LIMIT."""
    seen: tuple[str, ...]
    """What was down meanwhile, each with its time."""


@dataclass(frozen=True)
class Event:
    """Something that happened."""

    at: datetime
    what: str
    length: timedelta | None = None


def watched(minutes: Minutes) -> pd.Series:
    """Whether there are samples of the shop, minute by minute."""
    there = minutes.ask(f"count(count_over_time({REQUESTS}{minutes.window}))")
    return there.notna().any(axis=1)


def happened(minutes: Minutes) -> tuple[list[Incident], list[Event]]:
    """The week's incidents, and what else happened, each in order.

    The latter are releases, restarts, targets that were down, and times that nobody watched.
    """
    down = list(_down(minutes))
    found = list(_incidents(minutes, down))
    others = [*_releases(minutes), *_unwatched(minutes)]
    released = [event.at for event in others if event.length is None]
    others += [
        event for event in _restarts(minutes)
        if not any(abs(event.at - when) < CALM * STEP for when in released)
    ]  # fmt: skip
    others += [
        Event(when.start, f"{who} was down", when.length)
        for who, when in down
        if not any(when.touches(incident) for incident in found)
    ]
    return found, sorted(others, key=lambda event: event.at)


def _incidents(minutes: Minutes, down: list[tuple[str, Span]]) -> Iterator[Incident]:
    def rate(metric: str) -> pd.Series:
        answer = minutes.ask(f"sum(rate({metric}{minutes.window}))")
        found = answer.iloc[:, 0] if answer.shape[1] else pd.Series(index=answer.index, dtype=float)
        return found.fillna(0.0)

    requests, failed = rate(REQUESTS), rate(FAILED)
    slow = rate(f"{DURATION}_count") - rate(QUICK)
    bad = (failed > FAILING * requests) | (slow > SLOW * requests)
    for span in spans(bad, LEAST, CALM):
        within = (requests.index > span.start) & (requests.index <= span.end)
        total, lost, late = (float(each[within].sum() * 60) for each in (requests, failed, slow))
        seen = [
            f"{who}, {when.start:%H:%M} to {when.end:%H:%M}"
            for who, when in down
            if when.touches(span)
        ]
        yield Incident(span.start, span.end, total, lost, late, tuple(seen))


def _by_target(values: str) -> str:
    """PromQL: the least of these values for each target, named by its job and instance."""
    return f'min by (target) (label_join({values}, "target", " ", "job", "instance"))'


def _down(minutes: Minutes) -> Iterator[tuple[str, Span]]:
    """Targets that did not answer, or whose exporter says that what it watches does not."""
    # node_network_up and the like are about something else
    answers = minutes.ask(
        _by_target('last_over_time({__name__=~"([a-z]+_)?up"}' + minutes.window + ")")
    )
    for target in answers:
        for span in spans(answers[target] == 0):
            yield str(target), span


def _unwatched(minutes: Minutes) -> Iterator[Event]:
    """Times in which targets had no samples at all, not even of `up`."""
    there = minutes.ask(_by_target(f"count_over_time(up{minutes.window})")).notna()
    blind = defaultdict(list)
    for target in there:
        known = there[target][there[target]].index
        between = (there.index > known[0]) & (there.index < known[-1])
        for span in spans(~there[target] & between, lead=STEP + minutes.scrape):
            blind[span].append(str(target))
    for span, targets in blind.items():
        everything = len(targets) == there.shape[1]
        what = "nothing was watched" if everything else f"{', '.join(targets)} was not watched"
        yield Event(span.start, what, span.length)


def _releases(minutes: Minutes) -> Iterator[Event]:
    """When a version of the shop was first seen, but for the first one."""
    versions = minutes.ask("count by (version) (shop_build_info)")
    first = versions.apply(lambda column: column.first_valid_index()).dropna().sort_values()
    for version, at in list(first.items())[1:]:
        yield Event((at - STEP).to_pydatetime(), f"version {version} of the shop was put to work")


def _restarts(minutes: Minutes) -> Iterator[Event]:
    """When a process of the shop began anew, as it says itself."""
    processes = "process_start_time_seconds and on (job, instance) shop_build_info"
    began = minutes.ask(_by_target(processes))
    for process in began:
        for seconds in list(dict.fromkeys(began[process].dropna()))[1:]:
            yield Event(datetime.fromtimestamp(int(seconds), UTC), f"{process} started again")
