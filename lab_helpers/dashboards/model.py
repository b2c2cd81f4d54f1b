"""The JSON of a grafanalib dashboard, in the form that Grafana keeps today.

grafanalib still writes what Grafana 5 to 7 read, and counts on Grafana to migrate it. `as_json`
does that here, so that what is kept in files, checked, drawn and pushed is one and the same.
"""

import json
from pathlib import Path
from typing import Any

from lab_helpers.errors import WorkshopError
from lab_helpers.sources import read

SCHEMA_VERSION = 39  # of Grafana 10.3; later ones migrate it
COLUMNS = 24  # of Grafana's grid

# What a dashboard, a panel and its fields may have; the rest is of former times, and left out.
_DASHBOARD = (
    "annotations", "description", "editable", "graphTooltip", "id", "links", "panels",
    "refresh", "schemaVersion", "tags", "templating", "time", "timezone", "title",
    "uid", "version", "weekStart",
)  # fmt: skip
_PANEL = (
    "cacheTimeout", "collapsed", "datasource", "description", "fieldConfig", "gridPos",
    "hideTimeOverride", "id", "interval", "links", "maxDataPoints", "maxPerRow", "options",
    "panels", "repeat", "repeatDirection", "targets", "timeFrom", "timeShift", "title",
    "transformations", "transparent", "type",
)  # fmt: skip
_FIELDS = (
    "color", "custom", "decimals", "displayName", "mappings", "max", "min", "noValue",
    "thresholds", "unit",
)  # fmt: skip
_TARGET = (
    "datasource", "expr", "format", "hide", "instant", "interval", "legendFormat", "rawQuery",
    "rawSql", "refId",
)  # fmt: skip
_VARIABLE = (
    "allValue", "auto", "auto_count", "auto_min", "current", "datasource", "hide", "includeAll",
    "label", "multi", "name", "options", "query", "refresh", "regex", "sort", "type",
)  # fmt: skip
_LISTS = ("links", "transformations", "mappings", "options")


def as_json(dashboard: Any) -> dict[str, Any]:
    """A dashboard as plain dictionaries and lists, ready to be written as JSON.

    Args:
        dashboard: of grafanalib; or JSON decoded, which is handed back as it is; or its text; or
            the path of its file.

    Raises:
        WorkshopError: it is none of these.
    """
    if isinstance(dashboard, dict):
        return dashboard
    if isinstance(dashboard, str | bytes | Path):
        return _decoded(dashboard)
    if not hasattr(dashboard, "to_json_data"):
        what = "nothing" if dashboard is None else f"a {type(dashboard).__name__}"
        raise WorkshopError(
            f"A dashboard is one of grafanalib's, its JSON decoded, or the Path of its file; "
            f"{what} was given."
        )
    from grafanalib._gen import DashboardEncoder

    model = json.loads(json.dumps(dashboard.to_json_data(), cls=DashboardEncoder))
    model = _only(_DASHBOARD, model) | {"schemaVersion": SCHEMA_VERSION}
    model["panels"] = [_panel(panel) for panel in model.get("panels", [])]
    model["templating"] = {"list": [_variable(v) for v in model["templating"]["list"]]}
    found: dict[str, Any] = _without_none(model)
    return found


def _decoded(source: str | bytes | Path) -> dict[str, Any]:
    """The JSON of a text or a file."""
    where = f"{source}" if isinstance(source, Path) else "The text"
    text = read(source) if isinstance(source, str | Path) else source
    try:
        found = json.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise WorkshopError(f"{where} is not in UTF-8: save it as UTF-8.") from None
    except ValueError as problem:
        raise WorkshopError(f"{where} is no JSON: {problem}.") from None
    if not isinstance(found, dict):
        raise WorkshopError(
            f"{where} holds a {type(found).__name__}, not a dashboard of Grafana's."
        )
    return found


def panels_of(model: dict[str, Any]) -> list[dict[str, Any]]:
    """Every panel of a dashboard, those in collapsed rows included, the rows themselves not."""
    found: list[dict[str, Any]] = []
    for panel in model.get("panels") or []:
        found += [panel] if panel.get("type") != "row" else panel.get("panels") or []
    return found


