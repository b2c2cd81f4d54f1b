"""Helpers of the workshop: start real services, ask Prometheus, look at the answers.

Names are loaded when they are first used, so that importing the package is quick.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "Lab": "lab",
    "PrometheusContainer": "services.prometheus",
    "NodeExporterContainer": "services.exporters",
    "MySQLExporterContainer": "services.exporters",
    "MemcachedExporterContainer": "services.exporters",
    "ApacheExporterContainer": "services.exporters",
    "NginxExporterContainer": "services.exporters",
    "BlackboxExporterContainer": "services.exporters",
    "SNMPExporterContainer": "services.exporters",
    "PushgatewayContainer": "services.exporters",
    "AlertmanagerContainer": "services.alertmanager",
    "VictoriaMetricsContainer": "services.victoriametrics",
    "InboxContainer": "services.inbox",
    "ConsulContainer": "services.consul",
    "connect": "services.consul",
    "GrafanaContainer": "services.grafana",
    "read_only_account": "services.grafana",
    "MySQLContainer": "services.shop",
    "MemcachedContainer": "services.shop",
    "ShopWebContainer": "services.shop",
    "NginxContainer": "services.shop",
    "ApacheContainer": "services.shop",
    "HAProxyContainer": "services.shop",
    "SwitchContainer": "services.shop",
    "StaticPageContainer": "services.shop",
    "ProgramContainer": "services.programs",
    "ClientContainer": "services.clients",
    "DiscoveryWatch": "discovery",
    "why_paged": "timeline",
    "Objective": "service_levels",
    "Week": "service_levels",
    "compare": "service_levels",
    "SideBySide": "pages.listings",
    "Traffic": "traffic.load",
    "WebConfig": "services.web",
    "self_signed": "services.certificates",
    "Field": "incident.field",
    "Incident": "incident.incident",
    "Recordings": "incident.replay",
    "investigate": "incident.live",
    "score_alert": "incident.alerts",
    "open_lab": "grading.notebook",
    "open_exercises": "grading.notebook",
}
_MODULES = {
    "dashboards": "dashboards",
    "history": "history",
    "plots": "pictures.plots",
    "doctor": "setup.doctor",
    "engine": "setup.engine",
    "provision": "setup.provision",
}

__all__ = [*_HOME, *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    if name in _MODULES:
        return import_module(f"{__name__}.{_MODULES[name]}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> "list[str]":  # in quotes: set-up tells even a Python of 2016 that it is too old
    return sorted(__all__)
