"""Grafana's transformations, which stand between what is asked and what is drawn."""

from collections.abc import Callable
from typing import Any

from lab_helpers.preview.frames import Frame
from lab_helpers.preview.naming import name_fields
from lab_helpers.preview.transformations import calculations, columns, joins, rows

Change = Callable[[list[Frame], dict[str, Any]], list[Frame]]

KNOWN: dict[str, Change] = {
    "calculateField": calculations.calculate,
    "concatenate": joins.concatenate,
    "convertFieldType": columns.convert,
    "filterByRefId": columns.by_query,
    "filterByValue": rows.by_value,
    "filterFieldsByName": columns.by_name,
    "groupBy": rows.group,
    "joinByField": joins.join,
    "labelsToFields": columns.from_labels,
    "limit": rows.limit,
    "merge": joins.merge,
    "noop": lambda frames, _options: frames,
    "order": columns.order,
    "organize": columns.organize,
    "reduce": rows.reduced,
    "renameByRegex": columns.rename_by_pattern,
    "seriesToColumns": joins.join,
    "seriesToRows": joins.to_rows,
    "sortBy": rows.sort,
}


def transform(frames: list[Frame], panel: dict[str, Any], notes: set[str]) -> list[Frame]:
    """Frames after the panel's transformations; those that are not known are noted and left out."""
    for one in panel.get("transformations") or []:
        if not isinstance(one, dict) or one.get("disabled"):
            continue
        kind = str(one.get("id"))
        if (change := KNOWN.get(kind)) is None:
            notes.add(f"the transformation {kind!r} is left out")
            continue
        options = one.get("options")
        wanted = one.get("filter") if isinstance(one.get("filter"), dict) else None
        chosen = [f for f in frames if _is_chosen(f, wanted)]
        others = [f for f in frames if not _is_chosen(f, wanted)]
        name_fields(frames)
        frames = change(chosen, options if isinstance(options, dict) else {}) + others
    return frames


def _is_chosen(frame: Frame, wanted: dict[str, Any] | None) -> bool:
    if not wanted or wanted.get("id") != "byRefId":
        return True
    return columns.is_named(frame.ref, str(wanted.get("options") or ""))
