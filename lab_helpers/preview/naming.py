"""What series are called: by the legend that a query asks for, or by their labels."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from lab_helpers.preview.frames import TIME, VALUE, Field, Frame

_AUTO = "__auto"
_PART = re.compile(r"\{\{\s*(.+?)\s*\}\}")


def legend_of(
    target: dict[str, Any], labels: dict[str, str], expr: str, fill: Callable[[str], str]
) -> str | None:
    """What the data source calls a series: None where `__auto` leaves it to the labels."""
    form = target.get("legendFormat")
    if form == _AUTO:
        return None if labels else expr
    if form:
        return fill(_PART.sub(lambda m: labels.get(m[1], ""), form))
    inside = ", ".join(f'{k}="{v}"' for k, v in sorted(labels.items()) if k != "__name__" and v)
    name = labels.get("__name__", "")
    return f"{name}{{{inside}}}" if inside else name or expr


def auto_legends(every: list[dict[str, str]]) -> list[str]:
    """Names of series by the labels that tell them apart."""
    names = {name for labels in every for name in labels}
    if len(names) == 1 and len(every) > 0:
        (only,) = names
        return [labels.get(only, "") or VALUE for labels in every]
    common: set[tuple[str, str]] = set()
    if len(every) > 1:
        common = set.intersection(*(set(labels.items()) for labels in every))
    found = []
    for labels in every:
        left = {k: v for k, v in sorted(labels.items()) if (k, v) not in common}
        inside = ", ".join(f'{k}="{v}"' for k, v in left.items())
        found.append(f"{{{inside}}}" if inside else VALUE)
    return found


def name_fields(frames: list[Frame]) -> None:
    """Give each field the name that it is shown and matched by."""
    labels = {name for frame in frames for one in frame.fields for name in one.labels}
    several = len({frame.name for frame in frames}) > 1
    for frame in frames:
        same = Counter(one.name for one in frame.fields)
        seen: Counter[str] = Counter()
        for one in frame.fields:
            seen[one.name] += 1
            name = _name(one, frame, labels, several)
            bare = name == one.name and not one.config.get("displayName") and not one.legend
            one.called = f"{name} {seen[name]}" if bare and same[name] > 1 else name


def _name(one: Field, frame: Frame, labels: set[str], several: bool) -> str:
    if shown := one.config.get("displayName"):
        return str(shown)
    if one.legend:
        return one.legend
    if one.is_time and not one.labels:
        return one.name or TIME
    parts = [frame.name] if several and frame.name else []
    if one.name and one.name != VALUE:
        parts.append(one.name)
    if one.labels:
        if len(labels) == 1:
            parts.append(next(iter(one.labels.values())))
        else:
            inside = ", ".join(f'{k}="{v}"' for k, v in sorted(one.labels.items()))
            parts.append(f"{{{inside}}}")
    elif one.name == VALUE and frame.name and not several:
        parts.append(frame.name)
    return " ".join(filter(None, parts)) or one.name or VALUE
