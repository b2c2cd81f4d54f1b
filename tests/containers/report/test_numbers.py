"""Each number of the report is right: counted from the history's own story, or asked otherwise."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from lab_helpers import history
from lab_helpers.history.troubles import troubles
from lab_helpers.report import Report, past
from lab_helpers.report.document import Table
from lab_helpers.report.figures import Figures
from lab_helpers.report.incidents import FAILING, LEAST
from lab_helpers.services.prometheus import PrometheusContainer
from tests.containers.report.story import BEFORE, WEEK, grown, quantile

EVENTS = history.EVENTS
REQUESTS, DURATION = "shop_http_requests_total", "shop_http_request_duration_seconds"
NEARLY = 3e-4  # what Prometheus estimates at the ends of a range


@pytest.fixture(params=["this week", "the week before"])
def told(request: pytest.FixtureRequest, report: Report) -> tuple[Figures, slice]:
    """The numbers of a week, and its minutes in the story."""
    if request.param == "this week":
        return report.now, WEEK
    assert report.then is not None
    return report.then, BEFORE


def test_totals_are_the_storys(told: tuple[Figures, slice]) -> None:
    figures, when = told
    assert figures.requests == pytest.approx(grown(when, REQUESTS), rel=NEARLY)
    assert figures.failed == pytest.approx(grown(when, REQUESTS, status="5"), rel=2e-3)
    quick = grown(when, f"{DURATION}_bucket", le="0.1")
    assert figures.quick * figures.requests == pytest.approx(quick, rel=NEARLY)
    assert figures.orders == pytest.approx(grown(when, "shop_order_value_euros_count"), rel=NEARLY)
    assert figures.sales == pytest.approx(grown(when, "shop_order_value_euros_sum"), rel=NEARLY)
    assert figures.watched == 1.0


def test_pages_are_the_storys(told: tuple[Figures, slice]) -> None:
    figures, when = told
    assert set(figures.pages.index) == {"/", "/products", "/cart", "/checkout"}
    assert figures.pages["p95"].is_monotonic_decreasing
    for page in figures.pages.itertuples():
        where = {"route": str(page.Index)}
        assert page.requests == pytest.approx(grown(when, REQUESTS, **where), rel=NEARLY)
        assert page.failed == pytest.approx(grown(when, REQUESTS, status="5", **where), rel=4e-3)
        quick = grown(when, f"{DURATION}_bucket", le="0.1", **where)
        assert page.quick == pytest.approx(quick, rel=NEARLY)
        assert page.p50 == pytest.approx(quantile(when, 0.50, **where), rel=1e-3)
        assert page.p95 == pytest.approx(quantile(when, 0.95, **where), rel=1e-3)
    assert figures.p95 == pytest.approx(quantile(when, 0.95), rel=1e-3)


def test_hours_are_the_storys(told: tuple[Figures, slice]) -> None:
    figures, when = told
    assert len(figures.hourly) == 168 and figures.hourly["requests"].notna().all()
    for at in (0, 19, 94, 167):
        first = (WEEK.start if when is WEEK else 0) + at * 60
        hour = slice(max(first, 1), first + 60)
        assert figures.hourly["requests"].iloc[at] == pytest.approx(grown(hour, REQUESTS), rel=0.04)


def test_the_front_door_and_the_database_say_the_same(
    report: Report, prometheus: PrometheusContainer
) -> None:
    """Other metrics, of other programs, that nobody asked for the report."""

    def week(metric: str) -> float:
        return float(prometheus.query(f"sum(increase({metric}[1w]))", at=history.END).value[0])

    assert report.now.requests == pytest.approx(week("nginx_http_requests_total"), rel=NEARLY)
    commits = week('mysql_global_status_commands_total{command="commit"}')
    assert report.now.orders == pytest.approx(commits, rel=1e-3)


def test_the_incident_is_the_outage(report: Report) -> None:
    (incident,) = report.incidents
    assert (incident.start, incident.end) == (EVENTS["outage_start"], EVENTS["outage_end"])
    first = WEEK.start + (incident.start - history.START) // timedelta(minutes=1)
    down = slice(first, first + 25)
    assert incident.requests == pytest.approx(grown(down, REQUESTS), rel=1e-3)
    assert incident.failed == pytest.approx(grown(down, REQUESTS, status="5"), rel=1e-3)
    slow = grown(down, f"{DURATION}_count") - grown(down, f"{DURATION}_bucket", le="0.1")
    assert incident.slow == pytest.approx(slow, rel=1e-3)
    assert incident.seen == ("mysql mysql-exporter:9104, 22:10 to 22:35",)


def test_what_else_happened_is_the_storys(report: Report) -> None:
    assert [(event.at, event.length, event.what) for event in report.events] == [
        (EVENTS["gap_start"], EVENTS["gap_end"] - EVENTS["gap_start"],
         "shop web-1:8000 was not watched"),
        (EVENTS["release"], None, "version 1.9.0 of the shop was put to work"),
        (EVENTS["restart"], None, "shop web-2:8000 started again"),
    ]  # fmt: skip


def test_nothing_happened_in_the_week_before(prometheus: PrometheusContainer) -> None:
    report = Report.of(prometheus, "2026-W09")
    assert (report.incidents, report.events, report.then) == ([], [], None)
    assert "There were no incidents." in report.document.summary
    assert "Prometheus has no samples of the week before" in report.html


def test_another_seed_has_the_incidents_of_its_own_calendar() -> None:
    with PrometheusContainer("global: {scrape_interval: 1m}\n", history=8) as other:
        found = Report.of(other, past.WEEK).incidents
    at = {
        tuple((each - history.START) // timedelta(minutes=1) for each in (one.start, one.end))
        for one in found
    }
    happened = [trouble.when for trouble in troubles(8)]
    bad = {
        (t.when.start, t.when.stop)
        for t in troubles(8)
        if t.share > FAILING and t.when.stop - t.when.start >= LEAST
    }
    assert len(bad) >= 4 and bad <= at
    # A trouble that is slight in the mean has bad minutes too, where few come by.
    assert all(any(w.start <= a and b <= w.stop for w in happened) for a, b in at - bad)


def cells(report: Report, title: str) -> list[tuple[str, ...]]:
    blocks = [block for section in report.document.sections for block in section.blocks]
    (table,) = [block for block in blocks if isinstance(block, Table) and block.title == title]
    return list(table.rows)


def test_what_is_written_is_what_was_found(report: Report) -> None:
    requests, failed = grown(WEEK, REQUESTS), grown(WEEK, REQUESTS, status="5")
    promised, quick = cells(report, "The promises")
    assert promised == ("Requests that do not fail", "99.90 %", "99.76 %", "99.91 %", "✗ no")
    assert quick == ("Requests answered within 0.1 s", "90.00 %", "95.58 %", "97.18 %", "✓ yes")
    assert 99.76 <= 100 * (1 - failed / requests) < 99.77
    numbers = {row[0]: row[1:] for row in cells(report, "Both weeks")}
    assert number(numbers["Requests"][0]) == pytest.approx(requests, rel=NEARLY)
    assert number(numbers["Requests"][1]) == pytest.approx(grown(BEFORE, REQUESTS), rel=NEARLY)
    assert numbers["Failed requests"][2] == "+164.9 %"
    assert numbers["Requests that do not fail"][2] == "−0.14 points"
    (incident,) = cells(report, "The incidents")
    assert incident[:3] == ("Incident 1", "Thu 5 March, 22:10", "25 min")
    pages = cells(report, "Pages, the slowest first")
    assert [page[0] for page in pages] == ["/checkout", "/products", "/cart", "/"]
    assert [page[3] for page in pages] == ["478 ms", "100 ms", "83 ms", "39 ms"]


def test_a_notebook_has_both_weeks_in_a_table(report: Report) -> None:
    table = report.numbers
    assert table.index.tolist() == ["2026-W10", "2026-W09"]
    assert table["requests"].tolist() == [3_993_428, 3_998_313]
    assert table["available"].round(4).tolist() == [0.9977, 0.9991]
    assert table["sales"].dtype == "int64"


def number(text: str) -> float:
    return float(re.sub(r"[^0-9.]", "", text))


def test_pictures_are_described_by_the_same_numbers(report: Report) -> None:
    told = report.pictures["traffic"].alt
    busiest = report.now.hourly["requests"].max()
    assert f"{busiest:,.0f}" in told and "19:00" in told
    assert "1 hour below the line" in report.pictures["quickness"].alt
    assert "on Thursday" in report.pictures["failures"].alt
