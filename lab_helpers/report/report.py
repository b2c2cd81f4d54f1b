"""The report of a week: asked of Prometheus, shown, and written into files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import pandas as pd

from lab_helpers.errors import PrometheusAway, PromQLError, WorkshopError
from lab_helpers.report import html, pdf
from lab_helpers.report.content import document
from lab_helpers.report.document import Document, Picture
from lab_helpers.report.figures import REQUESTS, Asked, Figures, ask
from lab_helpers.report.incidents import Event, Incident, happened, watched
from lab_helpers.report.minutes import Minutes
from lab_helpers.report.weeks import LENGTH, Week

ENOUGH = 0.95
"""A week is compared with one of which Prometheus watched at least this share."""


@dataclass(frozen=True)
class Report:
    """A week of the shop, for people who never open a dashboard.

    Attributes:
        now, then: the numbers of the week and of the one before; None where nothing can be said.
        incidents, events: what went wrong, and what else happened.
        document: what the report says, with its pictures.
    """

    now: Figures
    then: Figures | None
    incidents: list[Incident]
    events: list[Event]
    document: Document

    @classmethod
    def of(cls, prometheus: Asked, week: str | Week = "", source: str = "") -> Report:
        """Ask a Prometheus that watches the shop.

        week: its number, 2026-W10, or any day of it; by default the last one that is over.
        source: what the report calls this Prometheus, if not by its address.

        Raises:
            WorkshopError: the week is none, has not begun, or this Prometheus knows nothing of it.
            PrometheusAway: nobody answers.
        """
        now = datetime.now(UTC)
        chosen = week if isinstance(week, Week) else Week.of(week) if week else Week.latest(now)
        if chosen.start >= now:
            raise WorkshopError(f"Week {chosen.number}, {chosen}, has not begun.")
        _require_the_shop(prometheus)
        until = min(chosen.end, now.replace(second=0, microsecond=0))
        found = _minutes(prometheus, chosen, until)
        if found is None:
            raise WorkshopError(_nothing(prometheus, chosen, now))
        figures = _figures(found)
        earlier = _minutes(prometheus, chosen.before, until - LENGTH)
        then = _figures(earlier) if earlier else None
        why_not = _why_not(figures, then)
        incidents, events = happened(found)
        compared = None if why_not else then
        told = document(
            figures,
            compared,
            why_not,
            incidents,
            events,
            source or f"the Prometheus at {prometheus.url}",
        )
        return cls(figures, compared, incidents, events, told)

    @property
    def pictures(self) -> dict[str, Picture]:
        """Its pictures, by name: traffic, failures, quickness, slowest."""
        return self.document.pictures

    @property
    def name(self) -> str:
        """What its files are called, without an ending: shop-2026-W10."""
        return f"shop-{self.now.week.number}"

    @cached_property
    def html(self) -> str:
        """The page, with its pictures inside."""
        return html.page(self.document)

    @cached_property
    def pdf(self) -> bytes:
        """The PDF."""
        return pdf.pdf(self.document)

    @property
    def numbers(self) -> pd.DataFrame:
        """The numbers of the week and of the one before it, a row each.

        Counts, and euros, are whole numbers: `increase` is an estimate. p50 and p95 are seconds.
        """
        names = ("requests", "failed", "available", "quick", "p50", "p95", "orders", "sales")
        weeks = [each for each in (self.now, self.then) if each is not None]
        rows = [[getattr(each, name) for name in names] for each in weeks]
        index = pd.Index([each.week.number for each in weeks], name="week")
        found = pd.DataFrame(rows, index=index, columns=list(names))
        whole = ["requests", "failed", "orders", "sales"]
        return found.assign(**found[whole].round().astype("int64"))

    def write(self, folder: Path | str = "reports") -> list[Path]:
        """Write the page and the PDF into a folder, and say where they are.

        Raises:
            WorkshopError: that folder cannot be written.
        """
        place = Path(folder)
        files = [place / f"{self.name}.html", place / f"{self.name}.pdf"]
        try:
            place.mkdir(parents=True, exist_ok=True)
            for file, content in zip(files, (self.html.encode(), self.pdf), strict=True):
                file.write_bytes(content)
        except OSError as problem:
            raise WorkshopError(
                f"The report cannot be written into {place}: {problem.strerror}. Name another "
                "folder."
            ) from None
        return files


def _minutes(prometheus: Asked, week: Week, until: datetime) -> Minutes | None:
    """The week so far, if there is a minute of it and Prometheus has samples of that."""
    return Minutes.of(prometheus, week, until) if until > week.start else None


def _figures(minutes: Minutes) -> Figures:
    there = float(watched(minutes).mean())
    return ask(minutes.prometheus, minutes.week, minutes.until, there)


def _why_not(now: Figures, then: Figures | None) -> str:
    """Why the two weeks are not compared; nothing if they are."""
    if then is None:
        return "Prometheus has no samples of the week before, so there is nothing to compare with."
    for figures, which in ((now, "this week"), (then, "the week before")):
        if figures.watched < ENOUGH:
            return (
                f"Prometheus watched only part of {which}: a comparison of the two would say "
                "nothing."
            )
    return ""


def _require_the_shop(prometheus: Asked) -> None:
    """Make sure that this is a Prometheus, and that it has the shop's metrics."""
    try:
        metrics = prometheus.raw("label/__name__/values")
    except PrometheusAway:
        raise
    except PromQLError as problem:
        first, *_ = str(problem).splitlines()
        raise WorkshopError(f"What answers at {prometheus.url} is no Prometheus. {first}") from None
    if REQUESTS not in metrics:
        raise WorkshopError(
            f"The Prometheus at {prometheus.url} does not watch the shop: it has no {REQUESTS}."
        )


def _nothing(prometheus: Asked, week: Week, now: datetime) -> str:
    """Which weeks there are instead of one of which there is nothing, in a sentence."""
    last = Week.around(now.date()).end
    year = prometheus.query_range(
        f"max(present_over_time({REQUESTS}[7d]))", last - 53 * LENGTH, last, step=LENGTH
    )
    weeks = [Week((end - LENGTH).to_pydatetime()).number for end in year.index]
    there = f"it has {', '.join(weeks)}" if weeks else "nor of any other week within a year"
    return (
        f"The Prometheus at {prometheus.url} has no samples of the shop in week {week.number}, "
        f"{week}; {there}."
    )
