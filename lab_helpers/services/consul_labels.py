"""The labels with which Prometheus finds what Consul knows."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from lab_helpers.errors import WorkshopError

#: from the best state of a check to the worst; an instance is as well as its worst check
STATES = ("passing", "warning", "critical", "maintenance")
#: parameters of Consul's API, by the fields of `consul_sd_configs`
_LIMITS = {"dc": "datacenter", "ns": "namespace", "partition": "partition"}


def discovered(client: Any, settings: Mapping[str, Any] | None = None) -> list[dict[str, str]]:
    """The labels that `consul_sd_configs` gives each instance, sorted by service and id.

    They are `__address__` and the `__meta_consul_…` of Prometheus's documentation. Like
    Prometheus, it asks for every instance, be it well or not; labels without a value are left out.

    Args:
        client: see `connect`.
        settings: an entry of `consul_sd_configs`, with its services, tags, node_meta, filter, …;
            without one, everything is asked for.
    """
    settings = settings or {}
    limits = {
        "node-meta": [f"{key}:{value}" for key, value in (settings.get("node_meta") or {}).items()],
        **{name: settings.get(field) for name, field in _LIMITS.items()},
    }
    services, tags = settings.get("services") or [], settings.get("tags") or []
    names = services
    if not services or tags or settings.get("filter"):
        catalog = _ask(client, "/v1/catalog/services", settings, limits, settings.get("filter"))
        names = [
            name
            for name, known in catalog.items()
            if (not services or name in services) and set(tags) <= set(known)
        ]
    datacenter = settings.get("datacenter") or client.agent.self()["Config"]["Datacenter"]
    limits["tag"] = tags
    found = []
    for name in sorted(names):
        path, chosen = f"/v1/health/service/{quote(name)}", settings.get("health_filter")
        for entry in sorted(
            _ask(client, path, settings, limits, chosen), key=lambda e: e["Service"]["ID"]
        ):
            found.append(_labels(name, datacenter, entry, settings.get("tag_separator", ",")))
    return found


def _ask(
    client: Any, path: str, settings: Mapping[str, Any], limits: Mapping[str, Any], chosen: Any
) -> Any:
    given = {name: value for name, value in {**limits, "filter": chosen}.items() if value}
    token = settings.get("token")
    answer = client.http.session.get(
        f"{client.http.base_uri}{path}",
        params=given,
        headers={"X-Consul-Token": token} if token else {},
    )
    if not answer.ok:
        raise WorkshopError(f"Consul refuses {path}: {answer.status_code} {answer.text.strip()}")
    return answer.json()


def _labels(
    name: str, datacenter: str, entry: dict[str, Any], separator: str = ","
) -> dict[str, str]:
    node, service = entry["Node"], entry["Service"]
    port = service.get("Port", 0)  # newer versions leave out one that was not given
    tags = separator.join(service["Tags"] or ())
    labels = {
        "address": node["Address"],
        "dc": datacenter,
        "health": worst(state_of(check) for check in entry["Checks"]),
        "node": node["Node"],
        "service": name,
        "service_address": service["Address"],
        "service_id": service["ID"],
        "service_port": str(port),
        "tags": f"{separator}{tags}{separator}",
        "namespace": service.get("Namespace", ""),
        "partition": service.get("Partition", ""),
    }
    for kind, pairs in (
        ("metadata", node.get("Meta")),
        ("service_metadata", service.get("Meta")),
        ("tagged_address", node.get("TaggedAddresses")),
    ):
        for key, value in (pairs or {}).items():
            labels[f"{kind}_{label_name(key)}"] = value
    labels = {f"__meta_consul_{key}": value for key, value in labels.items() if value}
    address = service["Address"] or node["Address"]
    host = f"[{address}]" if ":" in address else address
    return {"__address__": f"{host}:{port}", **labels}


def label_name(key: str) -> str:
    """What a key of Consul's metadata is called in a label."""
    return re.sub("[^a-zA-Z0-9_]", "_", key)


def state_of(check: Mapping[str, Any]) -> str:
    """How a check stands; Consul notes maintenance as a check that is critical."""
    id_ = str(check["CheckID"])
    if id_ == "_node_maintenance" or id_.startswith("_service_maintenance:"):
        return "maintenance"
    return str(check["Status"])


def worst(states: Any) -> str:
    """The worst of some checks' states; "passing" where there is no check."""
    return max(states, key=STATES.index, default=STATES[0])
