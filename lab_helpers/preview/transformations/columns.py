"""Transformations of fields: which there are, in what order, by what names, made of others."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lab_helpers.preview.frames import Field, Frame
from lab_helpers.preview.mappings import pattern_of, substituted


def name(one: Field) -> str:
    """The name by which transformations know a field."""
    return one.called or one.name


def renamed(one: Field, words: str) -> Field:
    return replace(one, config={**one.config, "displayName": words}, legend=None)


def organize(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """Leave fields out, order the others, and rename them."""
    hidden = _true(options.get("excludeByName"))
    only = _true(options.get("includeByName"))
    names = options.get("renameByName") or {}
    found = []
    for frame in frames:
        kept = [f for f in frame.fields if name(f) not in hidden]
        if only:
            kept = [f for f in kept if name(f) in only]
        kept = _ordered(kept, options)
        kept = [renamed(f, names[name(f)]) if names.get(name(f)) else f for f in kept]
        found.append(replace(frame, fields=kept))
    return found


def order(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """Order fields by hand."""
    return [replace(frame, fields=_ordered(frame.fields, options)) for frame in frames]


def _true(found: Any) -> set[str]:
    return {key for key, yes in found.items() if yes} if isinstance(found, dict) else set()


def _ordered(fields: list[Field], options: dict[str, Any]) -> list[Field]:
    places = options.get("indexByName") or {}
    if options.get("orderByMode", "manual") != "manual":
        wanted = [o for o in options.get("orderBy") or [] if o.get("type") == "name"]
        falling = bool(wanted and wanted[0].get("desc"))
        times = [f for f in fields if f.is_time][:1]
        rest = [f for f in fields if f not in times]
        return times + sorted(rest, key=lambda f: name(f).lower(), reverse=falling)
    last = math.inf
    return sorted(fields, key=lambda f: float(places.get(name(f), last)))


def by_name(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """Keep or leave out fields by their names, or by a regular expression."""
    include, exclude = (_names(options.get(key)) for key in ("include", "exclude"))
    found = []
    for frame in frames:
        kept = [
            f
            for f in frame.fields
            if (include is None or include(f)) and not (exclude is not None and exclude(f))
        ]
        if kept:
            found.append(replace(frame, fields=kept))
    return found


def _names(options: Any) -> Callable[[Field], bool] | None:
    if not isinstance(options, dict):
        return None
    names, pattern = set(options.get("names") or ()), options.get("pattern")
    if not names and not pattern:
        return None
    compiled = _compiled(str(pattern)) if pattern else None
    return lambda f: name(f) in names or bool(compiled and compiled.search(name(f)))


def _compiled(pattern: str) -> "re.Pattern[str] | None":
    try:
        return pattern_of(pattern)
    except re.error:
        return None


def is_named(ref: str, wanted: str) -> bool:
    """Whether a query is one of those wanted: `A`, or a regular expression such as `/A|B/`."""
    compiled = _compiled(wanted) if wanted.startswith("/") else None
    return bool(compiled.search(ref)) if compiled else ref in wanted.split("|")


def by_query(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """Keep or leave out what certain queries answer."""
    include, exclude = (options.get(key) for key in ("include", "exclude"))
    return [
        frame
        for frame in frames
        if (not include or is_named(frame.ref, str(include)))
        and not (exclude and is_named(frame.ref, str(exclude)))
    ]


def rename_by_pattern(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """Replace what fits a regular expression in the names of fields."""
    text = str(options.get("regex") or "")
    pattern = _compiled(text)
    form = str(options.get("renamePattern") or "")
    if pattern is None:
        return frames
    every = text.startswith("/") and "g" in text.rpartition("/")[2]

    def change(one: Field) -> Field:
        if not pattern.search(name(one)):
            return one
        count = 0 if every else 1
        return renamed(one, pattern.sub(lambda m: substituted(m, form), name(one), count=count))

    return [replace(frame, fields=[change(f) for f in frame.fields]) for frame in frames]


def from_labels(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """Labels become columns; ``valueLabel`` names whose value the numbers are called by."""
    kept, heading = options.get("keepLabels") or [], options.get("valueLabel")
    if options.get("mode") == "rows":
        return [_label_rows(f, frame, kept) for frame in frames for f in frame.fields if f.labels]
    found = []
    for frame in frames:
        fields: list[Field] = []
        unique: dict[str, dict[str, None]] = {}
        for one in frame.fields:
            if not one.labels:
                fields.append(one)
                continue
            config = {k: v for k, v in one.config.items() if k != "displayName"}
            bare = replace(one, labels={}, legend=None, config=config)
            for label, value in one.labels.items():
                if label == heading:
                    bare = replace(bare, name=value)
                elif not kept or label in kept:
                    unique.setdefault(label, {})[value] = None
            fields.append(bare)
        for label, values in unique.items():
            fields += [Field(label, "string", [value] * len(frame)) for value in values]
        found.append(replace(frame, fields=fields, name=None if heading else frame.name))
    return found


def _label_rows(one: Field, frame: Frame, kept: list[str]) -> Frame:
    pairs = [(k, one.labels.get(k)) for k in kept] if kept else list(one.labels.items())
    keys, values = [k for k, _ in pairs], [v for _, v in pairs]
    fields = [Field("label", "string", keys), Field("value", "string", values)]
    return replace(frame, name=name(one), fields=fields, table=True)


def convert(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """Read fields as of another type: texts as numbers or times, numbers as texts."""
    kinds = {
        c.get("targetField"): c.get("destinationType") for c in options.get("conversions") or []
    }

    def change(one: Field) -> Field:
        kind = kinds.get(name(one)) or kinds.get(one.name)
        if kind == "string":
            return replace(
                one, kind=kind, values=[None if v is None else str(v) for v in one.values]
            )
        if kind == "number":
            return replace(one, kind=kind, values=[_number(v) for v in one.values])
        if kind == "time":
            seconds = [None if (n := _number(v)) is None else n / 1000 for v in one.values]
            return replace(one, kind=kind, values=one.values if one.is_time else seconds)
        return one

    return [replace(frame, fields=[change(f) for f in frame.fields]) for frame in frames]


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
