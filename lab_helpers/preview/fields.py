"""What a panel says of its fields: how their values are written and coloured.

Colours stand with a mark beside them: ● fine, ◆ warning, ■ bad.
"""

import math
from typing import Any

from lab_helpers.preview.answer import Answer
from lab_helpers.preview.box import HUES, INK
from lab_helpers.preview.units import words

_MARKS = {"green": "●", "orange": "◆", "yellow": "◆", "red": "■"}


def fields_of(panel: dict[str, Any]) -> dict[str, Any]:
    """What a panel says of all its fields: unit, limits, thresholds."""
    found: dict[str, Any] = (panel.get("fieldConfig") or {}).get("defaults") or {}
    return found


def unit_of(panel: dict[str, Any]) -> str:
    """The panel's unit, in Grafana's words."""
    return str(fields_of(panel).get("unit") or "short")


def steps_of(panel: dict[str, Any]) -> list[tuple[float, str]]:
    """The panel's thresholds, the lowest first: from where on, and the colour's name."""
    found = (fields_of(panel).get("thresholds") or {}).get("steps") or []
    return [(-math.inf if s.get("value") is None else s["value"], s["color"]) for s in found]


def state_of(value: float, panel: dict[str, Any]) -> tuple[str, str]:
    """The colour and the mark of the threshold that a value has reached."""
    reached = [colour for limit, colour in steps_of(panel) if value >= limit]
    colour = reached[-1] if reached else ""
    mark = _MARKS.get(colour, "") if len(steps_of(panel)) > 1 else ""
    return HUES.get(colour, colour or INK), mark


def cells_are_coloured(panel: dict[str, Any]) -> bool:
    """Whether a table writes its numbers in the colour of their threshold."""
    found = [(fields_of(panel).get("custom") or {}).get("cellOptions") or {}]
    for override in (panel.get("fieldConfig") or {}).get("overrides") or []:
        found += [p["value"] for p in override["properties"] if p["id"] == "custom.cellOptions"]
    return any(options.get("type") == "color-text" for options in found)


def write(value: float, panel: dict[str, Any]) -> str:
    """A value in the panel's unit, or the words that the panel maps it to."""
    fields = fields_of(panel)
    for mapping in fields.get("mappings") or []:
        result = (mapping.get("options") or {}).get(f"{value:g}")
        if mapping.get("type") == "value" and result:
            return str(result["text"])
    return words(value, unit_of(panel), fields.get("decimals"))


def latest(answers: list[Answer]) -> dict[str, float]:
    """The last value of every series, by its legend."""
    found: dict[str, float] = {}
    for answer in answers:
        if answer.lines is not None:
            for number, name in enumerate(answer.lines.columns):
                values = answer.lines.iloc[:, number].dropna()
                if len(values):
                    found[str(name)] = float(values.iloc[-1])
        elif answer.rows is not None:
            numbers = answer.rows.select_dtypes("number")
            column = "value" if "value" in numbers else numbers.columns[0]
            pairs = zip(answer.rows.index, numbers[column], strict=True)
            found |= {str(name): float(value) for name, value in pairs}
    return found
