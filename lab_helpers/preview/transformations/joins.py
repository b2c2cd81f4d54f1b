"""Transformations that make one table of several frames."""

from dataclasses import replace
from typing import Any

from lab_helpers.preview.frames import TIME, VALUE, Field, Frame
from lab_helpers.preview.transformations.columns import name

Rows = list[dict[str, Any]]


def _bare(one: Field) -> Field:
    config = {k: v for k, v in one.config.items() if k != "displayName"}
    return replace(one, values=[], labels={}, legend=None, config=config)


def merge(frames: list[Frame], _options: dict[str, Any]) -> list[Frame]:
    """One table: rows that agree in all fields that every frame has become one row."""
    if len(frames) <= 1:
        return frames
    data = [frame for frame in frames if frame.fields]
    if not data:
        return frames[:1]
    fields: dict[str, Field] = {}
    for frame in data:
        for one in frame.fields:
            fields.setdefault(one.name, _bare(one))
    last = [one.name for one in data[-1].fields]
    keys = [key for key in last if all(any(f.name == key for f in d.fields) for d in data)]
    if not keys:
        return frames
    rows: Rows = []
    by_key: dict[tuple[Any, ...], list[int]] = {}
    for frame in data:
        columns = {one.name: one.values for one in frame.fields}
        for place in range(len(frame)):
            row = {key: values[place] for key, values in columns.items()}
            same = by_key.setdefault(tuple(row[key] for key in keys), [])
            into = [n for n in same if _agree(rows[n], row)]
            for number in into:
                rows[number] = {**rows[number], **row}
            if not into:
                same.append(len(rows))
                rows.append(row)
    return [_from_rows(list(fields.values()), rows)]


def _agree(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one.get(key) is None or one[key] == value for key, value in other.items())


def _from_rows(fields: list[Field], rows: Rows) -> Frame:
    return Frame([one.with_values(row.get(one.name) for row in rows) for one in fields], table=True)


def join(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """One table: side by side, by the values of one field; by time, if none is named."""
    if len(frames) <= 1:
        return frames
    by, mode = options.get("byField"), options.get("mode") or "outer"
    parts: list[tuple[Field, list[Field]]] = []
    dropped = False
    for frame in frames:
        key = next((f for f in frame.fields if _is_key(f, by)), None)
        if key is None:
            dropped = True
            continue
        parts.append((key, [_of(f, frame) for f in frame.fields if f is not key]))
    if not parts or (dropped and mode == "inner"):
        return [Frame([], table=True)]
    joined = _tabular(parts, mode == "outerTabular") if mode != "outer" else _outer(parts)
    fields = [parts[0][0], *(f for _, others in parts for f in others)]
    return [
        Frame(
            [one.with_values(column) for one, column in zip(fields, joined, strict=True)],
            step=frames[0].step,
            table=True,
        )
    ]


def _is_key(one: Field, by: str | None) -> bool:
    return by in (name(one), one.name) if by else one.is_time


def _of(one: Field, frame: Frame) -> Field:
    """A field on its way into a table with those of other frames."""
    if frame.name and one.name == VALUE:
        return replace(one, name=frame.name)
    if frame.name and "name" not in one.labels and not one.is_time:
        return replace(one, labels={**one.labels, "name": frame.name})
    return one


def _outer(parts: list[tuple[Field, list[Field]]]) -> list[list[Any]]:
    found: dict[Any, int] = {}
    for key, _ in parts:
        for value in key.values:
            found.setdefault(value, len(found))
    keys = list(found)
    if all(isinstance(k, int | float) for k in keys):
        keys.sort()
    columns: list[list[Any]] = [keys]
    for key, others in parts:
        at = {value: place for place, value in enumerate(key.values)}
        for one in others:
            columns.append([one.values[at[k]] if k in at else None for k in keys])
    return columns


def _tabular(parts: list[tuple[Field, list[Field]]], outer: bool) -> list[list[Any]]:
    """As a database joins tables: each row on the left with each on the right that fits."""
    key, others = parts[0]
    table = [key.values, *(f.values for f in others)]
    for right_key, right in parts[1:]:
        at: dict[Any, list[int]] = {}
        for place, value in enumerate(right_key.values):
            at.setdefault(value, []).append(place)
        pairs: list[tuple[int | None, int | None]] = []
        alone: list[int] = []
        for place, value in enumerate(table[0]):
            if value is not None and value in at:
                pairs += [(place, other) for other in at[value]]
            else:
                alone.append(place)
        if outer:
            met = set(table[0])
            pairs += [(place, None) for place in alone]
            pairs += [(None, p) for value, places in at.items() if value not in met for p in places]
        keys = [table[0][a] if a is not None else right_key.values[b or 0] for a, b in pairs]
        left = [[None if a is None else column[a] for a, _ in pairs] for column in table[1:]]
        new = [[None if b is None else f.values[b] for _, b in pairs] for f in right]
        table = [keys, *left, *new]
    return table


def concatenate(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """All fields side by side, whatever is in them."""
    if len(frames) < 2:
        return frames
    mode = options.get("frameNameMode") or "field"
    longest = max(len(frame) for frame in frames)
    fields = []
    for frame in frames:
        for one in frame.fields:
            if frame.name and mode == "label":
                label = options.get("frameNameLabel") or "frame"
                one = replace(one, labels={**one.labels, label: frame.name})
            elif frame.name and mode == "field":
                words = frame.name if one.name in ("", VALUE) else f"{frame.name} · {one.name}"
                one = replace(one, name=words)
            fields.append(one.with_values(one.values + [None] * (longest - len(one.values))))
    return [Frame(fields, table=True)]


def to_rows(frames: list[Frame], _options: dict[str, Any]) -> list[Frame]:
    """Series below one another: time, the series' name, its value; the newest first."""
    data = [frame for frame in frames if len(frame)]
    if not data or any(frame.time is None or len(frame.fields) != 2 for frame in data):
        return frames
    rows: list[tuple[Any, str, Any]] = []
    for frame in data:
        value = next(f for f in frame.fields if not f.is_time)
        words = frame.name or name(value)
        assert frame.time is not None
        rows += [(t, words, v) for t, v in zip(frame.time.values, value.values, strict=True)]
    rows.sort(key=lambda row: row[0], reverse=True)
    kind = next(f for f in data[0].fields if not f.is_time)
    fields = [
        Field(TIME, "time", [row[0] for row in rows]),
        Field("Metric", "string", [row[1] for row in rows]),
        replace(_bare(kind), name=VALUE, values=[row[2] for row in rows]),
    ]
    return [Frame(fields, table=True)]
