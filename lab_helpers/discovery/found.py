"""What a job's own discovery finds: `static`, `file`, `http` and `consul`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path
from typing import Any

import requests

from lab_helpers.discovery.checks import hooks
from lab_helpers.discovery.configuration import Job
from lab_helpers.discovery.schema import NAMES, structs
from lab_helpers.discovery.versions import Version
from lab_helpers.discovery.yaml_nodes import first_document
from lab_helpers.discovery.yaml_types import Decoder
from lab_helpers.errors import WorkshopError
from lab_helpers.services.consul import ConsulContainer, connect
from lab_helpers.services.consul_labels import discovered

Labels = dict[str, str]


@dataclass
class Found:
    """What was found.

    Attributes:
        instances: their labels, in the order in which they were found.
        passed_over: instances of Consul that the job does not ask for, each with the reason.
        notes: what went wrong, and what could not be asked; one sentence each.
    """

    instances: list[Labels] = field(default_factory=list)
    passed_over: list[tuple[Labels, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find(job: Job, version: Version, consul: ConsulContainer | None = None) -> Found:
    """Ask what a job asks for its targets, from this machine.

    consul: the Consul to ask, whatever address the job has for it: in a lab's network that one
        cannot be reached from here.
    """
    found = Found()
    for kind, entries in job.discovery.items():
        for entry in entries:
            match kind:
                case "static_configs":
                    found.instances += _instances(entry, {})
                case "file_sd_configs":
                    _files(found, entry, job, version)
                case "http_sd_configs":
                    _page(found, entry)
                case "consul_sd_configs":
                    _ask_consul(found, entry, consul)
        if entries and kind not in _KINDS:
            found.notes.append(
                f"{kind} cannot be asked from here; give what it found, such as "
                "discovered_by(prometheus, job)"
            )
    return found


_KINDS = ("static_configs", "file_sd_configs", "http_sd_configs", "consul_sd_configs")


def _instances(group: Mapping[str, Any], more: Labels) -> Iterator[Labels]:
    shared = {**(group.get("labels") or {}), **more}
    for address in group.get("targets") or []:
        yield {**shared, "__address__": address}


def _files(found: Found, entry: Mapping[str, Any], job: Job, version: Version) -> None:
    for pattern in entry["files"]:
        path = Path(pattern)
        if not path.is_absolute():
            if job.directory is None:
                found.notes.append(
                    f"the file {pattern} cannot be found: give the configuration as a Path, and "
                    "it is looked for beside it"
                )
                continue
            path = job.directory / path
        paths = sorted(glob(str(path)))
        if not paths:
            found.notes.append(f"no file is called {path}: nothing is discovered there")
        for one in paths:
            try:
                text = Path(one).read_text()
                groups = _groups(text, one, version)
            except (OSError, UnicodeDecodeError, WorkshopError) as problem:
                found.notes.append(f"Prometheus cannot read {one}: {problem}")
                continue
            for group in groups:
                found.instances += _instances(group, {"__meta_filepath": one})


def _groups(text: str, name: str, version: Version) -> list[Mapping[str, Any]]:
    if name.lower().endswith(".json"):
        return _json_groups(text)
    node = first_document(text)
    decoder = Decoder(structs(version), NAMES, hooks(version))
    groups = decoder.decode(node, "[]*targetgroup.Group") if node else []
    if None in (groups or []):
        raise WorkshopError("nil target group item found")
    return groups or []


def _json_groups(text: str) -> list[Mapping[str, Any]]:
    """Target groups of JSON, refused where Go's reader refuses them.

    Raises:
        WorkshopError: they are none.
    """
    try:
        groups = json.loads(text)
    except ValueError as problem:
        raise WorkshopError(f"that is no JSON: {problem}") from None
    if groups is None:
        return []
    if not isinstance(groups, list):
        raise WorkshopError('that is no list of target groups: [{"targets": ["HOST:PORT"]}]')
    for group in groups:
        if group is None:
            raise WorkshopError("nil target group item found")
        if not isinstance(group, dict):
            raise WorkshopError(f"{json.dumps(group)} is no target group")
        if strange := sorted(name for name in group if name.lower() not in ("targets", "labels")):
            raise WorkshopError(f'json: unknown field "{strange[0]}"')
        targets, labels = group.get("targets") or [], group.get("labels") or {}
        if not isinstance(targets, list) or not isinstance(labels, dict):
            raise WorkshopError("targets are a list, labels an object of texts")
        if wrong := [one for one in (*targets, *labels.values()) if not isinstance(one, str)]:
            raise WorkshopError(f"{json.dumps(wrong[0])} is no text: put it in quotes")
    return groups


def _page(found: Found, entry: Mapping[str, Any]) -> None:
    url = entry["url"]
    try:
        answer = requests.get(url, headers={"Accept": "application/json"}, timeout=10)
    except requests.RequestException as problem:
        found.notes.append(
            f"nobody answers at {url} from here ({type(problem).__name__}); give what Prometheus "
            "found there: discovered_by(prometheus, job)"
        )
        return
    kind = answer.headers.get("Content-Type", "")
    if answer.status_code != 200:
        found.notes.append(f"{url} answers {answer.status_code} {answer.reason}")
    elif not kind.strip().lower().startswith("application/json"):
        found.notes.append(f'{url}: unsupported content type "{kind}"; it must be application/json')
    else:
        try:
            for group in _json_groups(answer.text):
                found.instances += _instances(group, {"__meta_url": url})
        except WorkshopError as problem:
            found.notes.append(f"Prometheus cannot read {url}: {problem}")


def _ask_consul(found: Found, entry: Mapping[str, Any], consul: ConsulContainer | None) -> None:
    server = entry.get("server", "localhost:8500")
    scheme = entry.get("scheme", "http")
    try:
        asked = consul.client if consul is not None else connect(f"{scheme}://{server}")
        every = discovered(asked)
        mine = discovered(asked, entry)
    except WorkshopError as problem:
        found.notes.append(f"Consul cannot be asked from here: {problem}")
        return
    found.instances += mine
    known = {(one["__meta_consul_node"], one["__meta_consul_service_id"]) for one in mine}
    limits = ("services", "tags", "node_meta", "filter", "health_filter")
    why = ", ".join(f"{name}: {entry[name]}" for name in limits if entry.get(name))
    found.passed_over += [
        (one, f"consul_sd_configs does not ask for it ({why})")
        for one in every
        if (one["__meta_consul_node"], one["__meta_consul_service_id"]) not in known
    ]
