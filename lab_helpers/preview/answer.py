"""What a data source said to a query of a panel."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab_helpers.errors import WorkshopError

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass
class Answer:
    """What a query of a panel has for an answer.

    ``lines`` holds series over time, a column each, named by the legend; ``rows`` an instant's.
    ``step`` is how many seconds are between two points of ``lines`` when none is missing.
    ``labels`` are those of each column of ``lines`` or row of ``rows``; ``legends`` what the data
    source calls each, None where its labels do. ``target`` is the query as the panel has it.
    """

    ref: str
    question: str
    lines: "DataFrame | None" = None
    rows: "DataFrame | None" = None
    step: float | None = None
    labels: list[dict[str, str]] = field(default_factory=list)
    legends: list[str | None] = field(default_factory=list)
    target: dict[str, Any] = field(default_factory=dict)

    @property
    def has_series(self) -> bool:
        """Whether there is any series or row, be it one of no numbers."""
        frame = self.lines if self.lines is not None else self.rows
        return frame is not None and not frame.empty

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show: no series, or not a single number in them."""
        frame = self.lines if self.lines is not None else self.rows
        if frame is None or frame.empty:
            return True
        return bool(frame.select_dtypes("number").isna().all(axis=None))


class PanelFailed(WorkshopError):
    """A panel's query was refused, or not answered; the message names the panel."""


@dataclass
class Outcome:
    """What a panel's queries brought: the answers, and for the others why there is none."""

    answers: list[Answer] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
