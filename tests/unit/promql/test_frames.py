"""Frames hold what Prometheus answered, to the last bit, whatever the labels are made of."""

import json
import math
import random
import struct
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.promql import frames

T = 1_772_445_600  # 2026-03-02 10:00 UTC
AWKWARD = {
    "quotes": 'say "up"',
    "brackets": '"values":[[1,"2"]],]}',
    "escapes": "back\\slash \n tab\t NaN +Inf",
    "unicode": "Zürich ☕ 東京 \U0001f6d2",
    "empty": "",
}


def answer(kind: str, result: Any, compact: bool = True) -> bytes:
    """Write an answer as Prometheus does: no spaces, characters beyond ASCII as they are."""
    body = {"status": "success", "data": {"resultType": kind, "result": result}}
    separators = (",", ":") if compact else None
    return json.dumps(body, ensure_ascii=False, separators=separators).encode()


def series(values: list[str], start: float = T, step: float = 60, **labels: str) -> dict[str, Any]:
    pairs = [[start + n * step, value] for n, value in enumerate(values)]
    return {"metric": labels, "values": pairs}


def bits(number: float) -> bytes:
    return struct.pack("<d", number)


def test_a_vector_is_one_row_a_series() -> None:
    frame = frames.instant(
        answer(
            "vector",
            [
                {"metric": {"__name__": "up", "job": "web"}, "value": [T + 0.781, "1"]},
                {"metric": {"__name__": "up", "zone": "b"}, "value": [T + 0.781, "0"]},
            ],
        )
    )
    assert list(frame.columns) == ["__name__", "job", "zone", "timestamp", "value"]
    assert frame.timestamp.dtype == "datetime64[us, UTC]"
    assert frame.timestamp[0] == pd.Timestamp("2026-03-02 10:00:00.781", tz="UTC")
    assert frame.value.dtype == "float64"
    assert frame.value.tolist() == [1, 0]
    assert frame.job.tolist() == ["web", ""], "a label that is not there is an empty one"


def test_names_in_utf8_are_names_like_others() -> None:
    """Prometheus 3 takes any UTF-8 as the name of a metric or of a label."""
    metric = {"__name__": "http.server.duration", "http.route": "/cart", "größe": "L", "a b": "1"}
    frame = frames.instant(answer("vector", [{"metric": metric, "value": [T, "1"]}]))
    assert frame.loc[0, list(metric)].to_dict() == metric
    other = metric | {"http.route": "/"}
    both = [series(["1"]) | {"metric": m} for m in (metric, other)]
    wide = frames.matrix(answer("matrix", both))
    assert wide.columns.name == "http.route"


def test_scalar_and_string_are_one_row_without_labels() -> None:
    scalar = frames.instant(answer("scalar", [T, "-Inf"]))
    assert list(scalar.columns) == ["timestamp", "value"]
    assert scalar.value.tolist() == [-math.inf]
    string = frames.instant(answer("string", [T, "-Inf"]))
    assert string.value.tolist() == ["-Inf"]


def test_a_range_selector_is_one_row_a_sample() -> None:
    two = [series(["1", "2"], job="a"), series(["3"], start=T + 5, job="b")]
    frame = frames.instant(answer("matrix", two))
    assert frame.job.tolist() == ["a", "a", "b"]
    assert frame.value.tolist() == [1, 2, 3]
    assert (frame.timestamp - frame.timestamp[0]).dt.total_seconds().tolist() == [0, 60, 5]


@pytest.mark.parametrize("kind", ["vector", "matrix"])
def test_an_empty_answer_is_an_empty_frame(kind: str) -> None:
    frame = frames.instant(answer(kind, []))
    assert len(frame) == 0
    assert frame.value.sum() == 0
    assert frame.dtypes.to_dict() == {"timestamp": "datetime64[us, UTC]", "value": "float64"}


