"""What happened to an alert in Alertmanager, as the rows of a timeline, in Alertmanager's order."""

from collections.abc import Iterator

from lab_helpers.timeline.holds import Hold
from lab_helpers.timeline.seen import Seen
from lab_helpers.timeline.steps import Step
from lab_helpers.timeline.ways import Message, Way, clock, status


def stations(seen: Seen) -> Iterator[Step]:
    """Routed, grouped, waited, held back, deduplicated, failed, delivered."""
    fired = seen.fires.fired
    for way in seen.ways:
        on = ", continue: true" if way.route.goes_on else ""
        what = f"to {way.receiver}, by {way.route}{on}; {way.settings()}"
        yield Step("routed", what, fired)
    for way, (group, count) in zip(seen.ways, seen.groups, strict=True):
        shared = ", ".join(f"{name}={text}" for name, text in sorted(group.items()))
        size = "alone" if count == 1 else f"one of {count}"
        yield Step("grouped", f"{size} under {shared or 'no label'}, for {way.receiver}", fired)
    waits = [(way.wait(), way.receiver) for way in seen.ways]
    for wait in dict.fromkeys(wait for wait, _ in waits if wait):
        to = " and ".join(receiver for each, receiver in waits if each == wait)
        yield Step("waits", f"{wait[0]}, for {to}", fired, wait[1])
    for hold in _held(seen):
        yield Step(hold.step, hold.what, hold.begin, hold.end or seen.fires.ended)
    yield from _deduplicated(seen)
    for way in seen.ways:
        for each in way.attempts:
            yield Step("failed", str(each), each.begin, each.end)
    for way in seen.ways:
        yield from _delivered(way, way.told, "firing")


def resolved(seen: Seen) -> Iterator[Step]:
    """That the alert has ended, and who was told."""
    told = "".join(f"; {words}" for way in seen.ways if (words := _end(way)))
    yield Step("resolved", f"the condition no longer holds{told}", seen.fires.ended)
    for way in seen.ways:
        yield from _delivered(way, way.told_of_end, "resolved")


def _held(seen: Seen) -> Iterator[Hold]:
    """What kept it back: inhibition, times, silences; what concerns every way once."""
    for step in ("inhibited", "muted", "silenced"):
        yield from dict.fromkeys(
            hold for way in seen.ways for hold in way.holds if hold.step == step
        )


def _deduplicated(seen: Seen) -> Iterator[Step]:
    """Who of the cluster's members sent it, and that what was told is not told again."""
    for way in seen.ways:
        if not way.told and way.told_before:
            yield Step("deduplicated", way.knows(), seen.fires.fired)
        senders = list(dict.fromkeys(one["sender"] for one in way.told if one.get("sender")))
        if seen.members < 2 or not senders:
            continue
        at, others = way.told[0]["arrived"], seen.members - 1
        if len(senders) > 1:
            words = f"not for {way.receiver}: {' and '.join(senders)} have both sent it"
        elif senders[0] == seen.alertmanager:
            quiet = "the other member keeps" if others == 1 else f"the other {others} keep"
            words = f"{senders[0]} sends it to {way.receiver}, {quiet} quiet"
        else:
            words = f"{senders[0]} sends it to {way.receiver}, {seen.alertmanager} keeps quiet"
        yield Step("deduplicated", words, at)


def _delivered(way: Way, messages: list[Message], state: str) -> Iterator[Step]:
    """A row for each address, with the time of the first message."""
    first: dict[str, Message] = {}
    for message in messages:
        first.setdefault(f"{message['via']} to {message['to']}", message)
    for words, message in first.items():
        count = sum(words == f"{one['via']} to {one['to']}" for one in messages)
        again = f" ({count} times so far)" if count > 1 else ""
        assert status(message, way.mark) == state
        yield Step("delivered", f"{state}: {words}{again}", message["arrived"])


def _end(way: Way) -> str:
    """Whether a receiver that knew of the alert was told that it ended."""
    if not way.told and not way.told_before:
        return ""
    if way.told_of_end:
        return f"{way.receiver} was told"
    if not any(each.send_resolved for each in way.integrations):
        return f"{way.receiver} does not hear of that (send_resolved: false)"
    if lasting := [hold for hold in way.holds if hold.end is None]:
        return f"{way.receiver} was not told: {lasting[0].why}"
    if way.next_turn is not None:
        return f"{way.receiver} is told at {clock(way.next_turn)}"
    return f"{way.receiver} was not told"
