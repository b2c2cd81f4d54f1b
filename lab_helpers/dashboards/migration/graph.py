"""The `graph` of Grafana 7 and older, as the time series that it is today."""

import re
from typing import Any

from lab_helpers.dashboards.migration.fields import number

_CALCS = {"current": "lastNotNull", "avg": "mean", "total": "sum", "min": "min", "max": "max"}
_TAKES = re.compile(r"^([/~@;%#'])(.*?)\1([gimsuy]*)$")


def timeseries_of(panel: dict[str, Any], version: int) -> None:
    """Turn a graph into a time series, bars by series, or a histogram, as its x axis asks."""
    _axes_of_old(panel)
    if version < 13:
        _thresholds_of_old(panel)
    mode = (panel.get("xaxis") or {}).get("mode")
    legend = panel.get("legend") if isinstance(panel.get("legend"), dict) else {}
    assert isinstance(legend, dict)
    by_series = "bargauge" if legend.get("values") else "barchart"
    kinds = {"series": by_series, "histogram": "histogram"}
    panel["type"] = kinds.get(mode or "", "timeseries")
    axes = panel.get("yaxes") or []
    left, right = ([*axes, None, None])[:2]
    defaults = {**((panel.get("fieldConfig") or {}).get("defaults") or {}), **_axis(left)}
    custom = defaults.setdefault("custom", {})
    _strokes(panel, custom)
    overrides = list((panel.get("fieldConfig") or {}).get("overrides") or [])
    for alias, colour in (panel.get("aliasColors") or {}).items():
        if colour:
            overrides.append(_override(alias, [("color", _fixed(colour))]))
    for one in panel.get("seriesOverrides") or []:
        if isinstance(one, dict) and one.get("alias"):
            overrides.append(_override(one["alias"], _changes(one, defaults, right, custom)))
    _limits(panel, defaults)
    panel["fieldConfig"] = {"defaults": defaults, "overrides": overrides}
    panel["options"] = {"legend": _legend(legend)}
    if panel["type"] == "bargauge":
        calcs = panel["options"]["legend"]["calcs"][:1] or ["lastNotNull"]
        panel["options"]["reduceOptions"] = {"calcs": calcs}


def _axes_of_old(panel: dict[str, Any]) -> None:
    """Before schema 12 the axes lay in `grid`, `y_formats` and four more."""
    grid = panel.get("grid")
    if isinstance(panel.get("legend"), bool):
        panel["legend"] = {"show": panel["legend"]}
    if panel.get("yaxes") or not isinstance(grid, dict):
        return
    formats = panel.get("y_formats") or [panel.get("y_format"), panel.get("y2_format")]
    shown = panel.get("y-axis", True)
    panel["yaxes"] = [
        {
            "show": shown,
            "min": grid.get(f"{side}Min", grid.get("min") if side == "left" else None),
            "max": grid.get(f"{side}Max", grid.get("max") if side == "left" else None),
            "logBase": grid.get(f"{side}LogBase"),
            "format": unit,
            "label": panel.get(f"{side}YAxisLabel"),
        }
        for side, unit in zip(("left", "right"), [*formats, None, None][:2], strict=True)
    ]


def _thresholds_of_old(panel: dict[str, Any]) -> None:
    grid = panel.get("grid")
    if not isinstance(grid, dict) or panel.get("thresholds"):
        return
    drawn = "line" if grid.get("thresholdLine") else "fill"
    found = [
        {
            "value": grid[f"threshold{n}"],
            drawn: True,
            "colorMode": "custom",
            f"{drawn}Color": grid.get(f"threshold{n}Color"),
        }
        for n in (1, 2)
        if isinstance(grid.get(f"threshold{n}"), int | float)
    ]
    falls = len(found) == 2 and found[0]["value"] > found[1]["value"]
    panel["thresholds"] = [one | {"op": "lt" if falls else "gt"} for one in found]


def _axis(old: Any) -> dict[str, Any]:
    if not isinstance(old, dict):
        return {}
    custom: dict[str, Any] = {"axisPlacement": "auto" if old.get("show") else "hidden"}
    if old.get("label"):
        custom["axisLabel"] = old["label"]
    if old.get("logBase") in (2, 10):
        custom["scaleDistribution"] = {"type": "log", "log": old["logBase"]}
    found = {
        "unit": old.get("format"),
        "decimals": number(old.get("decimals")),
        "min": number(old.get("min")),
        "max": number(old.get("max")),
    }
    return {key: value for key, value in found.items() if value is not None} | {"custom": custom}


