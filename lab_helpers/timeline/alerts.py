"""What Prometheus knows of an alert: its rule, when its condition held, and since when it fires."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from lab_helpers.errors import WorkshopError
from lab_helpers.services.prometheus import PrometheusContainer

#: evaluations that may be missing before an alert counts as ended
GAP = 2.5
#: points that Prometheus gives for one question; it refuses more than 11,000
_POINTS = 10_000
_PLAIN_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")

#: The label of ALERTS that says pending or firing. It hides an alert's own of this name.
STATE = "alertstate"

Labels = dict[str, str]


class Run(NamedTuple):
    """A time for which the condition held: Unix seconds, None for what did not happen (yet)."""

    begin: float
    fired: float | None
    end: float | None


class Firing(NamedTuple):
    """An alert, and a time for which it fired: Unix seconds; the end is None if it still does."""

    labels: Labels
    begin: float
    end: float | None


@dataclass(frozen=True)
class Rule:
    """An alerting rule.

    Attributes:
        holds_for: its `for`, seconds.
        interval: between two evaluations, seconds.
        labels: what it adds to the labels of a series; values may be templates.
    """

    name: str
    query: str
    holds_for: float
    interval: float
    labels: Mapping[str, str]

    def made(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert with these labels may be this rule's."""
        plain = {n: text for n, text in self.labels.items() if "{{" not in text and n != STATE}
        return all(labels.get(name, "") == text for name, text in plain.items())


def rules_called(prometheus: PrometheusContainer, alertname: str) -> list[Rule]:
    """The alerting rules of a name.

    Raises:
        WorkshopError: there is none.
    """
    found, names = [], []
    for group in prometheus.raw("rules", type="alert")["groups"]:
        for rule in group["rules"]:
            names.append(rule["name"])
            if rule["name"] == alertname:
                times = float(rule["duration"]), float(group["interval"])
                found.append(Rule(alertname, rule["query"], *times, rule.get("labels") or {}))
    if not found:
        raise WorkshopError(
            f"{prometheus.name} has no alerting rule {alertname}. It has: "
            f"{', '.join(dict.fromkeys(names)) or 'none'}."
        )
    return found


def samples_of(
    prometheus: PrometheusContainer, asked: Mapping[str, str], span: float
) -> tuple[Labels, list[tuple[float, str]]]:
    """The labels of the alert that is meant, and when it was in which state.

    Raises:
        WorkshopError: several alerts have these labels.
    """
    plain = {name: text for name, text in asked.items() if name != STATE}
    found = prometheus.raw("query", query=f"ALERTS{_selector(plain)}[{span:.0f}s]")["result"]
    alerts: dict[tuple[tuple[str, str], ...], list[tuple[float, str]]] = {}
    for series in found:
        labels = dict(series["metric"])
        del labels["__name__"]
        state = labels.pop(STATE)
        times = alerts.setdefault(tuple(sorted(labels.items())), [])
        times += [(moment, state) for moment, _ in series["values"]]
    if len(alerts) > 1:
        names = {name for labels in alerts for name, _ in labels}
        differ = [n for n in sorted(names) if len({dict(a).get(n) for a in alerts}) > 1]
        which = "; ".join(
            ", ".join(f'{name}="{dict(labels).get(name, "")}"' for name in differ)
            for labels in alerts
        )
        raise WorkshopError(f"{len(alerts)} alerts are called {asked['alertname']}. Add: {which}.")
    if not alerts:
        return dict(asked), []
    ((alert, times),) = alerts.items()
    return dict(alert), sorted(times)


def last_run(
    prometheus: PrometheusContainer,
    alert: Mapping[str, str],
    samples: list[tuple[float, str]],
    interval: float,
    now: float,
) -> Run:
    """The last uninterrupted time for which the condition held."""
    # Prometheus keeps count of when the condition began to hold, in whole seconds.
    span = f"{now - samples[0][0] + 60:.0f}s"
    series = f"last_over_time(ALERTS_FOR_STATE{_selector(alert)}[{span}])"
    found = prometheus.raw("query", query=series)["result"]
    active_at = max((float(one["value"][1]) for one in found), default=0.0)
    return run_since(samples, active_at, interval, now)


def run_since(
    samples: list[tuple[float, str]], active_at: float, interval: float, now: float
) -> Run:
    """The time that began at ``active_at``."""
    run = [sample for sample in samples if sample[0] >= active_at] or samples[-1:]
    fired = next((moment for moment, state in run if state == "firing"), None)
    over = now - run[-1][0] > GAP * interval
    return Run(run[0][0], fired, run[-1][0] + interval if over else None)


def first_sample(
    prometheus: PrometheusContainer, rule: Rule, alert: Mapping[str, str], run: Run
) -> tuple[float, str]:
    """When the condition first held, to a tenth of a second, and with which value if it is known.

    That is between two evaluations, mostly.
    """
    begin = run.begin - rule.interval
    step = max(0.1, rule.interval / _POINTS)
    span = {"start": f"{begin:.3f}", "end": f"{run.begin:.3f}", "step": f"{step:g}"}
    at, value = run.begin, ""
    for series in prometheus.raw("query_range", query=rule.query, **span)["result"]:
        labels = {name: text for name, text in series["metric"].items() if name != "__name__"}
        if "values" in series and labels.items() <= alert.items():
            at, value = series["values"][0]
            at = begin if at > run.begin else at
    return at, value


def all_firing(
    prometheus: PrometheusContainer, since: float, now: float, interval: float
) -> list[Firing]:
    """Every alert that fired since a moment, as often as it did.

    interval: seconds between two evaluations of those rules whose interval is not known.
    """
    pace, own = {}, {}
    for group in prometheus.raw("rules", type="alert")["groups"]:
        for rule in group["rules"]:
            pace[rule["name"]] = float(group["interval"])
            own[rule["name"]] = own_state(rule.get("labels") or {})
    query = f'ALERTS{{alertstate="firing"}}[{now - since:.0f}s]'
    found = []
    for series in prometheus.raw("query", query=query)["result"]:
        labels = {n: t for n, t in series["metric"].items() if n not in ("__name__", STATE)}
        labels |= own.get(labels["alertname"], {})
        every = pace.get(labels["alertname"], interval)
        found += [Firing(labels, *span) for span in _spans(series["values"], every, now)]
    return found


def own_state(labels: Mapping[str, str]) -> Labels:
    """The label of a rule that ALERTS hides, if the rule has it."""
    return {STATE: labels[STATE]} if STATE in labels else {}


def _spans(
    values: Iterable[tuple[float, str]], every: float, now: float
) -> list[tuple[float, float | None]]:
    """Times without a gap: begin, and the end if it is over."""
    moments = [moment for moment, _ in values]
    ends = [a for a, b in pairwise(moments) if b - a > GAP * every]
    spans: list[tuple[float, float | None]] = []
    begin = moments[0]
    for end in ends:
        spans.append((begin, end + every))
        begin = next(moment for moment in moments if moment > end)
    over = now - moments[-1] > GAP * every
    return [*spans, (begin, moments[-1] + every if over else None)]


def _selector(labels: Mapping[str, str]) -> str:
    """Labels in braces, as PromQL has them: a name that is no identifier stands in quotes."""
    written = [f"{_name(name)}={_text(text)}" for name, text in labels.items()]
    return "{" + ", ".join(written) + "}"


def _name(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
