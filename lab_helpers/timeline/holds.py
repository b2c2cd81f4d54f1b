"""What keeps an alert back on its way: inhibition, time intervals, silences."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lab_helpers.timeline.alerts import Firing
from lab_helpers.timeline.intervals import Span
from lab_helpers.timeline.matchers import Matcher, all_match
from lab_helpers.timeline.routing import Configuration, InhibitRule, Route
from lab_helpers.timeline.sent import fingerprint


@dataclass(frozen=True)
class Hold:
    """Something that keeps an alert back for a while.

    Attributes:
        step: inhibited, muted or silenced.
        what: by what exactly, for the table.
        why: the same in a few words that follow on "it was", for the verdict.
        begin, end: Unix seconds, within the time for which the alert fires; the end is None if it
            lasts as long as the alert, or still.
    """

    step: str
    what: str
    why: str
    begin: float
    end: float | None


@dataclass(frozen=True)
class Fires:
    """An alert as Alertmanager has it, and when it fired: Unix seconds.

    ended: None if it still fires.
    """

    labels: Mapping[str, str]
    fired: float
    ended: float | None
    now: float

    def during(self, begin: float, end: float | None) -> tuple[float, float | None] | None:
        """The part of a time that lies within its own; the end is None if it goes on."""
        last = self.now if self.ended is None else self.ended
        if begin >= last or (end is not None and end <= self.fired):
            return None
        return max(begin, self.fired), None if end is None or end >= last else end


def inhibitions(
    fires: Fires,
    rules: Iterable[InhibitRule],
    others: Iterable[Firing],
    alerts: Mapping[str, Mapping[str, Any]],
) -> Iterator[Hold]:
    """By which alerts it was held back, through which rules.

    others: what fired meanwhile, as Alertmanager has it. alerts: what Alertmanager has now, by
    fingerprint; it is the judge of the present.
    """
    ours = alerts.get(fingerprint(fires.labels))
    present = list(ours["status"]["inhibitedBy"]) if ours else None
    known = set()
    rules, others = list(rules), list(others)
    for other in others:
        rule = next((one for one in rules if one.holds_back(fires.labels, other.labels)), None)
        span = fires.during(other.begin, other.end)
        if rule is None or span is None:
            continue
        if span[1] is None and fires.ended is None and present == []:
            continue
        known.add(fingerprint(other.labels))
        yield _inhibited(other.labels, rule, *span)
    if present and not known & set(present):  # by an alert that this Prometheus does not know
        source = alerts.get(present[0])
        labels = source["labels"] if source else {"alertname": present[0]}
        rule = next((one for one in rules if one.holds_back(fires.labels, labels)), None)
        since = max(fires.fired, moment(source["startsAt"])) if source else fires.fired
        yield _inhibited(labels, rule, since, None)


def _inhibited(
    source: Mapping[str, str], rule: InhibitRule | None, begin: float, end: float | None
) -> Hold:
    by = f"by {source.get('alertname', '')}"
    through = f"; rule {rule}" if rule else ""
    return Hold("inhibited", by + through, f"inhibited ({by})", begin, end)


def times(fires: Fires, config: Configuration, route: Route) -> Iterator[Hold]:
    """When the alert's route was not active or muted."""
    last = fires.now if fires.ended is None else fires.ended
    for span in config.intervals.inactive(route.active, fires.fired, last):
        yield _muted(span, "outside of the active", route)
    for span in config.intervals.muted(route.mute, fires.fired, last):
        yield _muted(span, "muted by the", route)


def _muted(span: Span, words: str, route: Route) -> Hold:
    several = "s" if len(span.names) > 1 else ""
    why = f"{words} time interval{several} {' and '.join(span.names)}"
    return Hold("muted", f"{why}, for {route.receiver}", why, span.begin, span.end)


def silences(fires: Fires, found: Iterable[Mapping[str, Any]]) -> Iterator[Hold]:
    """By which silences it was kept back, also by those that have expired."""
    for silence in found:
        span = fires.during(moment(silence["startsAt"]), moment(silence["endsAt"]))
        matchers = map(Matcher.of_silence, silence["matchers"])
        if span is not None and all_match(matchers, fires.labels):
            comment, author = silence["comment"], silence["createdBy"]
            what = f"{comment}; by {author}, silence {silence['id']}"
            yield Hold("silenced", what, f"silenced ({comment}; by {author})", *span)


def moment(text: str) -> float:
    """A time of Alertmanager's API or log in Unix seconds."""
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)).timestamp()
