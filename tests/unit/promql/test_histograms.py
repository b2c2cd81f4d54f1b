"""Native histograms in frames; what a real Prometheus answers is in tests/containers/promql."""

import math
from typing import Any

import pandas as pd
import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.promql import frames
from lab_helpers.promql.histograms import Histogram, by_bucket
from tests.unit.promql.test_frames import T, answer, series

ONE = {
    "count": "6",
    "sum": "-1.5",
    "buckets": [[1, "-2", "-1", "1"], [3, "-0.5", "0.5", "2"], [0, "1", "2", "3"]],
}
WEB = {"__name__": "latency", "job": "web"}


def native(*samples: dict[str, Any], **labels: str) -> dict[str, Any]:
    return {"metric": labels, "histograms": [[T + 60 * n, one] for n, one in enumerate(samples)]}


def test_a_vector_has_them_in_a_column_of_their_own() -> None:
    number = {"metric": {"job": "db"}, "value": [T, "7"]}
    frame = frames.instant(answer("vector", [{"metric": WEB, "histogram": [T, ONE]}, number]))
    assert list(frame.columns) == ["__name__", "job", "timestamp", "value", "histogram"]
    found = frame.histogram[0]
    assert (found.count, found.sum) == (6, -1.5)
    assert found.buckets.closed.tolist() == ["left", "both", "right"]
    assert found.buckets["count"].tolist() == [1, 2, 3]
    assert found.buckets.lower.tolist() == [-2, -0.5, 1]
    assert frame.value.dtype == "float64"
    assert math.isnan(frame.value[0])
    assert frame.value[1] == 7
    assert frame.histogram[1] is None
    assert repr(found) == "<Histogram count=6 sum=-1.5 buckets=3>"


def test_without_any_there_is_no_such_column_and_its_name_is_free() -> None:
    frame = frames.instant(
        answer("vector", [{"metric": {"histogram": "label"}, "value": [T, "1"]}])
    )
    assert list(frame.columns) == ["histogram", "timestamp", "value"]
    both = {"metric": {"histogram": "label"}, "histogram": [T, ONE]}
    assert "label_histogram" in frames.instant(answer("vector", [both])).columns


def test_a_range_selector_has_one_row_a_sample_of_either_kind() -> None:
    mixed = series(["1"], start=T - 60, job="a") | {"histograms": [[T, ONE]]}
    frame = frames.instant(answer("matrix", [mixed]))
    assert frame.value[0] == 1
    assert isinstance(frame.histogram[1], Histogram)
    assert frame.timestamp.is_monotonic_increasing


def test_a_range_query_has_them_in_cells_and_leaves_numbers_alone() -> None:
    empty = {"count": "0", "sum": "0"}
    found = frames.matrix(
        answer("matrix", [native(ONE, empty, job="a"), series(["1", "2", "3"], job="b")])
    )
    assert list(found.columns) == ["a", "b"]
    assert found["b"].dtype == "float64"
    assert found["a"].dtype == "object"
    assert found["a"].iloc[1] == Histogram(0, 0, found["a"].iloc[1].buckets)
    assert pd.isna(found["a"].iloc[2])
    spread = by_bucket(found["a"])
    assert list(spread.columns) == [-1, 0.5, 2]
    assert spread.iloc[0].tolist() == [1, 2, 3]
    assert spread.iloc[1].tolist() == [0, 0, 0]
    assert spread.iloc[2].isna().all()


@pytest.mark.parametrize(
    "sample", [{}, {"histogram": [T, {"count": "1"}]}, {"histogram": [T, "1"]}, {"value": None}]
)
def test_what_is_no_sample_is_refused(sample: dict[str, Any]) -> None:
    with pytest.raises(WorkshopError, match="no answer to such a query"):
        frames.instant(answer("vector", [{"metric": WEB, **sample}]))
