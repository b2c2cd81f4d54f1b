"""Transformations of rows: grouped, reduced, sorted, left out."""

import re
from dataclasses import replace
from typing import Any

from lab_helpers.preview.frames import Field, Frame
from lab_helpers.preview.mappings import pattern_of
from lab_helpers.preview.reducers import COUNTS, canonical, is_known, name_of, reduce
from lab_helpers.preview.transformations.columns import name


def _kind(calc: str, of: str) -> str:
    if canonical(calc) in COUNTS:
        return "number"
    return "boolean" if calc in ("allIsZero", "allIsNull") else of


def group(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """One row for each combination of some fields' values; of the others, what is reckoned."""
    wanted = options.get("fields") or {}
    keys = {key for key, one in wanted.items() if (one or {}).get("operation") == "groupby"}
    if not keys:
        return frames
    found = []
    for frame in frames:
        by = [f for f in frame.fields if keys & {name(f), f.name}]
        if not by:
            continue
        groups: dict[tuple[Any, ...], list[int]] = {}
        for place in range(len(frame)):
            groups.setdefault(tuple(f.values[place] for f in by), []).append(place)
        fields = [
            replace(f.with_values(f.values[places[0]] for places in groups.values()), legend=None)
            for f in by
        ]
        for one in frame.fields:
            for calc in _calcs(wanted.get(name(one)) or wanted.get(one.name)):
                values = [
                    reduce([one.values[place] for place in places], calc)
                    for places in groups.values()
                ]
                fields.append(Field(f"{name(one)} ({calc})", _kind(calc, one.kind), values))
        found.append(Frame(fields, frame.ref, table=True))
    return found


def _calcs(wanted: Any) -> list[str]:
    if not isinstance(wanted, dict):
        return []
    calcs = [c for c in wanted.get("aggregations") or [] if is_known(c)]
    if wanted.get("operation") == "groupby":
        return calcs if calcs == ["count"] else []
    return calcs if wanted.get("operation") == "aggregate" else []


def reduced(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """Each field as a row, with what is reckoned of it in columns; or in its place."""
    calcs = [canonical(c) for c in options.get("reducers") or [] if is_known(c)]
    if not calcs:
        return frames
    in_place = options.get("mode") == "reduceFields"
    times = bool(options.get("includeTimeField")) and in_place
    if in_place:
        return [_in_place(frame, calcs, times) for frame in frames]
    labels: dict[str, None] = {}
    if options.get("labelsToFields"):
        labels = {key: None for frame in frames for f in frame.fields for key in f.labels}
    fields = [f for frame in frames for f in frame.fields if not f.is_time]
    names = [f.name if labels or options.get("labelsToFields") else name(f) for f in fields]
    columns = [Field("Field", "string", names)]
    columns += [Field(key, "string", [f.labels.get(key) for f in fields]) for key in labels]
    for calc in calcs:
        values = [reduce(f.values, calc) for f in fields]
        columns.append(Field(name_of(calc), _guess(values), values))
    return [Frame(columns, table=True)]


def _guess(values: list[Any]) -> str:
    first = next((v for v in values if v is not None), None)
    if isinstance(first, bool):
        return "boolean"
    return "string" if isinstance(first, str) else "number"


def _in_place(frame: Frame, calcs: list[str], times: bool) -> Frame:
    fields = []
    for one in frame.fields:
        if one.is_time and not times:
            continue
        for calc in calcs:
            keeps = calc in ("first", "firstNotNull", "last", "lastNotNull")
            labels = {"reducer": name_of(calc)} if len(calcs) > 1 else {}
            fields.append(
                replace(
                    one,
                    values=[reduce(one.values, calc)],
                    labels={**one.labels, **labels},
                    kind=one.kind if keeps else "number",
                )
            )
    return replace(frame, fields=fields)


def sort(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """Rows by the values of a field."""
    wanted: dict[str, Any] = next(iter(options.get("sort") or []), {})
    found = []
    for frame in frames:
        by = next((f for f in frame.fields if name(f) == wanted.get("field")), None)
        places = list(range(len(frame)))
        if by is not None:
            nothing = [p for p in places if by.values[p] is None]
            there = [p for p in places if by.values[p] is not None]
            there.sort(key=lambda p: _comparable(by.values[p]), reverse=bool(wanted.get("desc")))
            places = there + nothing
        found.append(_with(frame, places))
    return found


def _comparable(value: Any) -> tuple[bool, Any]:
    return (isinstance(value, str), value.lower() if isinstance(value, str) else value)


def limit(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """The first rows alone."""
    most = options.get("limitField", 10)
    most = int(most) if str(most).lstrip("-").isdigit() else 10
    return [
        _with(frame, list(range(len(frame)))[slice(None, most) if most >= 0 else slice(most, None)])
        for frame in frames
    ]


def _with(frame: Frame, places: list[int]) -> Frame:
    return replace(
        frame, fields=[f.with_values(f.values[place] for place in places) for f in frame.fields]
    )


def by_value(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """Rows whose values fit, or do not fit, any or all of some conditions."""
    filters = [f for f in options.get("filters") or [] if isinstance(f, dict)]
    if not filters:
        return frames
    together = all if options.get("match") == "all" else any
    include = options.get("type") == "include"
    found = []
    for frame in frames:
        fields = {name(f): f for f in frame.fields}
        places = [
            place
            for place in range(len(frame))
            if include == together(_fits(f, fields, place) for f in filters)
        ]
        found.append(_with(frame, places))
    return found


def _fits(condition: dict[str, Any], fields: dict[str, Field], place: int) -> bool:
    one = fields.get(str(condition.get("fieldName")))
    if one is None:
        return False
    value = one.values[place]
    config = condition.get("config") or {}
    options = config.get("options") or {}
    wanted = options.get("value")
    match config.get("id"):
        case "isNull":
            return value is None
        case "isNotNull":
            return value is not None
        case "equal":
            return value == wanted or str(value) == str(wanted)
        case "notEqual":
            return value != wanted and str(value) != str(wanted)
        case "regex":
            try:
                return bool(pattern_of(str(wanted)).search(str(value)))
            except re.error:
                return False
        case "substring" | "notSubstring":
            inside = str(wanted).lower() in str(value).lower()
            return inside == (config["id"] == "substring")
        case "between":
            return _compared(value, options.get("from"), ">") and _compared(
                value, options.get("to"), "<"
            )
    signs = {"greater": ">", "greaterOrEqual": ">=", "lower": "<", "lowerOrEqual": "<="}
    return _compared(value, wanted, signs.get(str(config.get("id")), ""))


def _compared(value: Any, wanted: Any, sign: str) -> bool:
    try:
        one, other = float(value), float(wanted)
    except (TypeError, ValueError):
        return False
    return {">": one > other, ">=": one >= other, "<": one < other, "<=": one <= other}.get(
        sign, False
    )
