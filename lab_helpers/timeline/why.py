"""Why was I (not) paged? An alert's way from the sample to the inbox, step by step, with times."""

import json
import re
import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from lab_helpers.errors import WorkshopError
from lab_helpers.promql.durations import Duration, seconds
from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.inbox import InboxContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.timeline.steps import Step, Timeline

#: evaluations that may be missing before an alert counts as ended
GAP = 2.5


class Run(NamedTuple):
    """The last time that the condition held: Unix seconds, None for what did not happen (yet)."""

    begin: float
    fired: float | None
    end: float | None


def why_paged(
    prometheus: PrometheusContainer,
    alertmanager: AlertmanagerContainer,
    inbox: InboxContainer,
    alertname: str,
    last: Duration = "2m",
    **labels: str,
) -> Timeline:
    """Follow an alert from the sample to the inbox, and say why it did or did not page.

    alertname, labels: which alert; one must remain. last: how far to look back.

    Silences and messages are known afterwards too; that an alert is inhibited, and in which group
    it is, Alertmanager tells only as long as it fires.

    Raises:
        WorkshopError: Prometheus has no such rule, or several alerts have these labels.
    """
    rule = _rule(prometheus, alertname)
    asked, now = {"alertname": alertname, **labels}, time.time()
    alert, samples = _samples(prometheus, asked, seconds(last))
    if not samples:
        verdict = f"Not paged: the condition of {alertname} did not hold in the last {last}."
        step = Step("sample", f"nothing came of {_one_line(rule['query'])}")
        return Timeline(verdict, asked, [step], now)
    run = _last_run(samples, _active_at(prometheus, alert), rule["interval"], now)
    line = Timeline("", alert, [_first_sample(prometheus, rule, alert, run)], now)
    until = run.end if run.fired is None else run.fired
    if run.fired is None or run.fired > run.begin:
        line.steps.append(Step("pending", f"for: {rule['duration']:g}s", run.begin, until))
    if run.fired is None:
        state = "is still pending" if run.end is None else "the condition ended before that"
        line.steps.append(Step("firing", f"not reached: {state}"))
        line.verdict = f"Not paged: {alertname} has for: {rule['duration']:g}s, and {state}."
        return line
    line.steps.append(Step("firing", "Prometheus sends it to Alertmanager", run.fired, run.end))
    _follow(line, run.fired, run.end, alertmanager, inbox)
    return line


def _follow(
    line: Timeline,
    fired: float,
    ended: float | None,
    alertmanager: AlertmanagerContainer,
    inbox: InboxContainer,
) -> None:
    """Add what Alertmanager and the inbox know of an alert that fired, and the verdict."""
    alerts = {alert["fingerprint"]: alert for alert in alertmanager.raw("alerts")}
    ours = (m for m, a in alerts.items() if line.labels.items() <= a["labels"].items())
    mark = next(ours, fingerprint(line.labels))
    line.steps += _grouped(alertmanager, mark, fired)
    quiet = [
        *_silenced(alertmanager, line.labels, fired, ended, line.now),
        *_inhibited(alerts, mark, fired, ended),
    ]
    routes = ", ".join(alertmanager.routes(**line.labels))
    line.steps += [*quiet, Step("routed", f"to {routes}", fired)]
    if ended is not None:
        line.steps.append(Step("resolved", "the condition no longer holds", ended))
    delivered = _delivered(inbox, mark, fired)
    line.steps += delivered
    line.now = time.time()
    name = line.labels["alertname"]
    if line.paged:
        to = ", ".join(dict.fromkeys(s.what.rpartition(" to ")[2] for s in delivered))
        line.verdict = f"Paged: {name} reached {to}, {line.took:.1f} s after."
    elif quiet:
        why = " and ".join(f"{step.name} ({step.what})" for step in quiet)
        line.verdict = f"Not paged: {name} fired, but was {why}."
    else:
        line.steps.append(Step("delivered", f"nothing; {inbox.refused} turned away so far"))
        line.verdict = (
            f"Not paged (yet): {name} fired, for {routes}, but nothing arrived: it waits for its "
            "group, or the delivery fails and is tried again."
        )


def _rule(prometheus: PrometheusContainer, alertname: str) -> dict[str, Any]:
    """The alerting rule of this name, with the interval of its group."""
    names = []
    for group in prometheus.raw("rules", type="alert")["groups"]:
        for rule in group["rules"]:
            names.append(rule["name"])
            if rule["name"] == alertname:
                return {**rule, "interval": float(group["interval"])}
    raise WorkshopError(
        f"{prometheus.name} has no alerting rule {alertname}. It has: {', '.join(names) or 'none'}."
    )


def _samples(
    prometheus: PrometheusContainer, asked: dict[str, str], span: float
) -> tuple[dict[str, str], list[tuple[float, str]]]:
    """The labels of the alert that is meant, and when it was in which state."""
    found = prometheus.raw("query", query=f"ALERTS{{{_matchers(asked)}}}[{span:.0f}s]")["result"]
    alerts: dict[tuple[tuple[str, str], ...], list[tuple[float, str]]] = {}
    for series in found:
        labels = dict(series["metric"])
        del labels["__name__"]
        state = labels.pop("alertstate")
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
        return asked, []
    ((alert, times),) = alerts.items()
    return dict(alert), sorted(times)


