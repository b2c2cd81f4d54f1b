"""When the condition of a rule held: in the week of history, or in another span of time."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import requests

from lab_helpers.grading.judges.alert.firing import Spell, firing, held
from lab_helpers.grading.judges.rules.rule_file import Rule
from lab_helpers.history import END, START
from lab_helpers.promql.answers import refusal
from lab_helpers.promql.explain.asking import Labels, Prometheus, Refused

#: The span that is evaluated, in Unix seconds. The first samples of all are younger than START.
FIRST, LAST = START.timestamp() + 300, END.timestamp()
#: What is evaluated more seldom than this is taken to be evaluated so.
_SELDOM = 86_400.0
#: Bytes of an answer that are read: ten series that are there all week have half of them.
_LARGEST = 6_000_000
#: Seconds that it may take: half a second would do.
_LONGEST = 10.0
#: As many times as long as what is surely quick it may take, on a machine that is busy.
_TIMES = 500
#: Seconds after which even what is quick on other days is given up.
_PATIENCE = 120.0
#: Surely quick: a hundredth of a second or two.
_QUICK = "count(up)"


class Span(NamedTuple):
    """What is evaluated: the first and the last moment, Unix seconds.

    step: seconds between two evaluations, where the group says nothing else.
    """

    first: float
    last: float
    step: float


WEEK = Span(FIRST, LAST, step=60.0)


@dataclass(frozen=True)
class Alert:
    """An alert, from the evaluation at which it fired to the one at which it did not any more."""

    labels: Labels
    spell: Spell


@dataclass(frozen=True)
class Watched:
    """An alerting rule, and when its condition held, by the labels of its alerts."""

    rule: Rule
    spells: dict[Labels, list[Spell]]
    step: float

    def alerts(self, hold: float | None = None) -> list[Alert]:
        """Its alerts; with another `for`, in seconds, where one is given."""
        hold = self.rule.hold if hold is None else hold
        return [
            Alert(labels, spell)
            for labels, spells in self.spells.items()
            for spell in firing(spells, hold, self.rule.keep, self.step)
        ]


def watch(rule: Rule, url: str, prometheus: Prometheus, span: Span = WEEK) -> Watched:
    """Evaluate a rule over the week, or another span of time.

    Raises:
        Refused: Prometheus does not answer, or there is too much of it.
    """
    expr, length = rule.expr, span.last - span.first
    step = min(max(span.step, rule.interval), _SELDOM, length)
    if prometheus.ask(expr, span.last).kind == "scalar":
        expr = f"vector(\n{expr}\n)"
    times = [span.first + number * step for number in range(int(length // step) + 1)]
    began = time.monotonic()
    _ask(url, _QUICK, times, _PATIENCE)
    longest = min(max(_LONGEST, _TIMES * (time.monotonic() - began)), _PATIENCE)
    present: dict[Labels, set[float]] = {}
    for series in _ask(url, expr, times, longest):
        there = {float(at) for at, _ in series.get("values", series.get("histograms"))}
        labels = {k: v for k, v in series["metric"].items() if k != "__name__"}
        named = frozenset((labels | rule.labels | {"alertname": rule.name}).items())
        if there & present.get(named, set()):
            raise Refused("execution", "At one time two of the alerts have the very same labels.")
        present[named] = there | present.get(named, set())
    spells = {named: held([at in there for at in times], times) for named, there in present.items()}
    return Watched(rule, spells, step)


def _ask(url: str, expr: str, times: list[float], longest: float) -> Any:
    """The series that an expression answers with at these times, within so many seconds."""
    where = f"{url}/api/v1/query_range"
    span = {"start": f"{times[0]}", "end": f"{times[-1]}", "step": f"{times[1] - times[0]}"}
    params = {"query": expr, "timeout": f"{1000 * longest:.0f}ms", **span}
    body, began = bytearray(), time.monotonic()
    too_long = Refused("too expensive", f"It takes more than {longest:.0f} s.")
    try:
        with requests.post(where, data=params, timeout=longest + 2, stream=True) as answer:
            for piece in answer.iter_content(1 << 18):
                body += piece
                if len(body) > _LARGEST:
                    raise Refused("too much", "It has more series than a page could list.")
                if time.monotonic() - began > longest + 2:
                    raise too_long
    except requests.Timeout:
        raise too_long from None
    if not answer.ok:
        too_much = b'"timeout"' in body[:200] or b"too many samples" in body
        kind = "too expensive" if too_much else "execution"
        raise Refused(kind, refusal(answer.status_code, bytes(body), params, where))
    return json.loads(body)["data"]["result"]


def shown(at: float) -> str:
    """A moment of the week for a sentence: Thu 22:10."""
    return f"{datetime.fromtimestamp(at, UTC):%a %H:%M}"


def minutes(seconds: float) -> str:
    """A length of time for a sentence: 40 minutes, 7.5 hours, 167.5 hours."""
    if seconds < 7200:
        return f"{seconds / 60:.0f} minute" + ("" if round(seconds / 60) == 1 else "s")
    hours = seconds / 3600
    return f"{hours:.3g} hours" if hours < 100 else f"{hours:.1f} hours"
