"""Where the panels of a page stand: repeated ones multiplied, gaps closed, as Grafana does."""

import copy
from typing import Any

from lab_helpers.preview.filling import Chosen

COLUMNS = 24
_PER_ROW = 4  # repeated panels beside one another, where the panel does not say


def laid_out(model: dict[str, Any], chosen: dict[str, Chosen]) -> list[dict[str, Any]]:
    """The panels that a reader sees, rows among them, each with its place and no other on it.

    What stands in a collapsed row is not seen.
    """
    listed = sorted(model["panels"], key=_place)
    return _compact(_repeated(_repeated_rows(listed, chosen), chosen))


def _place(panel: dict[str, Any]) -> tuple[float, float]:
    return panel["gridPos"]["y"], panel["gridPos"]["x"]


def _options(name: Any, chosen: dict[str, Chosen]) -> list[tuple[str, str, bool]]:
    """What a panel is repeated for: the text and the value of each, and whether it is a pattern."""
    one = chosen.get(str(name or "").strip("${}[]"))
    if one is None:
        return []
    return [(t, v, one.many) for t, v in zip(one.texts, one.values, strict=True)]


def _repeated_rows(panels: list[dict[str, Any]], chosen: dict[str, Chosen]) -> list[dict[str, Any]]:
    """Rows that are repeated, each with the panels below it, one copy below the other."""
    sections: list[list[dict[str, Any]]] = [[]]
    for panel in panels:
        if panel["type"] == "row":
            sections.append([])
        sections[-1].append(panel)
    found: list[dict[str, Any]] = []
    shift = 0.0
    for section in sections:
        options = _options(section[0].get("repeat"), chosen) if _is_row(section) else []
        top = section[0]["gridPos"]["y"] if section else 0
        height = max((p["gridPos"]["y"] + p["gridPos"]["h"] for p in section), default=0) - top
        copies: list[tuple[str, str, bool] | None] = [*options] or [None]
        for number, option in enumerate(copies):
            for panel in section:
                one = copy.deepcopy(panel)
                one["gridPos"]["y"] += shift + number * height
                if option is not None:
                    name = str(section[0]["repeat"]).strip("${}[]")
                    one["scopedVars"] = {**one.get("scopedVars", {}), name: option}
                found.append(one)
        shift += (len(copies) - 1) * height
    return found


def _is_row(section: list[dict[str, Any]]) -> bool:
    return bool(section) and section[0]["type"] == "row"


def _repeated(panels: list[dict[str, Any]], chosen: dict[str, Chosen]) -> list[dict[str, Any]]:
    """Panels that are repeated, beside one another or below."""
    found: list[dict[str, Any]] = []
    shift = 0.0
    for panel in panels:
        panel["gridPos"]["y"] += shift
        name = str(panel.get("repeat") or "").strip("${}[]")
        options = _options(name, chosen) if panel["type"] != "row" and name else []
        if not options or name in panel.get("scopedVars", {}):
            found.append(panel)
            continue
        place = panel["gridPos"]
        most = panel.get("maxPerRow") or _PER_ROW
        width = max(COLUMNS / len(options), COLUMNS / most)
        x, y = 0.0, place["y"]
        for option in options:
            one = copy.deepcopy(panel)
            one["scopedVars"] = {**one.get("scopedVars", {}), name: option}
            if panel.get("repeatDirection") == "v":
                one["gridPos"]["y"] = y
                y += place["h"]
            else:
                if x + width > COLUMNS + 1e-6:
                    x, y = 0.0, y + place["h"]
                one["gridPos"] |= {"x": x, "y": y, "w": width}
                x += width
            found.append(one)
        if panel.get("repeatDirection") == "v":
            y -= place["h"]
        shift += y - place["y"]
    return found


def _compact(panels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Move each panel up as far as it goes, and down from any that is in its way."""
    floor = [0.0] * COLUMNS  # how far each column is filled
    for panel in sorted(panels, key=_place):
        place = panel["gridPos"]
        place["w"] = min(max(float(place["w"]), 1.0), COLUMNS)
        place["x"] = min(max(float(place["x"]), 0.0), COLUMNS - place["w"])
        place["h"] = max(float(place["h"]), 1.0)
        first = int(place["x"] + 1e-6)
        last = min(COLUMNS, max(first + 1, round(place["x"] + place["w"] - 1e-6)))
        place["y"] = max(floor[first:last])
        if panel["type"] == "row":
            place["y"] = max(floor)
            first, last = 0, COLUMNS
        for column in range(first, last):
            floor[column] = place["y"] + place["h"]
    return sorted(panels, key=_place)