def test_an_empty_matrix_is_an_empty_frame() -> None:
    frame = frames.matrix(answer("matrix", []))
    assert frame.shape == (0, 0)
    assert isinstance(frame.index, pd.DatetimeIndex)
    assert str(frame.index.tz) == "UTC"
    assert frame.sum().dtype == "float64"


def test_labels_called_value_and_timestamp_are_kept_beside_the_sample() -> None:
    labels = {"value": "v", "timestamp": "t", "label_value": "other"}
    row = frames.instant(answer("vector", [{"metric": labels, "value": [T, "7"]}])).iloc[0]
    assert row["value"] == 7
    assert row["label_value"] == "other"
    assert row["label_label_value"] == "v"
    assert row["label_timestamp"] == "t"
    wide = frames.matrix(answer("matrix", [series(["7"], value="a"), series(["8"], value="b")]))
    assert wide["b"].tolist() == [8]


@pytest.mark.parametrize("compact", [True, False])
def test_any_character_may_stand_in_a_label(compact: bool) -> None:
    result = [{"metric": AWKWARD, "value": [T, "1"]}]
    assert frames.instant(answer("vector", result, compact)).iloc[0][list(AWKWARD)].to_dict() == (
        AWKWARD
    )
    many = [series([str(n), "2.5"], text=text) for n, text in enumerate(AWKWARD.values())]
    frame = frames.matrix(answer("matrix", many, compact))
    assert list(frame.columns) == list(AWKWARD.values())
    assert frame.iloc[0].tolist() == [0, 1, 2, 3, 4]


def test_escaped_labels_are_unescaped() -> None:
    body = (
        rb'{"data":{"resultType":"matrix","result":[{"metric":{"a":"\u00fc\"],[\\"},'
        rb'"values":[[1,"2"]]}]}}'
    )
    assert frames.matrix(body).columns.tolist() == ['ü"],[\\']


NUMBERS = [
    "0", "-0", "1", "-1", "+Inf", "-Inf", "NaN", "5e-324", "1e-07", "1.7976931348623157e+308",
    "2.2250738585072011e-308", "9007199254740993", "123456789012345678901", "1e+21", "0.1",
    "18446744073709551616", "4.35", "-0.000001", "1.7014118346046923e+38",
]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_are_right_to_the_last_bit(number: str) -> None:
    """Each alone and among others, for one odd sample changes how its whole series is read."""
    for values in ([number], ["1.5", number, "-2"]):
        frame = frames.matrix(answer("matrix", [series(values, job="a")]))
        assert [bits(v) for v in frame["a"]] == [bits(float(v)) for v in values]
        long = frames.instant(answer("matrix", [series(values, job="a")]))
        assert [bits(v) for v in long.value] == [bits(float(v)) for v in values]
    vector = frames.instant(answer("vector", [{"metric": {}, "value": [T, number]}]))
    assert bits(vector.value[0]) == bits(float(number))


def test_a_thousand_random_doubles_survive() -> None:
    source = random.Random(20260302)
    doubles = [struct.unpack("<d", source.randbytes(8))[0] for _ in range(1000)]
    texts = [repr(d).replace("inf", "+Inf").replace("nan", "NaN") for d in doubles if d == d]
    for part in (texts, [*texts, "NaN"], [*texts, "-0"]):
        frame = frames.matrix(answer("matrix", [series(part, job="a")]))
        assert [bits(v) for v in frame["a"]] == [bits(float(t)) for t in part]


def test_ragged_series_share_one_index_and_lack_with_nan() -> None:
    first = series(["1", "2", "3"], job="a")
    late = series(["20", "30"], start=T + 60, job="b")
    between = series(["5"], start=T + 90, job="c")
    frame = frames.matrix(answer("matrix", [first, late, between]))
    assert frame.index.is_monotonic_increasing
    assert [(t - frame.index[0]).total_seconds() for t in frame.index] == [0, 60, 90, 120]
    expected = [[1, math.nan, math.nan], [2, 20, math.nan], [math.nan, math.nan, 5]]
    np.testing.assert_array_equal(frame.iloc[:3].to_numpy(), expected)
    assert (frame.dtypes == "float64").all()


