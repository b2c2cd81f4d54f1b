"""A dashboard's variables: what older Grafanas wrote, as it is written today."""

from typing import Any

_TYPES = {"filter": "query", None: "query", "text": "textbox"}
_HIDDEN = {"dontHide": 0, "hideLabel": 1, "hideVariable": 2, "inControlsMenu": 0}


def variable_of_today(old: dict[str, Any], version: int) -> dict[str, Any]:
    """A variable of schema 42. ``version``: the schema that its dashboard was written in."""
    kind = old.get("type")
    found = old | {"type": _TYPES.get(kind, kind)}
    found["name"] = str(found["name"])
    if version < 12 and found.get("hideVariable"):
        found["hide"] = 2
    hide = found.get("hide")
    found["hide"] = _HIDDEN.get(hide, 0) if isinstance(hide, str) else hide or 0
    if kind == "constant" and version < 27 and found["hide"] != 2:
        found["type"] = "textbox"
    if kind == "constant":
        found["current"] = {"text": found.get("query") or "", "value": found.get("query") or ""}
    current = found.get("current")
    found["current"] = current if isinstance(current, dict) else {}
    return found
