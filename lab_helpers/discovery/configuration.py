"""A prometheus.yml, read and checked as Prometheus does: what it refuses is refused here.

Held against promtool in tests/containers. What Prometheus finds out only when it runs (a rule file
that is missing, a certificate that cannot be read) is not looked at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab_helpers.discovery import checks, kinds, remote
from lab_helpers.discovery.checks import OLD_NAME, check_client, check_protocols
from lab_helpers.discovery.hints import advice
from lab_helpers.discovery.relabel import Rule
from lab_helpers.discovery.schema import NAMES, structs
from lab_helpers.discovery.versions import Version
from lab_helpers.discovery.yaml_nodes import first_document
from lab_helpers.discovery.yaml_types import Decoder, Hook, Unmarshal
from lab_helpers.errors import WorkshopError

_PATTERN = re.compile(r"[^*]*(\*[^/]*)?")
_MINUTE, _TEN_SECONDS = 60_000, 10_000


@dataclass(frozen=True)
class Job:
    """A job, with the global settings where it has none of its own.

    Attributes:
        interval, timeout: of its scrapes, in milliseconds.
        discovery: each kind of its discovery (`static_configs`, `consul_sd_configs`, …) with its
            entries.
        histograms: the labels with which Prometheus 3.13 and newer says how to scrape them.
        directory: that paths in it start from; None if it was given as text.
    """

    name: str
    scheme: str
    metrics_path: str
    params: Mapping[str, list[str]]
    interval: int
    timeout: int
    rules: tuple[Rule, ...]
    discovery: Mapping[str, list[dict[str, Any]]]
    histograms: Mapping[str, str]
    directory: Path | None


def jobs(text: str, version: Version, directory: Path | None = None) -> dict[str, Job]:
    """Read the jobs of a configuration, by name; those of its `scrape_config_files` as well.

    Raises:
        WorkshopError: Prometheus would refuse it; its words, where, and what to do.
    """
    return _Reader(version, directory).read(text)


class _Reader:
    def __init__(self, version: Version, directory: Path | None) -> None:
        self._version, self._directory = version, directory
        own: dict[str, Hook] = {
            "config.GlobalConfig": self._global,
            "config.ScrapeConfig": self._scrape_config,
            "config.AlertmanagerConfig": self._alertmanager,
            "labels.Labels": self._labels,
        }
        self._decoder = Decoder(
            structs(version), NAMES, checks.hooks(version) | kinds.hooks() | remote.hooks() | own
        )

    def read(self, text: str) -> dict[str, Job]:
        try:
            found = self._decode(text, "config.Config")
            settings = self._defaults(found.get("global"))
            read: dict[str, Job] = {}
            for values in found.get("scrape_configs") or []:
                self._add(read, values, settings)
            self._check_others(found, settings)
            for field, what in (("rule_files", "rule"), ("scrape_config_files", "scrape config")):
                for pattern in found.get(field) or []:
                    if not _PATTERN.fullmatch(pattern):
                        raise WorkshopError(f'invalid {what} file path "{pattern}"')
        except WorkshopError as problem:
            raise WorkshopError(_refusal("this configuration", str(problem))) from None
        for pattern in found.get("scrape_config_files") or []:
            for path in sorted(self._directory.glob(pattern)) if self._directory else ():
                self._read_more(path, read, settings)
        return read

    def _read_more(self, path: Path, read: dict[str, Job], settings: dict[str, Any]) -> None:
        try:
            more = self._decode(path.read_text(), "config.ScrapeConfigs")
            for values in more.get("scrape_configs") or []:
                self._add(read, values, settings, path.parent)
        except (WorkshopError, UnicodeDecodeError) as problem:
            raise WorkshopError(_refusal(f'"{path}"', str(problem))) from None

    def _decode(self, text: str, type_: str) -> dict[str, Any]:
        node = first_document(text)
        return {} if node is None else self._decoder.decode(node, type_)

    def _add(
        self, read: dict[str, Job], values: dict[str, Any] | None, settings: dict[str, Any],
        directory: Path | None = None,
    ) -> None:  # fmt: skip
        if values is None:
            raise WorkshopError("empty or null scrape config section")
        job = self._job(values, settings, directory or self._directory)
        if job.name in read:
            raise WorkshopError(f'found multiple scrape configs with job name "{job.name}"')
        read[job.name] = job

    # What Prometheus does with the parts while it reads them

    def _labels(self, unmarshal: Unmarshal) -> Any:
        labels = unmarshal("map[string]string")
        for name in labels or ():
            if not (name if self._version.utf8 else OLD_NAME.fullmatch(name)):
                raise WorkshopError(f'"{name}" is not a valid label name')
        return labels

    def _global(self, unmarshal: Unmarshal) -> dict[str, Any]:
        values: dict[str, Any] = unmarshal(None)
        interval = values.get("scrape_interval") or _MINUTE
        if values.get("scrape_timeout", 0) > interval:
            raise WorkshopError("global scrape timeout greater than scrape interval")
        check_protocols(values.get("scrape_protocols"), self._version)
        return values

    def _scrape_config(self, unmarshal: Unmarshal) -> dict[str, Any]:
        values: dict[str, Any] = unmarshal(None)
        for kind in _kinds(values):
            if any(entry is None or (entry == {} and kind != "static_configs")
                   for entry in values[kind] or ()):  # fmt: skip
                raise WorkshopError(f"empty or null section in {kind}")
        if not values.get("job_name"):
            raise WorkshopError("job_name is empty")
        check_client(values)
        _check_addresses(values)
        for name, what in (("relabel_configs", "target"), ("metric_relabel_configs", "metric")):
            if None in (values.get(name) or []):
                raise WorkshopError(f"empty or null {what} relabeling rule in scrape config")
        return values

    def _alertmanager(self, unmarshal: Unmarshal) -> dict[str, Any]:
        values: dict[str, Any] = unmarshal(None)
        check_client(values)
        _check_addresses(values)
        for name, what in (("relabel_configs", "target"), ("alert_relabel_configs", "alert")):
            if None in (values.get(name) or []):
                raise WorkshopError(f"empty or null Alertmanager {what} relabeling rule")
        return values

    # What it does once it has read all

    def _defaults(self, given: Mapping[str, Any] | None) -> dict[str, Any]:
        settings = dict(given or {})
        settings["scrape_interval"] = settings.get("scrape_interval") or _MINUTE
        settings["scrape_timeout"] = settings.get("scrape_timeout") or min(
            _TEN_SECONDS, settings["scrape_interval"]
        )
        return settings

    def _job(self, values: dict[str, Any], settings: dict[str, Any], directory: Any) -> Job:
        name = values["job_name"]
        interval = values.get("scrape_interval") or settings["scrape_interval"]
        timeout = values.get("scrape_timeout") or 0
        if timeout > interval:
            raise WorkshopError(
                "scrape timeout greater than scrape interval for scrape config with job name "
                f'"{name}"'
            )
        try:
            check_protocols(values.get("scrape_protocols"), self._version)
        except WorkshopError as problem:
            raise WorkshopError(
                f'scrape_protocols: {problem} for scrape config with job name "{name}"'
            ) from None
        if fallback := values.get("fallback_scrape_protocol"):
            try:
                check_protocols([fallback], self._version)
            except WorkshopError as problem:
                raise WorkshopError(
                    f'invalid fallback_scrape_protocol for scrape config with job name "{name}": '
                    f"{problem}"
                ) from None
        utf8 = self._utf8(values, settings)
        where = f'job "{name}", '
        rules = self._rules(values, "relabel_configs", utf8, where)
        self._rules(values, "metric_relabel_configs", utf8, where)
        return Job(
            name=name,
            scheme=values.get("scheme", "http"),
            metrics_path=values.get("metrics_path", "/metrics"),
            params=values.get("params") or {},
            interval=interval,
            timeout=timeout or min(settings["scrape_timeout"], interval),
            rules=rules,
            discovery={kind: values[kind] or [] for kind in _kinds(values)},
            histograms=_histograms(values, settings) if self._version.histogram_labels else {},
            directory=directory,
        )

    def _utf8(self, values: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
        """Whether any text may be the name of a label in a job's rules."""
        own = values.get("metric_name_validation_scheme")
        scheme = own or settings.get("metric_name_validation_scheme")
        # Up to 3.6 a job's escaping follows the global names, whatever its own are.
        follows = own if own and self._version.names_by_job else None
        names = follows or settings.get("metric_name_validation_scheme")
        default = "underscores" if names == "legacy" else "allow-utf-8"
        inherited = "" if follows else settings.get("metric_name_escaping_scheme")
        escaping = values.get("metric_name_escaping_scheme") or inherited or default
        if scheme == "legacy" and escaping == "allow-utf-8":
            raise WorkshopError(
                "utf8 metric names requested but validation scheme is not set to UTF8"
            )
        if escaping not in ("allow-utf-8", "underscores", "dots", "values"):
            raise WorkshopError(
                "unknown scrape config name escaping method specified, must be one of "
                f"'allow-utf-8', 'underscores', 'dots', or 'values', got \"{escaping}\""
            )
        return self._version.utf8 and not (scheme == "legacy" and self._version.names_by_job)

    def _rules(self, values: Mapping[str, Any], field: str, utf8: bool, where: str) -> Any:
        rules = []
        for number, entry in enumerate(values.get(field) or [], start=1):
            try:
                rules.append(Rule.of(entry, self._version, utf8))
            except WorkshopError as problem:
                raise WorkshopError(f"{where}{field}, rule {number}: {problem}") from None
        return tuple(rules)

    def _check_others(self, found: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
        utf8 = self._utf8({}, settings)
        alerting = found.get("alerting") or {}
        self._rules(alerting, "alert_relabel_configs", utf8, "alerting, ")
        for one in alerting.get("alertmanagers") or []:
            self._rules(one or {}, "relabel_configs", utf8, "alertmanagers, ")
            self._rules(one or {}, "alert_relabel_configs", utf8, "alertmanagers, ")
        for direction in ("remote_write", "remote_read"):
            names = set()
            for one in found.get(direction) or []:
                words = direction.replace("_", " ")
                if one is None:
                    raise WorkshopError(f"empty or null {words} config section")
                if (name := one.get("name")) and name in names:
                    raise WorkshopError(f'found multiple {words} configs with job name "{name}"')
                names.add(name)
                self._rules(one, "write_relabel_configs", utf8, f"{direction}, ")


def _kinds(values: Mapping[str, Any]) -> list[str]:
    """The kinds of discovery that a job has."""
    return [name for name in values if name == "static_configs" or name.endswith("_sd_configs")]


def _check_addresses(values: Mapping[str, Any]) -> None:
    """Refuse URLs where host and port are asked for, if no rule could mend them."""
    if values.get("relabel_configs"):
        return
    for group in values.get("static_configs") or []:
        for address in (group or {}).get("targets") or []:
            if "/" in address:
                raise WorkshopError(f'"{address}" is not a valid hostname')


def _histograms(values: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, str]:
    names = ("convert_classic_histograms_to_nhcb", "always_scrape_classic_histograms",
             "scrape_native_histograms")  # fmt: skip
    found = {}
    for name in names:
        own = values.get(name)
        value = settings.get(name) if own is None else own
        found[f"__{name}__"] = str(bool(value)).lower()
    return found


def _refusal(what: str, words: str) -> str:
    return f"Prometheus refuses {what}: {words}{advice(words)}"
