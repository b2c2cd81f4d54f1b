"""What a reader of a dashboard would stumble over, found before it is pushed.

Grafana itself accepts nearly everything: a panel without a query, two queries of one name, a data
source that does not exist. What it accepts, it shows as an empty panel.
"""

import math
import re
from typing import Any

from lab_helpers.dashboards.migration import normal
from lab_helpers.dashboards.model import COLUMNS, panels_of

#: Panels that ask no data source, and those that show something else than numbers.
_ASK_NOTHING = {
    "text", "row", "dashlist", "alertlist", "news", "annolist", "welcome", "gettingstarted",
    "pluginlist", "library-panel", "grafana-clock-panel", "missing", "canvas",
}  # fmt: skip
_WITHOUT_UNIT = {"table", "logs", "nodeGraph", "traces", "flamegraph", "geomap", "canvas"}
_VARIABLE = re.compile(r"\$\{(\w+)(?:[.:][^}]*)?\}|\$(\w+)|\[\[(\w+)(?::\w+)?\]\]")
_WINDOW = re.compile(r"\brate\([^()\[\]]*(?:\{[^}]*\})?\s*\[(\d+)([smh])\]")
_SHORT = 300  # seconds: a longer window is meant to smooth
_SIZES = {"s": 1, "m": 60, "h": 3600}
#: What a metric's name says of its unit.
_QUANTITY = re.compile(r"_(seconds|bytes|celsius|volts|amperes|joules|meters)(_total|_sum|_max)?\b")


def lint(dashboard: Any, units: set[str] | None = None) -> list[str]:
    """What is wrong with a dashboard, one sentence each; an empty list is good news.

    Args:
        dashboard: of grafanalib; its JSON decoded, whatever Grafana from 5 to 13 has exported it;
            or the Path of its file.
        units: the units that may be used, of which each panel needs one; by default any, and only
            where a metric is in seconds, bytes or the like.
    """
    model = normal(dashboard)
    found = [] if model["title"] else ["The dashboard has no title."]
    if not model.get("uid"):
        found.append("The dashboard has no uid: its address changes whenever it is made anew.")
    known = {variable["name"] for variable in model["templating"]["list"]}
    known |= {str(one.get("name")) for one in model.get("__inputs") or [] if isinstance(one, dict)}
    panels = panels_of(model)
    numbers = [panel["id"] for panel in panels]
    nameless = any(panel.get("unnumbered") for panel in panels)
    if nameless or len(set(numbers)) < len(numbers):
        found.append("Panels have no number or share one: call auto_panel_ids().")
    named = any(_source(panel) or any(map(_source, panel.get("targets", []))) for panel in panels)
    for panel in panels:
        found += [f"{_where(panel)}: {one}" for one in _panel(panel, known, units, named)]
    for level in (model["panels"], *(p.get("panels", []) for p in model["panels"])):
        found += _overlaps([panel for panel in level if panel["type"] != "row"])
    return found


def _where(panel: dict[str, Any]) -> str:
    return f"Panel {panel['title'] or panel['id']!r}"


def _panel(
    panel: dict[str, Any], known: set[str], units: set[str] | None, named: bool
) -> list[str]:
    """``named``: whether the dashboard names data sources, and does not count on the default."""
    kind = panel["type"]
    if kind == "text":
        return [] if (panel["options"].get("content") or "").strip() else ["no text."]
    if kind in _ASK_NOTHING or panel.get("libraryPanel"):
        return []
    untitled = panel.get("transparent") or kind == "table"
    found = [] if panel["title"] or untitled else ["no title."]
    targets = panel["targets"]
    if not targets:
        found.append("no query.")
    names = [target["refId"] for target in targets]
    if len(set(names)) < len(names):
        found.append(f"two queries have the same refId: {', '.join(names)}.")
    for target in targets:
        if not target.get("hide"):
            found += _target(target, known, named and not _source(panel))
    return found + _unit(panel, units)


def _unit(panel: dict[str, Any], units: set[str] | None) -> list[str]:
    """A unit that is missing, or that is none of those that may be used."""
    config = panel["fieldConfig"]
    own = [config["defaults"].get("unit"), (panel["options"].get("yAxis") or {}).get("unit")]
    changed = [p.get("value") for o in config["overrides"] for p in o["properties"]
               if p["id"] == "unit"]  # fmt: skip
    given = [str(unit) for unit in own if unit]
    if given and units is not None and given[0] not in units:
        return [f"its unit is {given[0]!r}, which is none of {', '.join(sorted(units))}."]
    if given or changed or panel["type"] in _WITHOUT_UNIT:
        return []
    asked = [str(t.get("expr") or "") for t in panel["targets"] if not t.get("hide")]
    tells = [match for expr in asked if (match := _QUANTITY.search(expr)) and _keeps(expr)]
    return ["no unit."] if units is not None or tells else []


def _keeps(expr: str) -> bool:
    """Whether what is asked is still in its metric's unit: no count, share, yes or no, and no
    seconds a second."""
    other = r"\bcount|/|[<>=]=?\s*(bool\s+)?\d|\b(changes|time|timestamp|absent)\("
    share = r"\b(i?rate|deriv)\([^)]*_seconds(_total|_sum)?\b"
    return not re.search(f"{other}|{share}", expr)


def _target(target: dict[str, Any], known: set[str], needs_source: bool) -> list[str]:
    found = []
    name = target["refId"]
    if needs_source and not _source(target):
        found.append(f"query {name} does not say which data source it asks.")
    question = target.get("rawSql", target.get("expr"))
    if question is None:  # of another data source, whose queries are not read here
        return found
    question = str(question)
    if not question.strip():
        found.append(f"query {name} asks nothing.")
    window = _WINDOW.search(question)
    length = int(window[1]) * _SIZES[window[2]] if window else _SHORT + 1
    if length <= _SHORT and not target.get("instant") and "$__" not in question:
        found.append(
            f"query {name} has a window of its own; [$__rate_interval] always holds "
            "four scrapes, however long the scrape interval is."
        )
    asked = {next(filter(None, names)) for names in _VARIABLE.findall(question)}
    for one in sorted(asked - known):
        if not one.startswith("__") and not one.isdigit():  # $1 is a part of a label_replace
            found.append(f"query {name} uses ${one}, and there is no such variable.")
    return found


def _source(found: dict[str, Any]) -> bool:
    """Whether a query or a panel says whom it asks: by reference, or by name."""
    source = found.get("datasource")
    if isinstance(source, dict):
        return bool(source.get("uid") or source.get("type"))
    return bool(source)


def _overlaps(panels: list[dict[str, Any]]) -> list[str]:
    found = []
    taken: dict[tuple[int, int], str] = {}
    for panel in panels:
        title = panel["title"] or str(panel["id"])
        if panel.get("unplaced"):
            found.append(f"{_where(panel)}: no place in the grid.")
            continue
        place = panel["gridPos"]
        left, right = place["x"], place["x"] + place["w"]
        if right > COLUMNS + 0.01:
            found.append(f"{_where(panel)}: it sticks out of the grid, which is 24 columns wide.")
        cells = [
            (x, y)
            for x in range(round(left), math.floor(right + 0.01))
            for y in range(round(place["y"]), round(place["y"] + place["h"]))
        ]
        if others := {taken[cell] for cell in cells if cell in taken}:
            found.append(f"{_where(panel)}: it lies on {', '.join(sorted(others))}.")
        taken |= dict.fromkeys(cells, title)
    return found
