"""An alert's labels as they reach Alertmanager: with external labels, and relabelled."""

from collections.abc import Mapping
from typing import Any

import yaml

from lab_helpers.discovery.relabel import Rule
from lab_helpers.discovery.versions import Version
from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.prometheus import PrometheusContainer


class Sender:
    """How a Prometheus sends its alerts to an Alertmanager."""

    def __init__(
        self, prometheus: PrometheusContainer, alertmanager: AlertmanagerContainer
    ) -> None:
        config = yaml.load(prometheus.raw("status/config")["yaml"], yaml.BaseLoader) or {}
        alerting = config.get("alerting") or {}
        self._external: dict[str, str] = (config.get("global") or {}).get("external_labels") or {}
        entries = list(alerting.get("alert_relabel_configs") or ())
        of_this = [
            each for each in alerting.get("alertmanagers") or () if _names(each, alertmanager)
        ]
        if len(of_this) == 1:
            entries += of_this[0].get("alert_relabel_configs") or ()
        version = Version.read(prometheus.raw("status/buildinfo")["version"])
        self._rules = [_rule(entry, version) for entry in entries]
        self._prometheus, self._alertmanager = prometheus, alertmanager

    def labels(self, alert: Mapping[str, str]) -> dict[str, str]:
        """The labels with which an alert arrives.

        Raises:
            Dropped: a rule of `alert_relabel_configs` drops it; the message says why.
        """
        labels = {**{n: t for n, t in self._external.items() if not alert.get(n)}, **alert}
        for rule in self._rules:
            labels = rule.apply(labels)
        return labels

    def unknown_because(self) -> str:
        """Why the Alertmanager cannot have an alert; "" if it may have it."""
        known = self._prometheus.raw("alertmanagers")["activeAlertmanagers"]
        name = self._prometheus.name
        if not known:
            return f"{name} sends its alerts to no Alertmanager"
        hosts = [each["url"].partition("://")[2].partition("/")[0] for each in known]
        here = self._alertmanager.internal_url.partition("://")[2]
        if here not in hosts:
            return f"{name} sends its alerts to {', '.join(hosts)}, not to {here}"
        return ""


def _rule(entry: Mapping[str, Any], version: Version) -> Rule:
    """A rule of a configuration that Prometheus has taken; every field of it is a text."""
    given = dict(entry)
    if "source_labels" in given:
        given["source_labels"] = tuple(given["source_labels"])
    if "modulus" in given:
        given["modulus"] = int(given["modulus"])
    return Rule(**given, version=version, utf8=version.utf8)


def fingerprint(labels: Mapping[str, str]) -> str:
    """The name that Alertmanager gives an alert with these labels: FNV-1a, 64 bits.

    >>> fingerprint({"alertname": "Watchdog", "severity": "none", "team": "platform"})
    '457a6b9f2a46e10c'
    """
    value = 14695981039346656037
    for name, text in sorted(labels.items()):
        for byte in name.encode() + b"\xff" + text.encode() + b"\xff":
            value = ((value ^ byte) * 1099511628211) % 2**64
    return f"{value:016x}"


def _names(entry: Mapping[str, Any], alertmanager: AlertmanagerContainer) -> bool:
    """Whether an entry of `alertmanagers` names this one among its static targets."""
    here = alertmanager.internal_url.partition("://")[2]
    return any(here in (each.get("targets") or ()) for each in entry.get("static_configs") or ())
