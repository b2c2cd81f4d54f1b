"""Programs, judged by what they expose when they are scraped, or push."""

from lab_helpers.grading.judges.program.batch import BatchJob, Run
from lab_helpers.grading.judges.program.durations import Durations
from lab_helpers.grading.judges.program.exposition import Page, read_page
from lab_helpers.grading.judges.program.look import Request
from lab_helpers.grading.judges.program.metrics import Metric, NothingElse
from lab_helpers.grading.judges.program.pages import Program, Step

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
