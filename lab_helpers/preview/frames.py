"""Data as Grafana's panels get it: frames of fields, a frame a series or a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lab_helpers.preview.answer import Answer

TIME, VALUE = "Time", "Value"


@dataclass(eq=False)
class Field:
    """A column of a frame: times in seconds since 1970, numbers or texts; None for what is missing.

    ``legend``: what the data source calls it; ``config``: how it is to be shown.
    """

    name: str
    kind: str  # time, number, string, boolean, other
    values: list[Any]
    labels: dict[str, str] = field(default_factory=dict)
    legend: str | None = None
    config: dict[str, Any] = field(default_factory=dict)
    index: int = 0  # which of all that are coloured it is
    called: str | None = None  # the name that all fields together give it
    span: tuple[float, float] | None = None  # from where to where its scale goes

    def with_values(self, values: Iterable[Any]) -> "Field":
        return replace(self, values=list(values))

    @property
    def is_time(self) -> bool:
        return self.kind == "time"


@dataclass(eq=False)
class Frame:
    """Fields of one length. ``step``: seconds between two of its times, where it has them."""

    fields: list[Field]
    ref: str = ""
    name: str | None = None
    step: float | None = None
    table: bool = False

    def __len__(self) -> int:
        return len(self.fields[0].values) if self.fields else 0

    @property
    def time(self) -> Field | None:
        return next((one for one in self.fields if one.is_time), None)

    def numbers(self) -> list[Field]:
        return [one for one in self.fields if one.kind == "number"]


def frames_of(answers: Sequence[Answer]) -> list[Frame]:
    """The frames that Grafana's data sources make of these answers."""
    found: list[Frame] = []
    tables = [a for a in answers if a.rows is not None and _is_table(a)]
    for answer in answers:
        if answer.lines is not None and "rawSql" in answer.target:
            found.append(_wide(answer))
        elif answer.lines is not None and _is_table(answer):
            found.append(_long(answer))
        elif answer.lines is not None:
            found += _series(answer)
        elif answer.rows is not None and _is_table(answer):
            found.append(_table(answer, len(tables) > 1))
        elif answer.rows is not None:
            found += _instants(answer)
    return found


def _is_table(answer: Answer) -> bool:
    return answer.target.get("format") == "table" or "rawSql" in answer.target


def _series(answer: Answer) -> list[Frame]:
    import numpy as np

    lines = answer.lines
    assert lines is not None
    times = (lines.index.as_unit("ns").asi8 / 1e9).tolist()
    found = []
    for number in range(lines.shape[1]):
        column = lines.iloc[:, number].to_numpy()
        there = ~np.isnan(column)
        kept = times if there.all() else [t for t, yes in zip(times, there, strict=True) if yes]
        labels, legend = _told(answer, number, str(lines.columns[number]))
        value = Field(VALUE, "number", column[there].tolist(), labels, legend)
        found.append(Frame([Field(TIME, "time", kept), value], answer.ref, legend, answer.step))
    return found


def _wide(answer: Answer) -> Frame:
    """A database's lines over time: one frame, in which each column keeps its name."""
    lines = answer.lines
    assert lines is not None
    fields = [Field(TIME, "time", (lines.index.as_unit("ns").asi8 / 1e9).tolist())]
    fields += [
        Field(str(name), "number", [_plain(value) for value in lines[name]]) for name in lines
    ]
    return Frame(fields, answer.ref)


def _told(answer: Answer, number: int, name: str) -> tuple[dict[str, str], str | None]:
    if number < len(answer.labels):
        return answer.labels[number], answer.legends[number]
    return {}, name


def _instants(answer: Answer) -> list[Frame]:
    rows = answer.rows
    assert rows is not None
    found = []
    for number, (name, row) in enumerate(zip(rows.index, rows.to_dict("records"), strict=True)):
        labels, legend = _told(answer, number, str(name))
        moment = row["timestamp"].timestamp() if "timestamp" in row else None
        value = Field(VALUE, "number", [_plain(row.get("value"))], labels, legend)
        found.append(Frame([Field(TIME, "time", [moment]), value], answer.ref, legend))
    return found


def _table(answer: Answer, several: bool) -> Frame:
    """An instant's rows: time, labels in order of their names, value."""
    rows = answer.rows
    assert rows is not None
    if "rawSql" in answer.target:
        fields = [
            Field(
                str(name),
                "number" if rows[name].dtype.kind in "fiu" else "string",
                [_plain(v) for v in rows[name].tolist()],
            )
            for name in rows
        ]
        return Frame(fields, answer.ref, table=True)
    moments = [t.timestamp() for t in rows["timestamp"]] if "timestamp" in rows else []
    names = sorted({str(name) for name in rows} - {"timestamp", "value"})
    fields = [Field(TIME, "time", moments)] if moments or "timestamp" in rows else []
    fields += [Field(name, "string", rows[name].tolist()) for name in names]
    value = f"{VALUE} #{answer.ref}" if several else VALUE
    fields.append(Field(value, "number", [_plain(v) for v in rows["value"].tolist()]))
    return Frame(fields, answer.ref, table=True)


def _long(answer: Answer) -> Frame:
    """Series over time as a table: a row for each point."""
    times: list[Any] = []
    values: list[Any] = []
    names = sorted({name for labels in answer.labels for name in labels})
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for frame in _series(answer):
        moments, numbers = frame.fields
        times += moments.values
        values += numbers.values
        for name in names:
            columns[name] += [numbers.labels.get(name, "")] * len(moments.values)
    order = sorted(range(len(times)), key=times.__getitem__)
    fields = [Field(TIME, "time", times), *(Field(n, "string", v) for n, v in columns.items())]
    fields.append(Field(VALUE, "number", values))
    return Frame(
        [one.with_values(one.values[place] for place in order) for one in fields],
        answer.ref,
        table=True,
    )


def _plain(value: Any) -> Any:
    """A value without pandas's words for nothing."""
    if isinstance(value, float):
        return value
    return None if value is None or value != value else value