def portable(dashboard: Any) -> dict[str, Any]:
    """A dashboard for somebody else's Grafana, as its *Export for sharing externally* makes it.

    Each data source becomes a question, such as ``${DS_PROMETHEUS}``, that the importer answers.
    """
    model = json.loads(json.dumps(as_json(dashboard)))
    inputs: dict[str, dict[str, str]] = {}

    def ask(found: Any) -> Any:
        if isinstance(found, list):
            return [ask(one) for one in found]
        if not isinstance(found, dict):
            return found
        if set(found) == {"type", "uid"}:
            kind = found["type"]
            name = f"DS_{kind.upper()}"
            about = {"label": kind, "type": "datasource", "pluginId": kind, "pluginName": kind}
            inputs[name] = {"name": name, "description": "", **about}
            return {"type": kind, "uid": f"${{{name}}}"}
        return {key: ask(value) for key, value in found.items()}

    model = ask(model)
    return {"__inputs": list(inputs.values()), **model}


def answered(portable: dict[str, Any], **uids: str) -> dict[str, Any]:
    """A portable dashboard, with its questions answered: ``DS_PROMETHEUS="prometheus"``.

    Raises:
        WorkshopError: a question is left open.
    """
    asked = [one["name"] for one in portable.get("__inputs", [])]
    if missing := [name for name in asked if name not in uids]:
        raise WorkshopError(
            f"The dashboard asks for {', '.join(missing)}: the uid of a data source."
        )
    text = json.dumps({key: value for key, value in portable.items() if key != "__inputs"})
    for name in asked:
        text = text.replace(f"${{{name}}}", uids[name])
    found: dict[str, Any] = json.loads(text)
    return found


def _panel(old: dict[str, Any]) -> dict[str, Any]:
    panel = _only(_PANEL, old)
    if panel["type"] == "row":
        panel["panels"] = [_panel(inner) for inner in panel.get("panels", [])]
        return panel
    config = old.get("fieldConfig") or {}
    fields = dict(config.get("defaults") or {})
    options = dict(old["options"]) if isinstance(old.get("options"), dict) else {}
    before = options.pop("fieldOptions", None) or {}  # where Grafana 6 kept them
    fields |= before.get("defaults", {})
    calcs = before.get("calcs") or fields.get("calcs")
    if calcs:
        options["reduceOptions"] = {"calcs": calcs, "fields": "", "values": False}
    if "color" in old and panel["type"] != "heatmap":
        fields["color"] = old["color"]
    if panel["type"] == "heatmap":
        options |= {
            "calculate": False,
            "cellGap": 1,
            "color": {"mode": "scheme", "scheme": "Cividis", "steps": 64},
            "yAxis": {"axisPlacement": "left", "unit": (old.get("yAxis") or {}).get("format")},
        }
    fields = _only(_FIELDS, fields)
    custom = fields.get("custom") or {}
    if panel["type"] == "table" and "displayMode" in custom:
        custom["cellOptions"] = {"type": custom.pop("displayMode")}
    if fields.get("noValue") == "none":
        del fields["noValue"]
    if not (fields.get("thresholds") or {}).get("steps"):
        fields.pop("thresholds", None)
    panel["fieldConfig"] = {"defaults": fields, "overrides": config.get("overrides") or []}
    panel["options"] = options
    panel["targets"] = [_target(target) for target in old.get("targets") or []]
    return panel


def _target(old: dict[str, Any]) -> dict[str, Any]:
    target = {key: old[key] for key in _TARGET if old.get(key) not in (None, "", False)}
    if target.get("rawSql"):
        target.pop("expr", None)
    elif target.get("expr"):
        target |= {"instant": bool(old.get("instant")), "range": not old.get("instant")}
    return target


def _variable(old: dict[str, Any]) -> dict[str, Any]:
    variable = _only(_VARIABLE, old)
    if variable["type"] != "interval":
        variable = {key: value for key, value in variable.items() if not key.startswith("auto")}
    value = (old.get("current") or {}).get("value")
    if value in ("All", "$__all"):
        variable["current"] = {"selected": True, "text": ["All"], "value": ["$__all"]}
    elif value is not None:
        variable["current"] = {"selected": True, "text": value, "value": value}
    return variable


def _only(names: tuple[str, ...], old: dict[str, Any]) -> dict[str, Any]:
    return {name: old[name] for name in names if name in old}


def _without_none(found: Any, key: str = "") -> Any:
    if isinstance(found, dict):
        # A threshold without a value is the lowest one; everywhere else null says nothing.
        kept = {
            k: v for k, v in found.items() if v is not None or (k == "value" and key == "steps")
        }
        return {k: _without_none(v, k) for k, v in kept.items() if not (k in _LISTS and v == [])}
    if isinstance(found, list):
        return [_without_none(one, key) for one in found]
    return found
