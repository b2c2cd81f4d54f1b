"""Answers of Prometheus's query API, as bytes, turned into DataFrames.

`instant` gives one row a series, `matrix` one column a series. Both read
https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats

A million samples are 34 MB of JSON. Building a Python object for each of their timestamps and
texts is what makes other readers slow, so here the samples of a series are left as bytes, stripped
of brackets and quotes, and read as one flat list of numbers. Labels never pass through that: they
are decoded as JSON, whatever characters they hold. Samples of any other shape are read one by one,
with the same result.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from lab_helpers.errors import WorkshopError
from lab_helpers.promql.histograms import Histogram, Native, histogram

TIME_DTYPE = pd.DatetimeTZDtype("us", "UTC")


class _Series(msgspec.Struct):
    """One series of a matrix; its samples stay JSON: `[[seconds, "number"], …]`."""

    metric: dict[str, str]
    values: msgspec.Raw = msgspec.Raw(b"[]")
    histograms: list[tuple[float, Native]] = []


class _Matrix(msgspec.Struct, rename="camel"):
    result_type: str
    result: list[_Series]


class _Sample(msgspec.Struct):
    """One series of a vector."""

    metric: dict[str, str]
    value: tuple[float, str] | None = None
    histogram: tuple[float, Native] | None = None

    def __post_init__(self) -> None:
        if self.value is None and self.histogram is None:
            raise ValueError("a series without a sample")


class _Result(msgspec.Struct, rename="camel"):
    result_type: str
    result: msgspec.Raw


class _MatrixAnswer(msgspec.Struct):
    data: _Matrix


class _Answer(msgspec.Struct):
    data: _Result


_matrix_answer = msgspec.json.Decoder(_MatrixAnswer)
_answer = msgspec.json.Decoder(_Answer)
_vector = msgspec.json.Decoder(list[_Sample])
_pair = msgspec.json.Decoder(tuple[float, str])
_numbers = msgspec.json.Decoder(list[float], strict=False)
_pairs = msgspec.json.Decoder(list[tuple[float, str]])


def instant(payload: bytes) -> pd.DataFrame:
    """Turn the answer of an instant query into a frame: labels, `timestamp`, `value`.

    payload: the body of a successful answer of `/api/v1/query`.

    A vector gives one row a series, a scalar or a string one row without labels, and a range
    selector such as `up[5m]` one row a sample. Rows stay in the order of the answer. Labels are
    text columns, "" where a series lacks the label (to Prometheus that is the same); `timestamp` is
    UTC, `value` float64, save that the value of a string is text. Where the answer has native
    histograms, a column `histogram` follows: a `Histogram` in their rows, where `value` is NaN, and
    None in the others. A label that is itself called like one of these columns is put into
    `label_timestamp`, `label_value` or `label_histogram`.

    Raises WorkshopError for bytes that are no such answer.
    """
    result = _decode(_answer, payload).data
    if result.result_type == "vector":
        samples = _decode(_vector, result.result)
        points: list[Any] = [s.value or s.histogram for s in samples]
        cells = [float(p[1]) if isinstance(p[1], str) else histogram(p[1]) for p in points]
        return _with_samples([s.metric for s in samples], [p[0] for p in points], cells)
    if result.result_type == "matrix":
        series = _decode(_matrix_answer, payload).data.result
        parsed = [_cells(s) for s in series]
        metrics = [s.metric for s, (times, _) in zip(series, parsed, strict=True) for _ in times]
        cells = [cell for _, row in parsed for cell in row]
        times = np.concatenate([np.empty(0), *(times for times, _ in parsed)])
        return _with_samples(metrics, times, cells)
    seconds, text = _decode(_pair, result.result)
    value: Any = float(text) if result.result_type == "scalar" else text
    return _with_samples([{}], [seconds], [value])


def matrix(payload: bytes) -> pd.DataFrame:
    """Turn the answer of a range query into a wide frame: one float64 column a series.

    payload: the body of a successful answer of `/api/v1/query_range`.

    The index, `timestamp`, is in UTC, sorted; a sample that a series lacks is NaN. `columns` says
    how the columns are named. A series with native histograms is a column of dtype object with a
    `Histogram` in each cell (`histograms.by_bucket` spreads it out); the others stay float64. An
    answer without series is a frame without rows and columns. Writing into the frame is safe: it
    shares memory with nothing.

    Raises WorkshopError for bytes that are no such answer.
    """
    data = _decode(_matrix_answer, payload).data
    if data.result_type != "matrix":
        raise _no_answer(f"its result is a {data.result_type}", payload)
    if any(s.histograms for s in data.result):
        return _mixed_matrix(data.result)
    parsed = [_samples(s) for s in data.result]
    names = columns([s.metric for s in data.result])
    if not parsed:
        return pd.DataFrame(index=_times(np.empty(0)), columns=names, dtype="float64")
    seconds = parsed[0][:, 0]
    if all(np.array_equal(p[:, 0], seconds) for p in parsed):
        values = np.stack([p[:, 1] for p in parsed])
    else:
        seconds = np.unique(np.concatenate([p[:, 0] for p in parsed]))
        values = np.full((len(parsed), len(seconds)), np.nan)
        for row, p in zip(values, parsed, strict=True):
            row[np.searchsorted(seconds, p[:, 0])] = p[:, 1]
    return pd.DataFrame(values.T, index=_times(seconds), columns=names, copy=False)


def _mixed_matrix(series: list[_Series]) -> pd.DataFrame:
    """The frame of an answer with native histograms: column by column, for they are not numbers."""
    found = [pd.Series(cells, index=_times(times)) for times, cells in map(_cells, series)]
    frame = pd.concat(found, axis=1, sort=True)
    frame.columns = columns([s.metric for s in series])
    return frame.rename_axis("timestamp")


def columns(metrics: list[dict[str, str]]) -> pd.Index:
    """Name series by the labels that tell them apart.

    metrics: the labels of each series, `__name__` among them.

    - One label does it: a plain Index of its values, named like the label. Where several would do,
      `instance` goes first, then the order of the answer.
    - Several are needed: a MultiIndex of every label that differs, one level each.
    - A lone series is named by its only label, else by its metric, else `value`.
    """
    if not metrics:
        return pd.Index([], dtype="str")
    labels = {name: [m.get(name, "") for m in metrics] for m in metrics for name in m}
    if len(metrics) == 1:
        only = [name for name in labels if name != "__name__"]
        if len(only) == 1:
            return pd.Index(labels[only[0]], name=only[0], dtype="str")
        return pd.Index(labels.get("__name__", ["value"]), dtype="str")
    differing = {name: values for name, values in labels.items() if len(set(values)) > 1}
    for name in sorted(differing, key="instance".__ne__):  # stable: the others keep their order
        if len(set(differing[name])) == len(metrics):
            return pd.Index(differing[name], name=name, dtype="str")
    return pd.MultiIndex.from_arrays(list(differing.values()), names=list(differing))


def label_columns(names: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Give each label a column name that is not `taken`: with `label_` in front where need be."""
    used, chosen = {*names, *taken}, {}
    for name in names:
        chosen[name] = name
        if name in taken:
            while chosen[name] in used:
                chosen[name] = f"label_{chosen[name]}"
            used.add(chosen[name])
    return chosen


