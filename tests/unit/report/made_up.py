"""A report of a week that never was, without any Prometheus."""

from datetime import UTC, datetime, timedelta

import pandas as pd

from lab_helpers.report.content import document
from lab_helpers.report.document import Document
from lab_helpers.report.figures import Figures
from lab_helpers.report.incidents import Event, Incident
from lab_helpers.report.report import Report
from lab_helpers.report.weeks import Week

WEEK = Week.of("2026-W10")


def figures(
    week: Week = WEEK,
    failed: float = 20.0,
    watched: float = 1.0,
    until: datetime | None = None,
) -> Figures:
    """Numbers of a week with two pages and 16,800 requests."""
    end = until or week.end
    hours = pd.date_range(week.start, end - timedelta(hours=1), freq="h")
    hourly = pd.DataFrame({"requests": 100.0, "failed": failed / 168, "quick": 95.0}, index=hours)
    pages = pd.DataFrame(
        {
            "requests": [6_000.0, 10_800.0],
            "failed": [failed, 0.0],
            "quick": [5_000.0, 10_700.0],
            "p50": [0.04, 0.01],
            "p95": [1.25, 0.0871],
        },
        index=pd.Index(["/<check>&out", "/"], name="route"),
    )
    return Figures(week, end, 1_234.0, 5_678.9, 0.02, 0.09, hourly, pages, watched)


def incident(day: int = 5, minutes: int = 65) -> Incident:
    start = datetime(2026, 3, day, 22, 10, tzinfo=UTC)
    return Incident(
        start, start + timedelta(minutes=minutes), 4_000.0, 3_000.0, 3_100.0, ("mysql <x>",)
    )


def made_up(
    now: Figures | None = None, then: Figures | None = None, why_not: str = "No week before."
) -> Document:
    happened = [Event(WEEK.start, "version 2 & more", None)]
    return document(now or figures(), then, why_not, [incident()], happened, "a Prometheus")


def report() -> Report:
    now, then = figures(), figures(WEEK.before, failed=10.0)
    return Report(now, then, [incident()], [], made_up(now, then, ""))
