"""Why was I (not) paged? An alert's way from the sample to the inbox, step by step, with times."""

import time
from collections.abc import Mapping

from lab_helpers.discovery.relabel import Dropped
from lab_helpers.promql.durations import Duration, seconds
from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.inbox import InboxContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.timeline.alerts import (
    Rule,
    first_sample,
    last_run,
    own_state,
    rules_called,
    samples_of,
)
from lab_helpers.timeline.holds import Fires
from lab_helpers.timeline.seen import Seen
from lab_helpers.timeline.sent import Sender
from lab_helpers.timeline.stations import resolved, stations
from lab_helpers.timeline.steps import Step, Timeline
from lab_helpers.timeline.ways import ON_ITS_WAY, Message, Way


def why_paged(
    prometheus: PrometheusContainer,
    alertmanager: AlertmanagerContainer,
    inbox: InboxContainer,
    alertname: str,
    labels: Mapping[str, str] | None = None,
    /,
    *,
    last: Duration = "2m",
    **more: str,
) -> Timeline:
    """Follow an alert from the sample to the inbox, and say why it did or did not page.

    alertname, labels, more: which alert; one must remain. A label that is called `last`, or
    whose name is no Python word, goes into the mapping. last: how far to look back.

    Routes, inhibition rules and time intervals are those that Alertmanager has now. Of alerts
    that somebody else sent, it tells only as long as they fire.

    Raises:
        WorkshopError: Prometheus has no such rule, or several alerts have these labels.
    """
    rules = rules_called(prometheus, alertname)
    asked = {**(labels or {}), **more, "alertname": alertname}
    now, span = time.time(), seconds(last)
    alert, samples = samples_of(prometheus, asked, span)
    rule = next((one for one in rules if one.made(alert)), rules[0])
    if not samples:
        verdict = f"Not paged: the condition of {alertname} did not hold in the last {last}."
        step = Step("sample", f"nothing came of {_one_line(rule.query)}")
        return Timeline(verdict, asked, [step], now)
    run = last_run(prometheus, alert, samples, rule.interval, now)
    at, value = first_sample(prometheus, rule, alert, run)
    came_of = f"value {float(value):.3g} of " if value else ""
    line = Timeline("", alert, now=now)
    line.steps.append(Step("sample", came_of + _one_line(rule.query), at, run.end))
    if run.fired is None or run.fired > run.begin:
        until = run.end if run.fired is None else run.fired
        line.steps.append(Step("pending", f"for: {rule.holds_for:g}s", run.begin, until))
    if run.fired is None:
        state = "is still pending" if run.end is None else "the condition ended before that"
        line.steps.append(Step("firing", f"not reached: {state}"))
        line.verdict = f"Not paged: {alertname} has for: {rule.holds_for:g}s, and {state}."
        return line
    _follow(line, rule, Fires(alert, run.fired, run.end, now), prometheus, alertmanager, inbox)
    return line


def _follow(
    line: Timeline,
    rule: Rule,
    fires: Fires,
    prometheus: PrometheusContainer,
    alertmanager: AlertmanagerContainer,
    inbox: InboxContainer,
) -> None:
    """Add what Alertmanager and the inbox know of an alert that fired, and the verdict."""
    sender, name = Sender(prometheus, alertmanager), line.labels["alertname"]
    sends = Step("firing", "Prometheus sends it to Alertmanager", fires.fired, fires.ended)
    try:
        line.labels = sender.labels({**line.labels, **own_state(rule.labels)})
    except Dropped as why:
        words = f"alert_relabel_configs drop it ({why})"
        line.steps.append(Step("firing", words, fires.fired, fires.ended))
        line.verdict = f"Not paged: {name} fired, but {words}."
        return
    fires = Fires(line.labels, fires.fired, fires.ended, fires.now)
    seen = Seen.of(fires, rule, sender, prometheus, alertmanager, inbox)
    told = [message for way in seen.ways for message in way.told]
    if not told and not seen.has_it and (unknown := _unknown(seen, sender, fires)):
        line.steps.append(Step("firing", unknown, fires.fired, fires.ended))
        line.verdict = f"Not paged: {name} fired, but {unknown}."
        return
    line.steps += [sends, *stations(seen)]
    if fires.ended is not None:
        line.steps += resolved(seen)
    line.now = time.time()
    if told:
        line.verdict = f"Paged: {name} reached {_each_when(told, line.zero)}."
        for way in seen.ways:
            if not way.told and way.because()[0] != ON_ITS_WAY:
                line.verdict += f" Not {way.receiver}: {way.because()[0]}."
    else:
        line.verdict = _not_paged(name, seen.ways)
        if any(may_come for _, may_come in (way.because() for way in seen.ways)):
            line.steps.append(Step("delivered", "nothing so far"))


def _each_when(told: list[Message], zero: float | None) -> str:
    """Each who was told, with the seconds until the first message to them."""
    first: dict[str, float] = {}
    for message in sorted(told, key=lambda message: float(message["arrived"])):
        first.setdefault(message["to"], message["arrived"] - (zero or message["arrived"]))
    return "; ".join(f"{to}, {after:.1f} s after" for to, after in first.items())


def _unknown(seen: Seen, sender: Sender, fires: Fires) -> str:
    """Why Alertmanager does not have an alert; "" if that is not known, or it may have had it."""
    if because := sender.unknown_because():
        return because
    if fires.ended is None and fires.now - fires.fired > seen.patience:
        return f"{seen.alertmanager} does not have it"
    return ""


def _not_paged(name: str, ways: list[Way]) -> str:
    """The verdict where nobody has been told."""
    reasons = {way.receiver: way.because() for way in ways}
    words = dict.fromkeys(because for because, _ in reasons.values())
    if len(words) == 1:
        (because,) = words
    else:
        because = "; ".join(f"for {to}, {said}" for to, (said, _) in reasons.items())
    if any(may_come for _, may_come in reasons.values()):
        return (
            f"Not paged (yet): {name} fired, for {', '.join(reasons)}, but nothing arrived: "
            f"{because}."
        )
    return f"Not paged: {name} fired, but {because.removeprefix('it ')}."


def _one_line(expr: str) -> str:
    words = " ".join(expr.split())
    return words if len(words) <= 60 else words[:59] + "…"
