"""What a reader of a dashboard would stumble over, found before it is pushed.

Grafana itself accepts nearly everything: a panel without a query, two queries of one name, a data
source that does not exist. What it accepts, it shows as an empty panel.
"""

import re
from typing import Any

from lab_helpers.dashboards.model import COLUMNS, as_json, panels_of

_WITHOUT_UNIT = {"text", "row", "table", "dashlist", "alertlist", "news", "logs"}
_VARIABLE = re.compile(r"\$\{(\w+)(?::\w+)?\}|\$(\w+)|\[\[(\w+)\]\]")


def lint(dashboard: Any, units: set[str] | None = None) -> list[str]:
    """What is wrong with a dashboard, one sentence each; an empty list is good news.

    Args:
        dashboard: of grafanalib, or its JSON decoded.
        units: the units that may be used; by default any.
    """
    model = as_json(dashboard)
    found = [] if model.get("title") else ["The dashboard has no title."]
    if not model.get("uid"):
        found.append("The dashboard has no uid: its address changes whenever it is made anew.")
    known = {variable["name"] for variable in model.get("templating", {}).get("list", [])}
    panels = panels_of(model)
    numbers = [panel.get("id") for panel in panels]
    if None in numbers or len(set(numbers)) < len(numbers):
        found.append("Panels have no number or share one: call auto_panel_ids().")
    for panel in panels:
        where = f"Panel {panel.get('title') or panel.get('id')!r}"
        found += [f"{where}: {problem}" for problem in _panel(panel, known, units)]
    return found + _overlaps(panels)


def _panel(panel: dict[str, Any], known: set[str], units: set[str] | None) -> list[str]:
    found = []
    kind = panel.get("type")
    if kind == "text":
        return [] if (panel.get("options") or {}).get("content") else ["no text."]
    if not panel.get("title"):
        found.append("no title.")
    targets = panel.get("targets") or []
    if not targets:
        found.append("no query.")
    names = [target.get("refId") for target in targets]
    if len(set(names)) < len(names):
        found.append(f"two queries have the same refId: {', '.join(map(str, names))}.")
    for target in targets:
        found += _target(target, known)
    unit = (panel.get("fieldConfig") or {}).get("defaults", {}).get("unit")
    unit = unit or ((panel.get("options") or {}).get("yAxis") or {}).get("unit")
    if not unit and kind not in _WITHOUT_UNIT:
        found.append("no unit.")
    elif unit and units is not None and unit not in units:
        found.append(f"its unit is {unit!r}, which is none of {', '.join(sorted(units))}.")
    return found


def _target(target: dict[str, Any], known: set[str]) -> list[str]:
    found = []
    if not target.get("refId"):
        found.append("a query has no refId.")
    if not (target.get("datasource") or {}).get("uid"):
        found.append(f"query {target.get('refId')} does not say which data source it asks.")
    question = target.get("rawSql") or target.get("expr") or ""
    if not question.strip():
        found.append(f"query {target.get('refId')} asks nothing.")
    if re.search(r"\brate\([^)]*\[\d", question) and "$__rate_interval" not in question:
        found.append(
            f"query {target.get('refId')} has a window of its own; [$__rate_interval] always holds "
            "four scrapes, however long the scrape interval is."
        )
    asked = {next(filter(None, names)) for names in _VARIABLE.findall(question)}
    for name in sorted(asked - known):
        if not name.startswith("__"):
            found.append(
                f"query {target.get('refId')} uses ${name}, and there is no such variable."
            )
    return found


def _overlaps(panels: list[dict[str, Any]]) -> list[str]:
    found = []
    taken: dict[tuple[int, int], str] = {}
    for panel in panels:
        title = panel.get("title") or str(panel.get("id"))
        place = panel.get("gridPos")
        if not place:
            found.append(f"Panel {title!r}: no place in the grid.")
            continue
        if place["x"] + place["w"] > COLUMNS:
            found.append(f"Panel {title!r}: it sticks out of the grid, which is 24 columns wide.")
        cells = [
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        ]
        if others := {taken[cell] for cell in cells if cell in taken}:
            found.append(f"Panel {title!r}: it lies on {', '.join(sorted(others))}.")
        taken |= dict.fromkeys(cells, title)
    return found
