"""Helpers of the workshop: start real services, ask Prometheus, look at the answers.

Names are loaded when they are first used, so that importing the package is quick.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "Lab": "lab",
    "PrometheusContainer": "prometheus",
    "NodeExporterContainer": "exporters",
    "MySQLExporterContainer": "exporters",
    "MemcachedExporterContainer": "exporters",
    "ApacheExporterContainer": "exporters",
    "NginxExporterContainer": "exporters",
    "BlackboxExporterContainer": "exporters",
    "SNMPExporterContainer": "exporters",
    "PushgatewayContainer": "exporters",
    "AlertmanagerContainer": "alertmanager",
    "InboxContainer": "inbox",
    "why_paged": "timeline",
    "ConsulContainer": "consul",
    "DiscoveryWatch": "discovery",
    "GrafanaContainer": "grafana",
    "MySQLContainer": "shop",
    "MemcachedContainer": "shop",
    "ShopWebContainer": "shop",
    "NginxContainer": "shop",
    "ApacheContainer": "shop",
    "HAProxyContainer": "shop",
    "SwitchContainer": "shop",
    "StaticPageContainer": "shop",
    "ProgramContainer": "programs",
    "SideBySide": "listings",
    "Traffic": "traffic",
    "open_lab": "grading.notebook",
}
_MODULES = ("dashboards", "history", "plots", "traffic")

__all__ = [*_HOME, *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
