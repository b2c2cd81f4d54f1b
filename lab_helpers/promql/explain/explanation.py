"""A query that was taken apart."""

from collections.abc import Iterator
from dataclasses import dataclass

from lab_helpers.promql.explain.drawing import as_text
from lab_helpers.promql.explain.page import as_html
from lab_helpers.promql.explain.parts import Part
from lab_helpers.promql.explain.saying import time_word


@dataclass(frozen=True, repr=False)
class Explanation:
    """A query taken apart, at an instant (Unix seconds). A notebook draws it as a tree.

    Iterating gives its parts, from the top.
    """

    expr: str
    at: float
    top: Part

    def __iter__(self) -> Iterator[Part]:
        return iter(self.top)

    def __repr__(self) -> str:
        return as_text(self.top, f"at {time_word(self.at)}")

    def _repr_html_(self) -> str:
        return as_html(self.top, f"at {time_word(self.at)}")
