"""What a judge looks at: a page, and the requests that led to it."""

import math
from dataclasses import dataclass
from typing import Protocol

from lab_helpers.grading.judges.program.exposition import Page

#: How far off a number is that has another unit.
UNITS = (1000, 1024, 1_000_000, 1024**2, 60, 10, 100, 3600)


@dataclass(frozen=True)
class Request:
    """A request to the program.

    status: what it answers by itself, with or without metrics.
    seconds: how long it takes at least.
    error: the exception that it ends with, as the program's log has it.
    """

    path: str
    method: str = "GET"
    status: int = 200
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True)
class Look:
    """A scraped page, and what led to it.

    before: the page at the end of the step before this one.
    asked: the names of everything that is asked for.
    requests, took: all requests so far, and the seconds until each was answered.
    """

    page: Page
    before: Page | None = None
    asked: frozenset[str] = frozenset()
    requests: tuple[Request, ...] = ()
    took: tuple[float, ...] = ()

    @property
    def failed(self) -> int:
        """How many of the requests ended with an error of the program's own."""
        return sum(request.status >= 500 for request in self.requests)


class Expected(Protocol):
    """Something that a page must say."""

    @property
    def name(self) -> str: ...

    def hold(self, look: Look) -> None:
        """Hold the page to it. Raises Found."""
        ...


def same(one: float | None, other: float) -> bool:
    """Whether two values are the same, apart from rounding."""
    return one is not None and math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
