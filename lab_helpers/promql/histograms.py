"""Native histograms of an answer, as objects that a frame can hold.

A native histogram is one sample with many buckets. Read from
https://prometheus.io/docs/prometheus/latest/querying/api/#native-histograms
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pandas as pd

_CLOSED = ("right", "left", "neither", "both")  # the API's boundary rules, 0 to 3


@dataclass(frozen=True, eq=False)
class Histogram:
    """One native histogram.

    count: how many observations. sum: of all of them. After `rate` both are per second.
    buckets: a row a bucket that holds something, from the lowest on: `lower` and `upper` (its
        bounds), `closed` ("right", "left", "neither" or "both": which bound belongs to it, as in
        `pandas.Interval`), `count` (in this bucket alone).
    """

    count: float
    sum: float
    buckets: pd.DataFrame

    def __repr__(self) -> str:
        return f"<Histogram count={self.count:g} sum={self.sum:g} buckets={len(self.buckets)}>"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Histogram)
            and (self.count, self.sum) == (other.count, other.sum)
            and self.buckets.equals(other.buckets)
        )

    __hash__ = None  # type: ignore[assignment]


class Native(msgspec.Struct):
    """A native histogram as the API writes it: numbers as text, a bucket as a list of four."""

    count: str
    sum: str
    buckets: list[tuple[int, str, str, str]] = []  # boundary rule, lower, upper, count


def histogram(found: Native) -> Histogram:
    """Read the numbers of one."""
    rows = found.buckets
    buckets = pd.DataFrame(
        {
            "lower": np.array([row[1] for row in rows], dtype="float64"),
            "upper": np.array([row[2] for row in rows], dtype="float64"),
            "closed": pd.array([_CLOSED[row[0]] for row in rows], dtype="str"),
            "count": np.array([row[3] for row in rows], dtype="float64"),
        }
    )
    return Histogram(float(found.count), float(found.sum), buckets)


def by_bucket(column: Iterable[Any]) -> pd.DataFrame:
    """Spread a column of histograms out: a column a bucket, named by its upper bound.

    column: of a range query's frame. Gives a frame with the same index; in each cell what lies in
        this bucket alone, 0 where nothing does, NaN where there was no histogram. This is what
        `plots.buckets` draws.
    """
    series = pd.Series(column)
    rows = [
        dict(zip(cell.buckets["upper"], cell.buckets["count"], strict=True))
        if isinstance(cell, Histogram)
        else None
        for cell in series
    ]
    bounds = sorted({bound for row in rows if row is not None for bound in row})
    cells = [[np.nan if row is None else row.get(b, 0.0) for b in bounds] for row in rows]
    return pd.DataFrame(cells, index=series.index, columns=bounds, dtype="float64")
