"""The fields that a version of Prometheus's configuration has, and what each must be."""

import re
from functools import cache
from pathlib import Path

from lab_helpers.discovery.versions import Version
from lab_helpers.discovery.yaml_types import Struct

_FIELDS = Path(__file__).with_name("fields.txt")
_FIELD = re.compile(r"([^@<]+)(?:@(\d+\.\d+))?(?:<(\d+\.\d+))?")

#: types that are other types by another name
NAMES = {
    **dict.fromkeys(
        ("aws.Role", "config.AlertmanagerAPIVersion", "config.ScrapeProtocol", "config.Secret",
         "config.TracingClientType", "config.URL", "digitalocean.Role", "hetzner.Role",
         "kubernetes.Role", "model.LabelName", "model.LabelValue", "model.ValidationScheme",
         "openstack.Role", "otlptranslator.TranslationStrategyOption", "relabel.Action",
         "relabel.Regexp", "remote.WriteMessageType", "scaleway.role", "units.Base2Bytes"),
        "string",
    ),
    "config.AlertmanagerConfigs": "[]*config.AlertmanagerConfig",
    "config.ProxyHeader": "map[string][]config.Secret",
    "config.TLSVersion": "uint16",
    "labels.Labels": "map[string]string",
    "model.Duration": "int64",
    "model.LabelNames": "[]model.LabelName",
    "model.LabelSet": "map[model.LabelName]model.LabelValue",
    "url.Values": "map[string][]string",
}  # fmt: skip


@cache
def structs(version: Version) -> dict[str, Struct]:
    """The structures of a version's configuration, by the names of their types."""
    bases: dict[str, list[str]] = {}
    shown: dict[str, str] = {}
    fields: dict[str, dict[str, str]] = {}
    name = type_ = ""
    for line in _FIELDS.read_text().splitlines():
        if line.startswith("#"):
            continue
        if not line.startswith(" "):
            name, _, plain = line.partition(" ")
            shown[name] = f"{name.partition('.')[0]}.plain" if plain else name
            bases[name], fields[name] = [], {}
        elif line.startswith("  + "):
            bases[name].append(line[4:])
        else:
            if not line.startswith("    "):
                type_, _, line = line.strip().partition(": ")
            for word in line.split():
                found = _FIELD.fullmatch(word)
                assert found is not None, word
                if _holds(version, found[2], found[3]):
                    fields[name][found[1]] = type_

    def every(name: str) -> dict[str, str]:
        inherited = [every(base) for base in bases[name]]
        return {field: kind for part in (*inherited, fields[name]) for field, kind in part.items()}

    shown["targetgroup.Group"] = (
        'struct { Targets []string "yaml:\\"targets\\""; '
        'Labels model.LabelSet "yaml:\\"labels\\"" }'
    )
    found_fields = {name: every(name) for name in shown}
    return {name: Struct(shown[name], own, own.get("*", "")) for name, own in found_fields.items()}


def _holds(version: Version, since: str | None, until: str | None) -> bool:
    number = version.number
    return (since is None or number >= Version.read(since).number) and (
        until is None or number < Version.read(until).number
    )
