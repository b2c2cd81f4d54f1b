"""Names of series and transformations of frames, held against Grafana's own packages."""

import math
from typing import Any

import pytest

from lab_helpers.preview.frames import Field, Frame
from lab_helpers.preview.naming import name_fields
from lab_helpers.preview.transformations import KNOWN, transform

Table = list[tuple[str, list[Any]]]


def series(ref: str, name: str | None, values: list[Any], **labels: str) -> dict[str, Any]:
    times = [1_000_000 * (n + 1) for n in range(len(values))]
    fields = [
        {"name": "Time", "type": "time", "values": times},
        {"name": "Value", "type": "number", "values": values, "labels": labels},
    ]
    return {"refId": ref, "name": name, "fields": fields}


def table(ref: str, **columns: list[Any]) -> dict[str, Any]:
    fields = [
        {
            "name": name.replace("_", " "),
            "type": "number" if isinstance(values[0], int | float) else "string",
            "values": values,
        }
        for name, values in columns.items()
    ]
    return {"refId": ref, "fields": fields}


def ours(frames: list[dict[str, Any]]) -> list[Frame]:
    """The frames as the preview has them: times are seconds."""
    return [
        Frame(
            [
                Field(
                    f["name"],
                    f["type"],
                    [v / 1000 if f["type"] == "time" else v for v in f["values"]],
                    dict(f.get("labels") or {}),
                )
                for f in frame["fields"]
            ],
            frame["refId"],
            frame.get("name"),
        )
        for frame in frames
    ]


def shown(frames: list[Frame]) -> list[Table]:
    name_fields(frames)
    return [
        [
            (
                one.called or "",
                [v * 1000 if one.is_time and v is not None else v for v in one.values],
            )
            for one in frame.fields
        ]
        for frame in frames
    ]


HOSTS = [
    series("A", None, [1, 2, 3], host="a", job="x"),
    series("A", None, [4, 5, 6], host="b", job="x"),
]
NAMED = [series("A", "cpu", [1, 2, 3]), series("B", "memory", [7, 8, 9])]
TABLES = [
    table("A", host=["a", "b", "c"], zone=["x", "x", "y"], used=[1, 2, 3]),
    table("B", host=["b", "c", "d"], free=[10, 20, 30]),
]
ONE = [table("A", host=["a", "b", "a", "c"], used=[5, 1, 7, 3], free=[1, 2, 3, 4])]

CASES: list[tuple[list[dict[str, Any]], str, dict[str, Any]]] = [
    (TABLES, "merge", {}),
    (NAMED, "merge", {}),
    (ONE, "merge", {}),
    (TABLES, "joinByField", {"byField": "host", "mode": "outer"}),
    (TABLES, "joinByField", {"byField": "host", "mode": "inner"}),
    (TABLES, "joinByField", {"byField": "host", "mode": "outerTabular"}),
    (NAMED, "joinByField", {"byField": "Time"}),
    (NAMED, "seriesToColumns", {}),
    (HOSTS, "joinByField", {}),
    (
        ONE,
        "organize",
        {
            "excludeByName": {"free": True},
            "indexByName": {"used": 0, "host": 1},
            "renameByName": {"used": "Used"},
        },
    ),
    (ONE, "organize", {"includeByName": {"host": True, "free": True}}),
    (ONE, "filterFieldsByName", {"include": {"names": ["host", "used"]}}),
    (ONE, "filterFieldsByName", {"include": {"pattern": "/us|ho/"}}),
    (ONE, "filterFieldsByName", {"exclude": {"names": ["free"]}}),
    (NAMED, "filterByRefId", {"include": "B"}),
    (
        ONE,
        "groupBy",
        {
            "fields": {
                "host": {"operation": "groupby", "aggregations": []},
                "used": {"operation": "aggregate", "aggregations": ["sum", "max", "lastNotNull"]},
            }
        },
    ),
    (NAMED, "reduce", {"reducers": ["max", "mean", "lastNotNull"]}),
    (HOSTS, "reduce", {"reducers": ["min"], "labelsToFields": True}),
    (NAMED, "reduce", {"reducers": ["sum"], "mode": "reduceFields"}),
    (HOSTS, "labelsToFields", {}),
    (HOSTS, "labelsToFields", {"valueLabel": "host"}),
    (HOSTS, "labelsToFields", {"keepLabels": ["job"]}),
    (ONE, "sortBy", {"sort": [{"field": "used"}]}),
    (ONE, "sortBy", {"sort": [{"field": "used", "desc": True}]}),
    (ONE, "limit", {"limitField": 2}),
    (ONE, "renameByRegex", {"regex": "(u)sed", "renamePattern": "$1-x"}),
    (ONE, "renameByRegex", {"regex": "/(.*)e(.*)/", "renamePattern": "$2$1"}),
    (
        ONE,
        "calculateField",
        {"mode": "reduceRow", "reduce": {"reducer": "sum", "include": ["used", "free"]}},
    ),
    (
        ONE,
        "calculateField",
        {
            "mode": "binary",
            "binary": {"left": "used", "operator": "/", "right": "free"},
            "alias": "ratio",
        },
    ),
    (
        ONE,
        "calculateField",
        {
            "mode": "binary",
            "binary": {"left": "used", "operator": "*", "right": "100"},
            "replaceFields": True,
        },
    ),
    (
        ONE,
        "filterByValue",
        {
            "type": "include",
            "match": "any",
            "filters": [
                {"fieldName": "used", "config": {"id": "greater", "options": {"value": 3}}}
            ],
        },
    ),
    (
        ONE,
        "filterByValue",
        {
            "type": "exclude",
            "match": "all",
            "filters": [
                {"fieldName": "host", "config": {"id": "regex", "options": {"value": "a"}}}
            ],
        },
    ),
    (NAMED, "concatenate", {}),
    (TABLES, "concatenate", {}),
    (NAMED, "seriesToRows", {}),
]


@pytest.mark.parametrize(
    ("frames", "kind", "options"), CASES, ids=[f"{n}-{case[1]}" for n, case in enumerate(CASES)]
)
def test_a_transformation(
    grafana: Any, frames: list[dict[str, Any]], kind: str, options: dict[str, Any]
) -> None:
    change = {"id": kind, "options": options}
    (theirs,) = grafana.ask("transformed", [[frames, [change]]])
    notes: set[str] = set()
    found = shown(transform(ours(frames), {"transformations": [change]}, notes))
    assert not notes
    assert [[name for name, _ in one] for one in found] == [[n for n, _ in one] for one in theirs]
    for one, other in zip(found, theirs, strict=True):
        for (name, values), (_, expected) in zip(one, other, strict=True):
            assert [_plain(v) for v in values] == [_plain(v) for v in expected], name


def _plain(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return None
    return None if value == "NaN" else value


def test_a_transformation_that_is_not_known_is_noted() -> None:
    notes: set[str] = set()
    frames = ours(ONE)
    change = {"id": "spatial", "options": {}}
    assert transform(frames, {"transformations": [change]}, notes) == frames
    assert notes == {"the transformation 'spatial' is left out"}
    assert "spatial" not in KNOWN


def test_names_of_series(grafana: Any) -> None:
    several = [
        HOSTS,
        [series("A", None, [1], host="a"), series("A", None, [2], host="b")],
        NAMED,
        [series("A", "cpu", [1], host="a")],
        [series("A", None, [1])],
        TABLES,
    ]
    for frames, theirs in zip(several, grafana.ask("names", several), strict=True):
        found = ours(frames)
        name_fields(found)
        assert [[one.called for one in frame.fields] for frame in found] == theirs
