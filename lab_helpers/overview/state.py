"""What the page shows at this moment, as JSON: put together from what the sources said last."""

import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import requests

from lab_helpers.errors import WorkshopError
from lab_helpers.overview.sources import Watcher
from lab_helpers.overview.tiles import FIGURES, tiles
from lab_helpers.overview.ways import HEARTBEAT, quiet, ways
from lab_helpers.services.alertmanager import page_at as alertmanager_page
from lab_helpers.services.links import prometheus_page
from lab_helpers.stage.stack import Stack

OLD = 2.5  # seconds after which what a source said is no longer what is
SHOWN = 5  # messages
ROOM, ROOM_EVERY = "http://127.0.0.1:8031/", 5.0  # the room's page, and seconds between two looks
#: The page of a service that is worth opening, by what the link says.
PAGES: dict[str, tuple[str, Callable[[str], str]]] = {
    "Shop": ("nginx", str),
    "Inbox": ("inbox", str),
    "Targets": ("prometheus", lambda url: prometheus_page(url, "targets")),
    "Alerts": ("prometheus", lambda url: prometheus_page(url, "alerts")),
    "Alertmanager": ("alertmanager", alertmanager_page),
    "Consul": ("consul", lambda url: f"{url}/ui/"),
    "Grafana": ("grafana", str),
}


def state(watcher: Watcher) -> dict[str, Any]:
    """All that the page shows, whoever looks."""
    now = time.time()
    containers = watcher.engine.said or {}
    prometheus = watcher.prometheus.said if _is_new(watcher.prometheus.age) else None
    alertmanager = watcher.alertmanager.said or {"alerts": [], "silences": {}}
    messages = watcher.inbox.said or []
    rules = prometheus["rules"] if prometheus else []
    known = prometheus["numbers"] if prometheus else {}
    found = ways(
        rules, alertmanager["alerts"], alertmanager["silences"], messages, watcher.labels, now
    )
    ages = [source.age for source in watcher.sources]
    return {
        "is_up": bool(containers),
        "problems": _problems(watcher),
        "age": max((age for age in ages if age is not None), default=None),
        "services": tiles(containers, prometheus and prometheus["targets"], known),
        "figures": {name: known.get(metric) for name, metric in FIGURES.items()},
        "ways": [one.as_json() for one in found],
        "quiet": quiet(rules),
        "heartbeat": _heartbeat(messages, now),
        "messages": _shown(messages),
    }


def _is_new(age: float | None) -> bool:
    return age is not None and age < OLD


def _problems(watcher: Watcher) -> list[str]:
    """A sentence for each source that does not answer."""
    if watcher.engine.problem:
        return [watcher.engine.problem]
    if watcher.engine.said == {}:
        return ["Nothing is on stage: `make demo` starts it."]
    found = []
    for source in watcher.sources:
        if source.problem:
            since = "" if source.age is None else f" What is shown of it is {source.age:.0f} s old."
            found.append(source.problem + since)
    return found


def _heartbeat(messages: Iterable[dict[str, Any]], now: float) -> float | None:
    """Seconds since the dead man's switch was heard last; None if it never was."""
    beats = [message["arrived"] for message in messages if message["to"] == HEARTBEAT]
    return max(0.0, now - beats[-1]) if beats else None


def _shown(messages: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last messages, newest first, without those of the dead man's switch."""
    kept = [message for message in messages if message["to"] != HEARTBEAT]
    fields = ("id", "arrived", "via", "to", "status", "subject")
    return [{name: one[name] for name in fields} for one in reversed(kept[-SHOWN:])]


def links(watcher: Watcher) -> dict[str, str]:
    """The pages that are there now, for whoever looks from this machine."""
    containers = watcher.engine.said or {}
    found = {}
    for words, (service, _) in PAGES.items():
        one = containers.get(service, {})
        if one.get("State") == "running":
            # A container that starts anew may be another program: what it has is asked again.
            try:
                address = Stack.address(service, containers)
                found[words] = _page(words, address, one["Id"])
            except (WorkshopError, requests.RequestException):
                continue  # it does not answer yet
    if _has_room(int(time.monotonic() / ROOM_EVERY)):
        found["Room"] = ROOM
    return found


@lru_cache(1)
def _has_room(_moment: int) -> bool:
    """Whether the page of `workshop room` is where it usually is; looked at now and then."""
    try:
        return "<title>The room</title>" in requests.get(ROOM, timeout=1).text
    except requests.RequestException:
        return False


@lru_cache(32)
def _page(words: str, address: str, _container: str) -> str:
    return PAGES[words][1](address)
