"""From whatever wraps a dashboard, and whatever its age, to its panels of today."""

import copy
from typing import Any

from lab_helpers.dashboards.migration.envelope import unwrapped
from lab_helpers.dashboards.migration.panels import panel_of_today
from lab_helpers.dashboards.migration.resource import classic
from lab_helpers.dashboards.migration.rows import in_a_grid
from lab_helpers.dashboards.migration.variables import variable_of_today
from lab_helpers.dashboards.model import as_json

#: Where Grafana puts a panel that does not say.
_GRID = {"x": 0, "y": 0, "w": 6, "h": 3}


def normal(dashboard: Any) -> dict[str, Any]:
    """A dashboard in the form that Grafana keeps it in today; what is handed in is left alone.

    Args:
        dashboard: of grafanalib; JSON decoded; its text; or the path of its file.

    Raises:
        WorkshopError: it is no dashboard. The message says what it is instead.
    """
    model = copy.deepcopy(unwrapped(as_json(dashboard)))
    if "elements" in model:
        model = classic(model)
    version = model.get("schemaVersion")
    version = version if isinstance(version, int) else 0
    if model.get("rows"):
        model["panels"] = in_a_grid(model["rows"], _dicts(model.get("panels")))
    model.pop("rows", None)
    model["panels"] = [_level(panel, version) for panel in _own(model.get("panels"))]
    _number(model["panels"])
    listed = (model.get("templating") or {}).get("list")
    variables = [v for v in _dicts(listed) if v.get("name")]
    model["templating"] = {"list": [variable_of_today(v, version) for v in variables]}
    marks = (model.get("annotations") or {}).get("list")
    model["annotations"] = {"list": [_annotation(one) for one in _dicts(marks)]}
    time = model.get("time")
    model["time"] = time if isinstance(time, dict) else {}
    model["title"] = str(model.get("title") or "")
    return model


def _level(panel: dict[str, Any], version: int) -> dict[str, Any]:
    """A panel of today; a row's with those of its panels that are hidden in it."""
    place = panel.get("gridPos")
    found = place if isinstance(place, dict) else {}
    numbers = {key: found.get(key) for key in _GRID}
    panel["gridPos"] = {
        key: value if isinstance(value, int | float) else _GRID[key]
        for key, value in numbers.items()
    }
    if not place:
        panel["unplaced"] = True
    panel["title"] = str(panel.get("title") or "")
    if panel.get("type") != "row":
        return panel_of_today(panel, version)
    panel["gridPos"] |= {"x": 0, "w": 24, "h": 1}
    panel["panels"] = [_level(inner, version) for inner in _own(panel.get("panels"))]
    return panel


def _own(found: Any) -> list[dict[str, Any]]:
    """Panels without those that an older Grafana saved as copies of a repeated one."""
    panels = [one for one in _dicts(found) if not one.get("repeatPanelId")]
    for panel in panels:
        panel.pop("scopedVars", None)
    return panels


def _number(panels: list[dict[str, Any]]) -> None:
    """Number the panels that have no number, as Grafana does."""
    every = [one for panel in panels for one in (panel, *panel.get("panels", ()))]
    highest = max((one["id"] for one in every if isinstance(one.get("id"), int)), default=0)
    for one in every:
        if not isinstance(one.get("id"), int):
            highest += 1
            one |= {"id": highest, "unnumbered": True}


def _annotation(one: dict[str, Any]) -> dict[str, Any]:
    """Since Grafana 8 the query of an annotation may lie in a `target`."""
    target = one.get("target")
    if isinstance(target, dict):
        one = {**target, **one}
    return one


def _dicts(found: Any) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
