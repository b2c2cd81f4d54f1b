"""How each field is shown: the panel's configuration with its overrides, as text and colour.

Colours stand with a mark beside them: ● fine, ◆ warning, ■ bad.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeGuard

from lab_helpers.preview import colours
from lab_helpers.preview.frames import Field, Frame
from lab_helpers.preview.mappings import mapped, pattern_of
from lab_helpers.preview.naming import name_fields
from lab_helpers.preview.numbers import script_number
from lab_helpers.preview.units import words

_MARKS = {"green": "●", "orange": "◆", "yellow": "◆", "red": "■"}
_BY_VALUE = "thresholds"


@dataclass(frozen=True)
class Shown:
    """A value as it is written, the colour that it has, and the mark that stands for the colour."""

    text: str
    colour: colours.Colour
    mark: str = ""


def configure(
    frames: list[Frame], panel: dict[str, Any], fill: Callable[[str], str], notes: set[str]
) -> None:
    """Give each field its configuration, its number among the coloured ones, and its name."""
    config = panel.get("fieldConfig") or {}
    defaults: dict[str, Any] = {"thresholds": _THRESHOLDS}
    defaults["color"] = {"mode": _colour_mode(panel)}
    defaults |= {k: v for k, v in (config.get("defaults") or {}).items() if v is not None}
    if not (defaults["thresholds"] or {}).get("steps"):
        defaults["thresholds"] = _THRESHOLDS
    name_fields(frames)
    number = 0
    for frame in frames:
        for one in frame.fields:
            settings = _deep(defaults)
            if "displayName" in settings and one.is_time:
                del settings["displayName"]
            for override in config.get("overrides") or []:
                if _matches(override.get("matcher") or {}, one, frame, notes):
                    for change in override.get("properties") or []:
                        _set(settings, str(change["id"]), change.get("value"))
            if isinstance(settings.get("displayName"), str):
                settings["displayName"] = named(settings["displayName"], one, fill)
            one.config, one.index = {**settings, **one.config}, number
            number += one.kind == "number"
    name_fields(frames)
    _span(frames)


#: What Grafana takes for a panel that says nothing.
_THRESHOLDS = {
    "mode": "absolute",
    "steps": [{"value": None, "color": "green"}, {"value": 80, "color": "red"}],
}
_BY_SERIES = ("timeseries", "barchart", "piechart", "histogram", "trend", "xychart", "candlestick")


def _colour_mode(panel: dict[str, Any]) -> str:
    return "palette-classic" if panel.get("type") in _BY_SERIES else _BY_VALUE


def _span(frames: list[Frame]) -> None:
    """The scale of fields that are not told theirs: from the lowest of all values on."""
    numbers = [f for frame in frames for f in frame.numbers()]
    values = [v for f in numbers for v in f.values if _is_number(v) and math.isfinite(v)]
    for one in numbers:
        own = [v for v in one.values if _is_number(v) and math.isfinite(v)]
        found = own if one.config.get("fieldMinMax") else values
        low, high = one.config.get("min"), one.config.get("max")
        one.span = (
            float(low if _is_number(low) else min(found, default=0.0)),
            float(high if _is_number(high) else max(found, default=100.0)),
        )


def _deep(found: Any) -> Any:
    return {k: _deep(v) for k, v in found.items()} if isinstance(found, dict) else found


def _set(settings: dict[str, Any], key: str, value: Any) -> None:
    place = settings
    *path, last = key.split(".") if key.startswith("custom.") else [key]
    for part in path:
        inner = place.get(part)
        place[part] = place = dict(inner) if isinstance(inner, dict) else {}
    place[last] = value


def _matches(matcher: dict[str, Any], one: Field, frame: Frame, notes: set[str]) -> bool:
    kind, wanted = matcher.get("id"), matcher.get("options")
    names = {one.called, one.name}
    match kind:
        case "byName":
            return wanted in names
        case "byNames":
            listed = (wanted or {}).get("names") or []
            excluded = (wanted or {}).get("mode") == "exclude"
            return bool(names & set(listed)) != excluded
        case "byRegexp" | "byRegex":
            return _fits(str(wanted), one.called or one.name, notes)
        case "byRegexpOrNames":
            text = str((wanted or {}).get("pattern") or "")
            return bool(names & set((wanted or {}).get("names") or [])) or bool(
                text and _fits(text, one.called or one.name, notes)
            )
        case "byType":
            return one.kind == wanted
        case "byTypes":
            return one.kind in ((wanted or {}).get("types") or wanted or [])
        case "byFrameRefID":
            return frame.ref == wanted
        case "numeric":
            return one.kind == "number"
        case "time":
            return one.is_time
        case "byValue":
            notes.add("overrides by a field's values are left out")
            return False
        case _:
            notes.add(f"overrides by the matcher {kind!r} are left out")
            return False


def _fits(pattern: str, name: str, notes: set[str]) -> bool:
    try:
        return bool(pattern_of(pattern).search(name))
    except re.error:
        notes.add(f"the regular expression {pattern!r} of an override is none that is known here")
        return False


_VARIABLE = re.compile(
    r"\$\{?__(?:field|series|cell_0|cell_1)\.(?:labels\.(?P<label>\w+|\[\S+?\])|"
    r"(?P<what>name|displayName|labels))\}?|\$\{?__(?P<cell>cell_0|series|calc|value)\b\}?"
)


def named(form: str, one: Field, fill: Callable[[str], str]) -> str:
    """A display name, with what it takes from the field: `${__field.labels.job}`."""

    def part(found: re.Match[str]) -> str:
        if label := found["label"]:
            return one.labels.get(label.strip("[]\"'"), "")
        if found["what"] == "labels":
            return ", ".join(f'{k}="{v}"' for k, v in sorted(one.labels.items()))
        return one.legend or one.called or one.name

    return fill(_VARIABLE.sub(part, form))


# Values


def ends(one: Field) -> tuple[float, float]:
    """The lowest and the highest value of a field's scale: as configured, or as all values are."""
    return one.span or (0.0, 100.0)


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def steps_of(one: Field) -> list[tuple[float, str]]:
    """The thresholds of a field in its own values, the lowest first: from where on, a colour."""
    found = one.config.get("thresholds") or {}
    steps = [s for s in found.get("steps") or [] if isinstance(s, dict)]
    low, high = ends(one) if found.get("mode") == "percentage" else (0.0, 0.0)
    limits = []
    for place, step in enumerate(steps):
        value = step.get("value")
        limit = -math.inf if place == 0 or not _is_number(value) else float(value)
        if found.get("mode") == "percentage" and math.isfinite(limit):
            limit = low + (high - low) * limit / 100
        limits.append((limit, str(step.get("color") or colours.FALLBACK)))
    return limits


