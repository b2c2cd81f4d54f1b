"""Panels of former Grafanas as panels of today: their types, and what is common to all."""

from typing import Any

from lab_helpers.dashboards.migration import bignumbers, pies, tables
from lab_helpers.dashboards.migration.fields import cells_of_today, mappings_of_today
from lab_helpers.dashboards.migration.graph import timeseries_of
from lab_helpers.dashboards.migration.heatmap import heatmap_of_today

_RENAMED = {
    "graphite": "graph", "text2": "text", "heatmap-new": "heatmap", "table2": "table",
    "grafana-worldmap-panel": "geomap", "grafana-pyroscope-panel": "flamegraph",
}  # fmt: skip
_BIG = ("stat", "gauge", "bargauge")


def panel_of_today(panel: dict[str, Any], version: int) -> dict[str, Any]:
    """A panel as Grafana 13 keeps it. ``version``: the schema that its dashboard was written in."""
    kind = str(panel.get("type") or "missing")
    panel["type"] = kind = _RENAMED.get(kind, kind)
    panel["targets"] = [t for t in panel.get("targets") or [] if isinstance(t, dict)]
    _name_queries(panel)
    if kind == "table" and panel.get("styles") and "fieldConfig" not in panel:
        panel["type"] = kind = "table-old"
    if version < 9 and kind == "singlestat":
        panel["thresholds"] = _without_first(panel.get("thresholds"))
    if kind == "graph":
        timeseries_of(panel, version)
    elif kind in ("singlestat", "grafana-singlestat-panel"):
        bignumbers.stat_of(panel)
    elif kind in _BIG:
        bignumbers.of_today(panel, version)
    elif kind == "table-old":
        tables.table_of(panel)
    elif kind == "grafana-piechart-panel":
        pies.piechart_of(panel)
    elif kind == "heatmap":
        heatmap_of_today(panel)
    elif kind == "text":
        _text(panel)
    _fields(panel)
    _legend(panel)
    if panel.get("minSpan"):
        most = 24 / float(panel["minSpan"])
        panel["maxPerRow"] = max(n for n in (1, 2, 3, 4, 6, 8, 12, 24) if n <= max(most, 1))
    if panel["type"] == "table":
        cells_of_today(panel["fieldConfig"])
    return panel


def _without_first(thresholds: Any) -> Any:
    """Before Grafana 2.5 the first of three thresholds was the lowest value, and said nothing."""
    parts = str(thresholds or "").split(",")
    return ",".join(parts[1:]) if len(parts) >= 3 else thresholds


def _fields(panel: dict[str, Any]) -> None:
    config = panel.get("fieldConfig")
    config = config if isinstance(config, dict) else {}
    defaults = config.get("defaults")
    defaults = defaults if isinstance(defaults, dict) else {}
    overrides = [o for o in config.get("overrides") or [] if isinstance(o, dict)]
    panel["fieldConfig"] = {"defaults": defaults, "overrides": overrides}
    if not isinstance(panel.get("options"), dict):
        panel["options"] = {}
    if defaults.get("mappings"):
        defaults["mappings"] = mappings_of_today(defaults["mappings"], defaults.get("thresholds"))
    for override in overrides:
        override["properties"] = [
            p for p in override.get("properties") or [] if isinstance(p, dict) and p.get("id")
        ]
        for one in override["properties"]:
            if one["id"] == "mappings":
                one["value"] = mappings_of_today(one.get("value"))
    if isinstance(defaults.get("title"), str):  # before Grafana 7.1
        defaults.setdefault("displayName", defaults.pop("title"))
    if isinstance(defaults.get("color"), str):
        defaults["color"] = {"mode": "fixed", "fixedColor": defaults["color"]}


def _legend(panel: dict[str, Any]) -> None:
    """There were two ways to hide a legend; one is left."""
    legend = panel["options"].get("legend")
    if isinstance(legend, dict):
        hidden = legend.get("displayMode") == "hidden" or legend.get("showLegend") is False
        legend["showLegend"] = not hidden
        if hidden:
            legend["displayMode"] = "list"


def _text(panel: dict[str, Any]) -> None:
    options = panel.get("options")
    options = options if isinstance(options, dict) else {}
    if "content" not in options:
        options["content"] = panel.get("content") or ""
        options["mode"] = panel.get("mode") or "markdown"
    panel["options"] = options


def _name_queries(panel: dict[str, Any]) -> None:
    """Give queries the names that Grafana gives them where they have none."""
    taken = {target.get("refId") for target in panel["targets"]}
    free = (letter for letter in map(chr, range(65, 91)) if letter not in taken)
    for target in panel["targets"]:
        if not target.get("refId"):
            target["refId"] = next(free, "A")
