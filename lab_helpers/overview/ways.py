"""The way of each alert, from its rule to the inbox, as far as it has come.

Four stations, in this order: the rule holds, Prometheus says that it fires, Alertmanager has it,
somebody is told. What Prometheus, Alertmanager and the inbox answer is put side by side here: the
first two by the alert's labels, the last two by its fingerprint.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from lab_helpers.stage.stack import ALWAYS

REMEMBERED = 120.0  # seconds for which an alert that has ended is still shown
#: how the inbox calls whom the dead man's switch is for
HEARTBEAT = "heartbeat"


@dataclass(frozen=True)
class Station:
    """One station of a way.

    Attributes:
        place: rule, Prometheus, Alertmanager, inbox.
        state: the class of the badge that shows it; "" where the alert has not come there.
        says: the badge's word.
        more: what is to be added to it, such as to whom.
    """

    place: str
    state: str = ""
    says: str = "not yet"
    more: str = ""


@dataclass
class Way:
    """An alert and its stations.

    Attributes:
        alert, about: its name, and the labels that tell it from others of that name.
        is_over: whether it has ended.
    """

    alert: str
    about: str
    is_over: bool = False
    stations: list[Station] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As the page reads it."""
        return asdict(self)


def ways(
    rules: Iterable[Mapping[str, Any]],
    received: Iterable[Mapping[str, Any]],
    silences: Mapping[str, Mapping[str, Any]],
    messages: Iterable[Mapping[str, Any]],
    labels: Mapping[str, Mapping[str, str]],
    now: float,
) -> list[Way]:
    """The ways of all alerts that are active or have ended lately, the dead man's switch left out.

    Args:
        rules: the alerting rules, as Prometheus lists them, with their alerts.
        received: the alerts that Alertmanager has, as its API lists them.
        silences: those of Alertmanager, by id.
        messages: what the inbox has, oldest first.
        labels: of alerts that Alertmanager has or had, by fingerprint.
        now: in Unix seconds.
    """
    known = {_key(one["labels"]): one for one in received}
    here = {one["fingerprint"]: one for one in known.values()}
    # Alertmanager may have said already that it is over: what was asked earlier is older.
    marks = {_key(found): mark for mark, found in labels.items()}
    told: dict[str, dict[str, Mapping[str, Any]]] = {}
    for message in messages:
        for alert in message["alerts"]:
            if message["to"] != HEARTBEAT and alert["status"]:
                told.setdefault(alert["fingerprint"], {})[message["to"]] = {**message, **alert}
    found, active = [], set()
    for rule in rules:
        for alert in rule.get("alerts", ()):
            if rule["name"] == ALWAYS:
                continue
            mine = known.get(_key(alert["labels"]))
            mark = marks.get(_key(alert["labels"]), "")
            active.add(mark)
            way = Way(rule["name"], _about(alert["labels"]))
            way.stations = [
                *_before(rule, alert, now),
                _at_alertmanager(alert, mine, silences, here),
                _at_inbox(alert, mine, told.get(mark, {})),
            ]
            found.append(way)
    ended = [
        _ended(last, labels.get(mark, {}), mark in here, now)
        for mark, last in told.items()
        if mark not in active
    ]
    return [*found, *filter(None, ended)]


def quiet(rules: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of the alerting rules that hold nowhere."""
    return [one["name"] for one in rules if not one.get("alerts")]


def _before(rule: Mapping[str, Any], alert: Mapping[str, Any], now: float) -> list[Station]:
    """The rule's station, and Prometheus's."""
    since = _moment(alert["activeAt"])
    if alert["state"] == "pending":
        lasts = f"{max(0.0, now - since):.0f} s of {rule['duration']:g} s"
        return [Station("rule", "warn", "pending", lasts), Station("Prometheus")]
    return [
        Station("rule", "warn", "holds", _clock(since)),
        Station("Prometheus", "bad", "firing"),
    ]


def _at_alertmanager(
    alert: Mapping[str, Any],
    mine: Mapping[str, Any] | None,
    silences: Mapping[str, Mapping[str, Any]],
    here: Mapping[str, Mapping[str, Any]],
) -> Station:
    if mine is None or alert["state"] == "pending":
        return Station("Alertmanager")
    status = mine["status"]
    if status["silencedBy"]:
        one = silences.get(status["silencedBy"][0], {})
        until = f"until {_clock(_moment(one['endsAt']))}" if "endsAt" in one else ""
        return Station("Alertmanager", "odd", "silenced", until)
    if status["inhibitedBy"]:
        by = here.get(status["inhibitedBy"][0], {}).get("labels", {})
        return Station(
            "Alertmanager", "odd", "inhibited", f"by {by.get('alertname', 'another alert')}"
        )
    if status.get("mutedBy"):
        return Station("Alertmanager", "odd", "muted", "by a time interval")
    to = ", ".join(one["name"] for one in mine["receivers"])
    return Station("Alertmanager", "info", "has it", f"for {to}")


def _at_inbox(
    alert: Mapping[str, Any],
    mine: Mapping[str, Any] | None,
    told: Mapping[str, Mapping[str, Any]],
) -> Station:
    since = _moment(alert["activeAt"])
    firing = {to: one for to, one in told.items()
              if one["status"] == "firing" and one["arrived"] >= since}  # fmt: skip
    if firing and alert["state"] == "firing":
        return Station("inbox", "good", "delivered", _to_whom(firing))
    if mine and mine["status"]["state"] == "suppressed" and alert["state"] == "firing":
        return Station("inbox", "idle", "nobody is told")
    return Station("inbox")


def _ended(
    told: Mapping[str, Mapping[str, Any]],
    labels: Mapping[str, str],
    is_here: bool,
    now: float,
) -> Way | None:
    """The way of an alert that holds no longer, if it was told of lately."""
    last = max(told.values(), key=lambda one: float(one["arrived"]))
    over = {to: one for to, one in told.items() if one["status"] == "resolved"}
    if now - last["arrived"] > REMEMBERED:
        return None
    state, says = ("info", "has it") if is_here else ("idle", "over")
    inbox = (
        Station("inbox", "good", "resolved", _to_whom(over))
        if over
        else Station("inbox", "warn", "still firing", "the end is not told yet")
    )
    stations = [
        Station("rule", "idle", "over"),
        Station("Prometheus", "idle", "over"),
        Station("Alertmanager", state, says),
        inbox,
    ]
    return Way(str(last["alertname"]), _about(labels), True, stations)


def _to_whom(told: Mapping[str, Mapping[str, Any]]) -> str:
    """To whom, each with the time of day (UTC)."""
    return ", ".join(
        f"{to.partition('@')[0]} {_clock(one['arrived'])}" for to, one in sorted(told.items())
    )


def _key(labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items()))


def _about(labels: Mapping[str, str]) -> str:
    """What the alert is about, as far as it says so: where."""
    return ", ".join(labels[name] for name in ("instance", "mountpoint") if name in labels)


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _clock(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%H:%M:%S}"
