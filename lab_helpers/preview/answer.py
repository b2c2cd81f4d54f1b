"""What a data source said to a query of a panel."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass
class Answer:
    """What a query of a panel has for an answer.

    ``lines`` holds series over time, a column each, named by the legend; ``rows`` an instant's.
    ``step`` is how many seconds are between two points of ``lines`` when none is missing.
    """

    ref: str
    question: str
    lines: "DataFrame | None" = None
    rows: "DataFrame | None" = None
    step: float | None = None

    def with_gaps(self) -> "DataFrame":
        """``lines``, with a row of NaN for every step at which no series has a point."""
        import pandas as pd

        assert self.lines is not None
        if self.step is None or self.lines.empty:
            return self.lines
        first, last = self.lines.index[[0, -1]]
        every = pd.date_range(first, last, freq=pd.Timedelta(seconds=self.step))
        return self.lines.reindex(self.lines.index.union(every))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show: no series, or not a single number in them."""
        frame = self.lines if self.lines is not None else self.rows
        if frame is None or frame.empty:
            return True
        return bool(frame.select_dtypes("number").isna().all(axis=None))