def _decode(decoder: msgspec.json.Decoder[Any], payload: bytes | msgspec.Raw) -> Any:
    """Decode, or say what came instead of an answer of the query API."""
    try:
        return decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _no_answer(str(error), payload) from None


def _no_answer(reason: str, payload: bytes | msgspec.Raw) -> WorkshopError:
    start = bytes(payload)[:120].decode(errors="replace")
    return WorkshopError(
        f"This is no answer to such a query ({reason}). It begins: {start!r}. `instant` reads "
        "what /api/v1/query answers, `matrix` what /api/v1/query_range answers."
    )


def _samples(series: _Series) -> np.ndarray:
    """Read the samples of one series as an array of float64 with columns seconds and value."""
    text = bytes(series.values)
    if b"-" in text:  # the first look is by far the cheaper one
        text = text.replace(b'"-0"', b'"-0.0"')  # a whole number would lose its sign
    named = b"N" in text or b"I" in text  # NaN and Inf are read in quotes alone, and slower
    try:
        flat = _numbers.decode(b"[%b]" % text.translate(None, b"[]+" if named else b'[]+"'))
        return np.fromiter(flat, np.float64, len(flat)).reshape(-1, 2)
    except (msgspec.DecodeError, ValueError):
        pass  # not what Prometheus writes today: read it sample by sample
    pairs = _decode(_pairs, text)
    return np.array([(seconds, float(value)) for seconds, value in pairs]).reshape(-1, 2)


def _cells(series: _Series) -> tuple[np.ndarray, Any]:
    """The times of one series and what it has there: numbers, native histograms, or both."""
    numbers = _samples(series)
    if not series.histograms:
        return numbers[:, 0], numbers[:, 1]
    rows = [*numbers.tolist(), *((when, histogram(found)) for when, found in series.histograms)]
    rows.sort(key=lambda row: row[0])
    cells = np.empty(len(rows), dtype="object")
    cells[:] = [cell for _, cell in rows]
    return np.array([when for when, _ in rows], dtype="float64"), cells


def _times(seconds: Any) -> pd.DatetimeIndex:
    """Turn Unix seconds into UTC times. Prometheus counts in whole milliseconds; so does this."""
    milliseconds = np.rint(np.asarray(seconds, dtype="float64") * 1000).astype("int64")
    micros = (milliseconds * 1000).view("datetime64[us]")
    return pd.DatetimeIndex(micros, name="timestamp").tz_localize("UTC")


def _with_samples(metrics: list[dict[str, str]], seconds: Any, cells: list[Any]) -> pd.DataFrame:
    native = any(isinstance(cell, Histogram) for cell in cells)
    taken = ["timestamp", "value", *(["histogram"] if native else [])]
    names = label_columns(dict.fromkeys(name for m in metrics for name in m), taken)
    frame = pd.DataFrame(
        {column: [m.get(name, "") for m in metrics] for name, column in names.items()},
        index=range(len(metrics)),
        dtype="str",
    )
    frame["timestamp"] = _times(seconds)
    if cells and isinstance(cells[0], str):
        frame["value"] = pd.array(cells, dtype="str")
    elif native:
        is_one = [isinstance(cell, Histogram) for cell in cells]
        frame["value"] = pd.Series(cells, dtype="object").mask(is_one).astype("float64")
        frame["histogram"] = pd.Series(cells, dtype="object").where(is_one, None)
    else:
        frame["value"] = np.asarray(cells, dtype="float64")
    return frame
