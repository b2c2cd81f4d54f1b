"""Which of the instances that Consul knows a job asks for."""

from collections.abc import Iterable, Mapping
from typing import Any

from lab_helpers.discovery.configuration import Job
from lab_helpers.discovery.found import Found
from lab_helpers.errors import WorkshopError
from lab_helpers.services.consul_labels import label_name

_TAGS, _SERVICE = "__meta_consul_tags", "__meta_consul_service"


def as_the_job_asks(instances: Iterable[Mapping[str, str]], job: Job) -> Found:
    """Sort instances into those that a job's `consul_sd_configs` ask for, and the others.

    Those that a Prometheus has found, or another kind of discovery, are taken as they are.

    Raises:
        WorkshopError: the job has a filter, which only Consul itself can apply.
    """
    found = Found()
    entries = job.discovery.get("consul_sd_configs") or []
    for given in instances:
        labels = dict(given)
        if not entries or _SERVICE not in labels or "__metrics_path__" in labels:
            found.instances.append(labels)
            continue
        if any(entry.get("filter") or entry.get("health_filter") for entry in entries):
            raise WorkshopError(
                f"The job {job.name!r} has a filter, which only Consul can apply. Give the Consul "
                "itself: trace(config, job, consul)."
            )
        reasons = [_not_asked_for(labels, entry) for entry in entries]
        if all(reasons):
            found.passed_over.append((labels, reasons[0]))
        for entry, reason in zip(entries, reasons, strict=True):
            if not reason:
                found.instances.append(_separated(labels, entry))
    return found


def _not_asked_for(labels: Mapping[str, str], entry: Mapping[str, Any]) -> str:
    words = "consul_sd_configs does not ask for it"
    services, tags = entry.get("services") or [], entry.get("tags") or []
    if services and labels[_SERVICE] not in services:
        return f"{words}: its service is none of {', '.join(services)}"
    own = labels.get(_TAGS, "").split(",")
    if missing := [tag for tag in tags if tag not in own]:
        return f"{words}: it has no tag {', '.join(missing)}"
    for name, value in (entry.get("node_meta") or {}).items():
        if labels.get(f"__meta_consul_metadata_{label_name(name)}", "") != value:
            return f"{words}: {name} of its node is not {value}"
    return ""


def _separated(labels: dict[str, str], entry: Mapping[str, Any]) -> dict[str, str]:
    """The tags as the job wants them written."""
    separator = entry.get("tag_separator", ",")
    if separator == ",":
        return labels
    tags = labels.get(_TAGS, ",,").removeprefix(",").removesuffix(",").split(",")
    return {**labels, _TAGS: f"{separator}{separator.join(tags)}{separator}"}