def test_series_of_one_length_at_other_times_are_not_taken_for_one_grid() -> None:
    frame = frames.matrix(answer("matrix", [series(["1"], job="a"), series(["2"], T + 1, job="b")]))
    assert frame.shape == (2, 2)
    assert frame.isna().sum().sum() == 2


def test_times_are_whole_milliseconds() -> None:
    frame = frames.matrix(answer("matrix", [series(["1"] * 999, T + 0.001, 0.001, job="a")]))
    assert frame.index.dtype == "datetime64[us, UTC]"
    assert (frame.index.microsecond == np.arange(1, 1000) * 1000).all()


def test_a_frame_may_be_written_into() -> None:
    frame = frames.matrix(answer("matrix", [series(["1", "2"], job="a")]))
    frame.iloc[0, 0] = 9.0
    assert frame["a"].tolist() == [9, 2]


@pytest.mark.parametrize(
    ("metrics", "name", "expected"),
    [
        ([{"instance": "web-1"}, {"instance": "web-2"}], "instance", ["web-1", "web-2"]),
        ([{"__name__": "up", "job": "a"}, {"__name__": "up", "job": "b"}], "job", ["a", "b"]),
        ([{"job": "a", "instance": "x"}, {"job": "b", "instance": "y"}], "instance", ["x", "y"]),
        ([{"__name__": "a", "job": "j"}, {"__name__": "b", "job": "j"}], "__name__", ["a", "b"]),
        ([{"job": "a"}, {}], "job", ["a", ""]),
        ([{}], None, ["value"]),
        ([{"__name__": "up", "job": "a", "instance": "x"}], None, ["up"]),
        ([{"job": "a", "instance": "x"}], None, ["value"]),
        ([{"instance": "web-1"}], "instance", ["web-1"]),
        ([{"__name__": "up", "instance": "web-1"}], "instance", ["web-1"]),
    ],
)
def test_columns_that_one_label_names(
    metrics: list[dict[str, str]], name: str | None, expected: list[str]
) -> None:
    found = frames.columns(metrics)
    assert found.nlevels == 1
    assert found.name == name
    assert found.tolist() == expected


def test_columns_that_take_several_labels() -> None:
    pairs = [("GET", "/"), ("GET", "/cart"), ("POST", "/cart")]
    found = frames.columns([{"job": "web", "method": m, "route": r} for m, r in pairs])
    assert found.names == ["method", "route"]
    assert found.tolist() == pairs


def test_samples_of_another_shape_take_the_slow_way_to_the_same_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = answer("matrix", [series(NUMBERS, job="a"), series(NUMBERS[::-1], job="b")])
    quick = frames.matrix(body)
    monkeypatch.setattr(frames, "_numbers", msgspec.json.Decoder(list[bool]))
    slow = frames.matrix(body)
    assert quick.to_numpy().tobytes() == slow.to_numpy().tobytes()
    pd.testing.assert_frame_equal(quick, slow)


def test_whatever_prometheus_writes_is_read_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_pairs", None)
    for number in NUMBERS:
        assert len(frames.matrix(answer("matrix", [series([number, "1.5"], job="a")]))) == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"{}", b"[]", b'{"data":{"resultType":"matrix","result":[{}]}}', b"\xff\xfe"],
)
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(WorkshopError, match="no answer to such a query"):
        frames.matrix(body)


def test_a_vector_is_no_matrix() -> None:
    with pytest.raises(WorkshopError, match="instant"):
        frames.matrix(answer("scalar", [T, "1"]))
    with pytest.raises(WorkshopError, match="instant"):
        frames.matrix(answer("vector", [{"metric": {}, "value": [T, "1"]}]))