def _active_at(prometheus: PrometheusContainer, alert: dict[str, str]) -> float:
    """When the condition began to hold without a gap, in whole seconds: Prometheus keeps count."""
    series = f"ALERTS_FOR_STATE{{{_matchers(alert)}}}"
    found = prometheus.raw("query", query=f"last_over_time({series}[1h])")["result"]
    return max((float(one["value"][1]) for one in found), default=0.0)


def _last_run(
    samples: list[tuple[float, str]], active_at: float, interval: float, now: float
) -> Run:
    """The last uninterrupted time for which the condition held."""
    run = [sample for sample in samples if sample[0] >= active_at] or samples[-1:]
    fired = next((moment for moment, state in run if state == "firing"), None)
    over = now - run[-1][0] > GAP * interval
    return Run(run[0][0], fired, run[-1][0] + interval if over else None)


def _first_sample(
    prometheus: PrometheusContainer, rule: dict[str, Any], alert: dict[str, str], run: Run
) -> Step:
    """When the condition first held, to a tenth of a second: between two evaluations, mostly."""
    begin = run.begin - rule["interval"]
    span = {"start": f"{begin:.3f}", "end": f"{run.begin:.3f}", "step": "0.1"}
    at, value = run.begin, ""
    for series in prometheus.raw("query_range", query=rule["query"], **span)["result"]:
        labels = {name: text for name, text in series["metric"].items() if name != "__name__"}
        if labels.items() <= alert.items():
            at, value = series["values"][0]
            at = begin if at > run.begin else at
    prefix = f"value {float(value):.3g} of " if value else ""
    return Step("sample", prefix + _one_line(rule["query"]), at, run.end)


def _grouped(alertmanager: AlertmanagerContainer, mark: str, fired: float) -> Iterable[Step]:
    for group in alertmanager.raw("alerts/groups"):
        if mark in {alert["fingerprint"] for alert in group["alerts"]}:
            shared = ", ".join(f"{k}={v}" for k, v in sorted(group["labels"].items()))
            count, to = len(group["alerts"]), group["receiver"]["name"]
            size = "alone" if count == 1 else f"one of {count}"
            yield Step("grouped", f"{size} under {shared or 'no label'}, for {to}", fired)


def _silenced(
    alertmanager: AlertmanagerContainer,
    labels: dict[str, str],
    fired: float,
    ended: float | None,
    now: float,
) -> Iterable[Step]:
    for silence in alertmanager.raw("silences"):
        begin, end = _moment(silence["startsAt"]), _moment(silence["endsAt"])
        if begin < (ended or now) and end > fired and _match(silence["matchers"], labels):
            until = min(end, ended) if ended else (end if end < now else None)
            yield Step("silenced", silence["comment"], max(begin, fired), until)


def _inhibited(
    alerts: dict[str, dict[str, Any]], mark: str, fired: float, ended: float | None
) -> Iterable[Step]:
    ours = alerts.get(mark)
    for source in ours["status"]["inhibitedBy"] if ours else ():
        other = alerts.get(source)
        since = max(fired, _moment(other["startsAt"])) if other else fired
        name = other["labels"]["alertname"] if other else source
        yield Step("inhibited", f"by {name}", since, ended)


def _delivered(inbox: InboxContainer, mark: str, fired: float) -> list[Step]:
    steps = []
    for message in inbox.raw():
        states = {a["status"] for a in message["alerts"] if a["fingerprint"] == mark}
        if states and message["arrived"] >= fired:
            what = f"{min(states)}: {message['via']} to {message['to']}"
            steps.append(Step("delivered", what, message["arrived"]))
    return steps


def _match(matchers: list[dict[str, Any]], labels: dict[str, str]) -> bool:
    """Whether a silence's matchers all hold, as Alertmanager reads them."""
    for matcher in matchers:
        text, value = labels.get(matcher["name"], ""), matcher["value"]
        same = bool(re.fullmatch(value, text)) if matcher["isRegex"] else text == value
        if same is not matcher.get("isEqual", True):
            return False
    return True


def fingerprint(labels: dict[str, str]) -> str:
    """The name that Alertmanager gives an alert with these labels: FNV-1a, 64 bits.

    >>> fingerprint({"alertname": "Watchdog", "severity": "none", "team": "platform"})
    '457a6b9f2a46e10c'
    """
    value = 14695981039346656037
    for name, text in sorted(labels.items()):
        for byte in name.encode() + b"\xff" + text.encode() + b"\xff":
            value = ((value ^ byte) * 1099511628211) % 2**64
    return f"{value:016x}"


def _moment(text: str) -> float:
    """A time of Alertmanager's API in Unix seconds."""
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)).timestamp()


def _matchers(labels: dict[str, str]) -> str:
    return ", ".join(f"{name}={json.dumps(text)}" for name, text in labels.items())


def _one_line(expr: str) -> str:
    words = " ".join(expr.split())
    return words if len(words) <= 60 else words[:59] + "…"