def reached(one: Field, value: float) -> str | None:
    """The colour's name of the threshold that a value has reached; None without thresholds."""
    active = None
    for limit, colour in steps_of(one):
        if active is None or value >= limit:
            active = colour
        else:
            break
    return active


def mark_of(one: Field, value: float) -> str:
    """The mark of the threshold that a value has reached, if it could have reached another."""
    colour = reached(one, value) or ""
    hue = next((hue for hue in _MARKS if re.search(rf"(^|-){hue}$", colour)), "")
    return _MARKS.get(hue, "") if len(steps_of(one)) > 1 else ""


def series_colour(one: Field) -> colours.Colour:
    """The colour of a field as a whole: of a line, a slice, a name in a legend."""
    found = one.config.get("color") or {}
    mode = found.get("mode") or _BY_VALUE
    if mode in ("fixed", "shades", "gradient"):
        return colours.rgba(found.get("fixedColor") or colours.FALLBACK)
    if mode == _BY_VALUE or mode.startswith("continuous"):
        return value_colour(one, _by(found.get("seriesBy"), one))
    if mode == "palette-classic-by-name":
        return colours.rgba(colours.by_name(colours.PALETTE, one.called or one.name))
    palette = colours.SAFE if mode == "palette-colorblind" else colours.PALETTE
    return colours.rgba(palette[one.index % len(palette)])


def _by(calc: str | None, one: Field) -> float:
    found = [v for v in one.values if _is_number(v) and not math.isnan(v)] or [0.0]
    return {"min": min(found), "max": max(found)}.get(calc or "last", found[-1])


def value_colour(one: Field, value: Any) -> colours.Colour:
    """The colour of a value: of its threshold, or of its place between the lowest and highest."""
    found = one.config.get("color") or {}
    mode = found.get("mode") or _BY_VALUE
    number = float(value) if _is_number(value) else -math.inf
    if mode == _BY_VALUE:
        return colours.rgba(reached(one, number) or colours.FALLBACK)
    if mode in colours.BLENDS or mode in colours.MAPS:
        low, high = ends(one)
        share = (number - low) / (high - low) if high != low and math.isfinite(number) else 0.0
        return colours.blended(mode, share)
    return series_colour(one)


def show(one: Field, value: Any) -> Shown:
    """A value as Grafana writes it in this field: mapped, in its unit, with its colour."""
    found = mapped(one.config.get("mappings") or [], value) or {}
    number = as_number(value)
    unit = one.config.get("unit") or ("time: YYYY-MM-DD HH:mm:ss" if one.is_time else "none")
    if one.kind == "string" and not one.config.get("unit"):
        unit, number = "string", None
    text = found.get("text")
    if text is None and number is not None and not isinstance(value, bool):
        scaled = number * 1000 if one.is_time else number
        text = words(scaled, unit, decimals_of(one))
    if text is None:
        text = script_number(value) if _is_number(value) else "" if value is None else str(value)
        if isinstance(value, bool):
            text = str(value)
        text = text or str(one.config.get("noValue") or "")
    mark = "" if number is None else mark_of(one, number)
    if found.get("color"):
        return Shown(str(text), colours.rgba(found["color"]), "")
    colour = value_colour(one, number)
    by_threshold = (one.config.get("color") or {}).get("mode", _BY_VALUE) == _BY_VALUE
    return Shown(str(text), colour, mark if by_threshold else "")


def decimals_of(one: Field) -> int | None:
    """How many decimals a field is set to; None where Grafana chooses."""
    value = one.config.get("decimals")
    return int(value) if _is_number(value) and 0 <= value <= 20 else None


def as_number(value: Any) -> float | None:
    """A value as a number, if it reads as one: labels are numbers as well."""
    if isinstance(value, bool):
        return float(value)
    if _is_number(value):
        return float(value)
    try:
        return float(value) if isinstance(value, str) and value.strip() else None
    except ValueError:
        return None
