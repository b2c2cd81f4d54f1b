"""What fields are written with: value mappings and cells, from the forms of former Grafanas."""

import math
from typing import Any


def number(value: Any) -> float | None:
    """A number, or the text of one; None for anything else. Old panels wrote both."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return value
    try:
        found = float(str(value).strip())
    except ValueError:
        return None
    return int(found) if found.is_integer() else found


def mappings_of_today(old: Any, thresholds: Any = None) -> list[dict[str, Any]]:
    """Value mappings of Grafana 8 and newer. ``thresholds``: whose colours old texts take over."""
    found: list[dict[str, Any]] = []
    values: dict[str, Any] = {}
    for one in old if isinstance(old, list) else []:
        if not isinstance(one, dict):
            continue
        if one.get("options") is not None and isinstance(one.get("type"), str):
            if one["type"] == "value":
                values |= one["options"]
            else:
                found.append(one)
            continue
        result = {"text": one.get("text")}
        if colour := _colour_of(one.get("text"), thresholds):
            result["color"] = colour
        nothing = "null" in (one.get("value"), one.get("from"), one.get("to"))
        if nothing:
            options = {"match": "null", "result": result}
            found.append({"type": "special", "options": options})
        elif one.get("type") in (2, "range"):
            ends = {key: number(one.get(key)) for key in ("from", "to")}
            found.append({"type": "range", "options": {**ends, "result": result}})
        elif one.get("value") is not None:
            values[str(one["value"])] = result
    return [{"type": "value", "options": values}, *found] if values else found


def _colour_of(text: Any, thresholds: Any) -> str | None:
    """The colour of the threshold that a text reaches, if it begins with a number."""
    import re

    begins = re.match(r"\s*[-+]?(\d+\.?\d*|\.\d+)", str(text or ""))
    steps = (thresholds or {}).get("steps") if isinstance(thresholds, dict) else None
    if not begins or not steps:
        return None
    value = float(begins[0])
    reached = [s for s in steps if value >= (-math.inf if s.get("value") is None else s["value"])]
    return (reached or steps)[-1 if reached else 0].get("color")


def steps(limits: list[Any], colours: list[Any]) -> dict[str, Any]:
    """Absolute thresholds: the first colour from minus infinity on, each other from its limit."""
    values: list[Any] = [None, *(number(limit) or 0 for limit in limits)]
    found = [{"value": v, "color": c} for v, c in zip(values, colours, strict=False)]
    return {"mode": "absolute", "steps": found}


def cells_of_today(config: dict[str, Any]) -> None:
    """Tables of Grafana 8 and 9 named the look of a cell by one word."""
    custom = config["defaults"].get("custom")
    if isinstance(custom, dict) and isinstance(custom.get("displayMode"), str):
        custom.setdefault("cellOptions", _cell(custom.pop("displayMode")))
    for override in config["overrides"]:
        for one in override["properties"]:
            if one["id"] == "custom.displayMode" and isinstance(one.get("value"), str):
                one |= {"id": "custom.cellOptions", "value": _cell(one["value"])}


def _cell(word: str) -> dict[str, str]:
    gauges = {"basic": "basic", "gradient-gauge": "gradient", "lcd-gauge": "lcd"}
    if word in gauges:
        return {"type": "gauge", "mode": gauges[word]}
    if word in ("color-background", "color-background-solid"):
        mode = "gradient" if word == "color-background" else "basic"
        return {"type": "color-background", "mode": mode}
    return {"type": word}
