"""The table of Grafana 6 and older: its styles as overrides, its transform as a transformation."""

import re
from typing import Any

from lab_helpers.dashboards.migration.fields import number, steps

_CHANGES = {
    "timeseries_to_rows": "seriesToRows", "timeseries_to_columns": "seriesToColumns",
    "timeseries_aggregations": "reduce", "table": "merge",
}  # fmt: skip
_CALCS = {
    "avg": "mean", "min": "min", "max": "max", "total": "sum", "current": "lastNotNull",
    "count": "count",
}  # fmt: skip
_COLOURED = {"cell": "color-background", "row": "color-background", "value": "color-text"}


def table_of(panel: dict[str, Any]) -> None:
    """Turn an old table into one of today."""
    panel["type"] = "table"
    changes = [c for c in panel.get("transformations") or [] if isinstance(c, dict)]
    kind = panel.get("transform")
    if kind in _CHANGES:
        options: dict[str, Any] = {"reducers": []}
        if kind == "timeseries_aggregations":
            columns = [c.get("value") for c in panel.get("columns") or []]
            options = {"reducers": [_CALCS[c] for c in columns if c in _CALCS]}
        changes.append({"id": _CHANGES[kind], "options": options})
    panel["transformations"] = changes
    styles = [s for s in panel.get("styles") or [] if isinstance(s, dict)]
    every = next((s for s in styles if s.get("pattern") == "/.*/"), None)
    panel["fieldConfig"] = {
        "defaults": _defaults(every) if every else {"custom": {}},
        "overrides": [_override(s) for s in styles if s.get("pattern") not in ("/.*/", None)],
    }
    panel["options"] = {}


def _defaults(style: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    for key, value in _properties(style):
        if key.startswith("custom."):
            custom[key.removeprefix("custom.")] = value
        else:
            found[key] = value
    return found | {"custom": custom}


def _override(style: dict[str, Any]) -> dict[str, Any]:
    pattern = str(style["pattern"])
    matcher = "byRegexp" if re.fullmatch(r"/.*/", pattern) else "byName"
    properties = [{"id": key, "value": value} for key, value in _properties(style)]
    return {"matcher": {"id": matcher, "options": pattern}, "properties": properties}


def _properties(style: dict[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    if style.get("alias"):
        found.append(("displayName", style["alias"]))
    kind = style.get("type")
    if style.get("unit") and kind in ("number", None):
        found.append(("unit", style["unit"]))
    if number(style.get("decimals")) is not None and kind == "number":
        found.append(("decimals", number(style["decimals"])))
    if kind == "date":
        found.append(("unit", f"time: {style.get('dateFormat') or 'YYYY-MM-DD HH:mm:ss'}"))
    if kind == "hidden":
        found.append(("custom.hidden", True))
    if look := _COLOURED.get(style.get("colorMode") or ""):
        found.append(("custom.cellOptions", {"type": look}))
    if style.get("thresholds") and style.get("colors"):
        found.append(("thresholds", steps(style["thresholds"], style["colors"])))
    if kind == "string" and style.get("mappingType") and style.get("valueMaps"):
        maps = [one | {"type": 1} for one in style["valueMaps"] if isinstance(one, dict)]
        found.append(("mappings", maps))
    return found
