"""Value mappings: the text and the colour that stand for a value."""

import math
import re
from typing import Any

from lab_helpers.preview.numbers import script_number

_PATTERN = re.compile(r"^/(.*)/([gimsuy]*)$", re.S)
_FLOAT = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?Infinity)")


def pattern_of(text: str) -> "re.Pattern[str]":
    """A regular expression as Grafana writes it, `/^a/i`, or a text that is all there is.

    Raises:
        re.error: Python does not understand it.
    """
    found = _PATTERN.match(text)
    if not found:
        return re.compile(f"^{_of_python(text)}$")
    flags = re.I * ("i" in found[2]) | re.M * ("m" in found[2]) | re.S * ("s" in found[2])
    return re.compile(_of_python(found[1]), flags)


def _of_python(pattern: str) -> str:
    """JavaScript's names of groups as Python writes them."""
    return re.sub(r"\(\?<(?![=!])", "(?P<", pattern)


def substituted(found: "re.Match[str]", replacement: str) -> str:
    """What JavaScript puts for a match: `$1`, `$&` and `$<name>` are parts of it."""

    def part(reference: "re.Match[str]") -> str:
        name = reference[1] or reference[2]
        if name == "&":
            return found[0]
        if reference[2]:
            return found.groupdict().get(name) or ""
        number = int(name)
        return (found[number] or "") if 0 < number <= found.re.groups else reference[0]

    return re.sub(r"\$(&|\d{1,2})|\$<(\w+)>", part, replacement)


def mapped(mappings: list[dict[str, Any]], value: Any) -> dict[str, Any] | None:
    """The result, `text` and `color` as far as it has them, of the first mapping that fits."""
    for mapping in mappings:
        options = mapping.get("options") or {}
        result = None
        match mapping.get("type"):
            case "value":
                result = options.get(_key(value)) if value is not None else None
            case "range":
                result = options.get("result") if _within(value, options) else None
            case "regex":
                result = _by_pattern(value, options)
            case "special":
                fits = _special(str(options.get("match")), value)
                result = options.get("result") if fits else None
        if result:
            return dict(result)
    return None


def _key(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return script_number(value) if isinstance(value, int | float) else str(value)


def _number(value: Any) -> float | None:
    """The number that a text begins with, as JavaScript's `parseFloat` finds it."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return None if math.isnan(value) else float(value)
    found = _FLOAT.match(str(value))
    return float(found[1].replace("Infinity", "inf")) if found else None


def _within(value: Any, options: dict[str, Any]) -> bool:
    number = _number(value)
    if number is None:
        return False
    low, high = (_number(options.get(key)) for key in ("from", "to"))
    return (low is None or number >= low) and (high is None or number <= high)


def _by_pattern(value: Any, options: dict[str, Any]) -> dict[str, Any] | None:
    if not isinstance(value, str):
        return None
    try:
        pattern = pattern_of(str(options.get("pattern") or ""))
    except re.error:
        return None
    if not (found := pattern.search(value)):
        return None
    result = dict(options.get("result") or {})
    if result.get("text") is not None:
        words = substituted(found, result["text"])
        result["text"] = f"{value[: found.start()]}{words}{value[found.end() :]}"
    return result


def _special(match: str, value: Any) -> bool:
    is_nan = isinstance(value, float) and math.isnan(value)
    return {
        "null": value is None,
        "nan": is_nan,
        "null+nan": value is None or is_nan,
        "true": value is True or value == "true",
        "false": value is False or value == "false",
        "empty": value == "",
    }.get(match, False)
