"""Panels that show a few large numbers: `singlestat`, and `stat`, `gauge`, `bargauge` of old."""

import re
from typing import Any

from lab_helpers.dashboards.migration.fields import mappings_of_today, number, steps

_CALCS = {
    "current": "lastNotNull", "avg": "mean", "total": "sum", "min": "min", "max": "max",
    "first": "first", "delta": "delta", "diff": "diff", "range": "range", "last": "lastNotNull",
}  # fmt: skip


def stat_of(panel: dict[str, Any]) -> None:
    """Turn a singlestat into a stat, as Grafana does, even where it showed a gauge."""
    if panel["type"] == "grafana-singlestat-panel" and "valueName" not in panel:
        panel["type"] = "stat"
        of_today(panel, 0)
        return
    panel["type"] = "stat"
    defaults: dict[str, Any] = {"unit": panel.get("format") or "none"}
    if number(panel.get("decimals")) is not None:
        defaults["decimals"] = number(panel["decimals"])
    if panel.get("nullText"):
        defaults["noValue"] = panel["nullText"]
    limits, colours = panel.get("thresholds"), panel.get("colors")
    if limits and colours:
        defaults["thresholds"] = steps(str(limits).split(","), list(colours))
    defaults["mappings"] = mappings_of_today(_mappings(panel), defaults.get("thresholds"))
    options: dict[str, Any] = {
        "reduceOptions": {"calcs": [_CALCS.get(str(panel.get("valueName")), "mean")]},
        "orientation": "horizontal",
        "graphMode": "area" if (panel.get("sparkline") or {}).get("show") else "none",
        "colorMode": "none",
    }
    if panel.get("tableColumn"):
        options["reduceOptions"]["fields"] = f"/^{re.escape(panel['tableColumn'])}$/"
    if panel.get("colorBackground"):
        options["colorMode"] = "background"
    elif panel.get("colorValue"):
        options["colorMode"] = "value"
    elif colour := (panel.get("sparkline") or {}).get("lineColor"):
        defaults["color"] = {"mode": "fixed", "fixedColor": colour}
    if panel.get("valueName") == "name":
        options["textMode"] = "name"
    gauge = panel.get("gauge") or {}
    if gauge.get("show"):
        defaults |= {"min": number(gauge.get("minValue")), "max": number(gauge.get("maxValue"))}
    panel["fieldConfig"] = {"defaults": defaults, "overrides": []}
    panel["options"] = options


def _mappings(panel: dict[str, Any]) -> list[dict[str, Any]]:
    """The texts for values or for ranges, whichever of both the panel is set to."""
    values, ranges = panel.get("valueMaps") or [], panel.get("rangeMaps") or []
    kind = panel.get("mappingType") or (1 if values else 2)
    chosen = values if kind == 1 else ranges
    return [one | {"type": kind} for one in chosen if isinstance(one, dict)]


def of_today(panel: dict[str, Any], version: int) -> None:
    """What `options` held before there was a `fieldConfig`: from Grafana 6.0 to 6.7."""
    options = panel.get("options")
    options = options if isinstance(options, dict) else {}
    old = panel.get("options-gauge")
    if isinstance(old, dict):  # Grafana 5.4
        values = {key: old.get(key) for key in ("unit", "stat", "decimals")}
        limits = list(reversed(old.get("thresholds") or []))
        options = {**old, "valueOptions": values, "thresholds": limits}
    config = panel.get("fieldConfig")
    config = config if isinstance(config, dict) else {}
    defaults = dict(config.get("defaults") or {})
    values = options.pop("valueOptions", None) or {}
    kept = options.pop("fieldOptions", None) or {}
    defaults |= {key: values[key] for key in ("unit", "decimals") if values.get(key) is not None}
    defaults |= kept.get("defaults") or {}
    for key, name in (("minValue", "min"), ("maxValue", "max")):
        if options.get(key) is not None:
            defaults[name] = options.pop(key)
    limits = defaults.get("thresholds") or kept.get("thresholds") or options.pop("thresholds", None)
    if isinstance(limits, list):
        defaults["thresholds"] = {"mode": "absolute", "steps": _sorted(limits)}
    mappings = kept.get("mappings") or options.pop("valueMappings", None)
    if mappings and not defaults.get("mappings"):
        defaults["mappings"] = mappings
    calcs = kept.get("calcs") or [values["stat"]] if values.get("stat") else kept.get("calcs")
    if calcs and "reduceOptions" not in options:
        options["reduceOptions"] = {
            "calcs": [_CALCS.get(c, c) for c in calcs],
            "values": kept.get("values") or False,
            "limit": kept.get("limit"),
        }
    if version < 28 or kept:
        _ends(defaults)
    overrides = [*(config.get("overrides") or []), *(kept.get("overrides") or [])]
    panel["fieldConfig"] = {"defaults": defaults, "overrides": overrides}
    panel["options"] = options


def _sorted(limits: list[Any]) -> list[dict[str, Any]]:
    """Steps by value; the lowest is from minus infinity on, whatever it said."""
    kept = [{"value": one.get("value"), "color": one.get("color")} for one in limits]
    low = float("-inf")
    kept.sort(key=lambda one: low if one["value"] is None else number(one["value"]) or 0)
    return [one | ({"value": None} if place == 0 else {}) for place, one in enumerate(kept)]


def _ends(defaults: dict[str, Any]) -> None:
    """Before Grafana 8 a share went from nought to the whole, without saying so."""
    tops = {"percent": 100, "percentunit": 1}
    if top := tops.get(str(defaults.get("unit"))):
        for key, value in (("min", 0), ("max", top)):
            if not isinstance(defaults.get(key), int | float):
                defaults[key] = value
