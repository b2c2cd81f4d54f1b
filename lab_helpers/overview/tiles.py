"""The state of each service, in a word: as the engine sees its container, and Prometheus it."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from lab_helpers.stage import compose

#: What the page puts side by side; what compose.yaml has besides comes last.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "The shop": ("nginx", "web-1", "web-2", "mysql", "memcached", "haproxy", "apache", "switch",
                 "traffic"),
    "What watches": ("prometheus", "alertmanager", "inbox", "consul", "grafana"),
}  # fmt: skip
EXPORTERS = "Exporters"
OPTIONAL = {"grafana"}  # it is there where its image is
#: The metric in which an exporter says whether its service answers, by service.
ANSWERS = {
    "mysql": "mysql_up",
    "memcached": "memcached_up",
    "apache": "apache_up",
    "nginx": "nginx_up",
}
#: What Prometheus is asked for besides targets: those, and how the shop fares.
FIGURES = {
    "rate": "job:shop_http_requests:rate10s",
    "failed": "job:shop_http_requests_failed:ratio_rate10s",
    "p95": "job:shop_http_request_duration_seconds:p95_10s",
}
QUERY = '{__name__=~"%s"}' % "|".join([*ANSWERS.values(), *FIGURES.values()])  # noqa: UP031


def tiles(
    containers: Mapping[str, Mapping[str, Any]],
    targets: Iterable[Mapping[str, Any]] | None,
    numbers: Mapping[str, float],
) -> list[dict[str, str]]:
    """A tile for each service of the stack: name, group, state (a badge's class), says, more.

    Args:
        containers: what the engine lists, by service.
        targets: what Prometheus scrapes; None where it does not answer.
        numbers: what it answers to `QUERY`, by metric.
    """
    groups = {service: group for group, services in GROUPS.items() for service in services}
    found = []
    for service in [*groups, *(one for one in compose.model()["services"] if one not in groups)]:
        if service in OPTIONAL and service not in containers:
            continue
        state, says, more = _state(service, containers.get(service), targets, numbers)
        group = groups.get(service, EXPORTERS)
        found.append(dict(name=service, group=group, state=state, says=says, more=more))
    return found


def _state(
    service: str,
    container: Mapping[str, Any] | None,
    targets: Iterable[Mapping[str, Any]] | None,
    numbers: Mapping[str, float],
) -> tuple[str, str, str]:
    """The badge of a service: its class, its word, and what is to be added."""
    if container is None:
        return "bad", "missing", ""
    match container["State"]:
        case "running":
            pass
        case "paused":
            return "warn", "paused", ""
        case "created" | "restarting":
            return "info", "starting", ""
        case other:
            return "bad", str(other), str(container.get("Status", ""))
    if targets is None:
        return "idle", "runs", "Prometheus cannot say more"
    mine = [one for one in targets if service in _concerns(one)]
    if any(one["health"] == "down" for one in mine):
        problem = next(one["lastError"] for one in mine if one["health"] == "down")
        return "bad", "down", str(problem)
    if numbers.get(ANSWERS.get(service, "")) == 0:
        return "bad", "down", f"{ANSWERS[service]} is 0"
    if any(one["health"] == "unknown" for one in mine):
        return "info", "starting", ""
    if mine or numbers.get(ANSWERS.get(service, "")):
        return "good", "up", ""
    return "idle", "runs", ""


def _concerns(target: Mapping[str, Any]) -> set[str]:
    """The services that a target tells of: the one that is scraped, and a device behind it."""
    host = urlsplit(target["scrapeUrl"]).hostname or ""
    scraped = "prometheus" if host == "localhost" else host
    return {scraped, target["labels"].get("instance", "")}


def numbers(answer: Mapping[str, Any]) -> dict[str, float]:
    """What an instant query answered, by metric; of several series the worst of its kind."""
    found: dict[str, float] = {}
    for one in answer["result"]:
        name, value = one["metric"]["__name__"], float(one["value"][1])
        found[name] = min(found.get(name, value), value)
    return found