def _strokes(panel: dict[str, Any], custom: dict[str, Any]) -> None:
    """Lines, bars or points, how wide, how filled, and whether on top of one another."""
    kind = "bars" if panel.get("bars") else "line" if panel.get("lines", True) else "points"
    custom["drawStyle"] = kind
    if panel.get("points"):
        custom["showPoints"] = "always"
    elif kind != "points":
        custom["showPoints"] = "never"
    if panel.get("linewidth") is not None:
        custom["lineWidth"] = number(panel["linewidth"])
    if panel.get("dashes"):
        lengths = [panel.get("dashLength") or 10, panel.get("spaceLength") or 10]
        custom["lineStyle"] = {"fill": "dash", "dash": lengths}
    below = any("fillBelowTo" in o for o in panel.get("seriesOverrides") or [])
    if below:
        custom["fillOpacity"] = 35
    elif number(panel.get("fill")) is not None:
        custom["fillOpacity"] = 10 * (number(panel.get("fill")) or 0)
    if (number(panel.get("fillGradient")) or 0) > 0:
        custom |= {"gradientMode": "opacity", "fillOpacity": 10 * panel["fillGradient"]}
    custom["spanNulls"] = panel.get("nullPointMode") == "connected"
    if panel.get("nullPointMode") == "null as zero":
        custom["nullsAsZero"] = True
    if panel.get("steppedLine"):
        custom["lineInterpolation"] = "stepAfter"
    if kind == "bars":
        custom["fillOpacity"] = 100
    if panel.get("stack"):
        mode = "percent" if panel.get("percentage") else "normal"
        custom["stacking"] = {"mode": mode, "group": "A"}


def _override(alias: str, changes: list[tuple[str, Any]]) -> dict[str, Any]:
    matcher = "byRegexp" if _TAKES.match(str(alias)) else "byName"
    return {
        "matcher": {"id": matcher, "options": alias},
        "properties": [{"id": key, "value": value} for key, value in changes],
    }


def _fixed(colour: str) -> dict[str, str]:
    return {"mode": "fixed", "fixedColor": colour}


def _changes(
    old: dict[str, Any], left: dict[str, Any], right: Any, custom: dict[str, Any]
) -> list[tuple[str, Any]]:
    """What an override of a series changes; a second y axis brings its unit and its limits."""
    found: list[tuple[str, Any]] = []
    for key, value in old.items():
        scaled = 10 * (number(value) or 0)
        match key:
            case "yaxis" if value == 2:
                axis = _axis(right)
                inner = axis.pop("custom", {})
                found += [(name, v) for name, v in axis.items() if v != left.get(name)]
                found += [
                    (f"custom.{name}", v) for name, v in inner.items() if v != custom.get(name)
                ]
                found.append(("custom.axisPlacement", "right"))
            case "fill":
                found.append(("custom.fillOpacity", scaled))
            case "fillBelowTo":
                found.append(("custom.fillBelowTo", value))
            case "fillGradient" if value:
                found += [("custom.gradientMode", "opacity"), ("custom.fillOpacity", scaled)]
            case "points":
                found.append(("custom.showPoints", "always" if value else "never"))
            case "bars":
                found.append(("custom.drawStyle", "bars" if value else "line"))
                found += [("custom.fillOpacity", 100)] if value else []
            case "lines":
                found.append(("custom.lineWidth", 0 if not value else custom.get("lineWidth", 1)))
            case "linewidth":
                found.append(("custom.lineWidth", number(value)))
            case "dashes":
                found.append(("custom.lineStyle", {"fill": "dash" if value else "solid"}))
            case "stack":
                mode = "normal" if value else "none"
                found.append(("custom.stacking", {"mode": mode, "group": str(value)}))
            case "color" if value:
                found.append(("color", _fixed(value)))
            case "transform" if value:
                mode = "negative-Y" if value == "negative-Y" else "constant"
                found.append(("custom.transform", mode))
            case "legend" if value is False:
                hidden = {"legend": True, "tooltip": False, "viz": False}
                found.append(("custom.hideFrom", hidden))
    return found


def _limits(panel: dict[str, Any], defaults: dict[str, Any]) -> None:
    """Thresholds, which are lines or areas behind the graph."""
    old = [t for t in panel.get("thresholds") or [] if isinstance(t, dict)]
    old = sorted((t for t in old if number(t.get("value")) is not None), key=_value)
    if not old:
        return
    steps: list[dict[str, Any]] = []
    for place, one in enumerate(old):
        colour, value = _colour(one), number(one["value"])
        following = old[place + 1] if place + 1 < len(old) else {}
        if one.get("op") == "lt":
            if not steps:
                steps.append({"value": None, "color": colour})
            below = following.get("op") == "lt"
            steps.append({"value": value, "color": _colour(following) if below else "transparent"})
        else:
            steps.append({"value": value, "color": colour})
    if steps[0]["value"] is not None:
        steps.insert(0, {"value": None, "color": "transparent"})
    area, line = (any(one.get(key) for one in old) for key in ("fill", "line"))
    mode = "line+area" if area and line else "area" if area else "line"
    defaults["custom"]["thresholdsStyle"] = {"mode": mode}
    defaults["thresholds"] = {"mode": "absolute", "steps": steps}


def _value(threshold: dict[str, Any]) -> float:
    return number(threshold["value"]) or 0.0


def _colour(threshold: dict[str, Any]) -> str:
    named = {"critical": "red", "warning": "orange"}
    own = threshold.get("fillColor") or threshold.get("lineColor")
    custom = threshold.get("colorMode") == "custom" and own
    return str(own) if custom else named.get(str(threshold.get("colorMode")), "red")


def _legend(old: dict[str, Any]) -> dict[str, Any]:
    calcs = [_CALCS[key] for key in old if key in _CALCS and old[key] is True]
    return {
        "showLegend": bool(old.get("show", True)),
        "displayMode": "table" if old.get("alignAsTable") else "list",
        "placement": "right" if old.get("rightSide") else "bottom",
        "calcs": calcs if old.get("values") else [],
    }
