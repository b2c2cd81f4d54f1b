"""Programs, judged by what they expose when they are scraped, or push."""

from .batch import BatchJob, Run
from .durations import Durations
from .exposition import Page, read_page
from .look import Request
from .metrics import Metric, NothingElse
from .pages import Program, Step

__all__ = [
    "BatchJob",
    "Durations",
    "Metric",
    "NothingElse",
    "Page",
    "Program",
    "Request",
    "Run",
    "Step",
    "read_page",
]
