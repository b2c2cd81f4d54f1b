"""What the report says: its sentences, tables and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from lab_helpers.report import pictures, words
from lab_helpers.report.document import Document, Paragraph, Section, Table
from lab_helpers.report.figures import AVAILABILITY, LATENCY, LIMIT, Figures
from lab_helpers.report.incidents import CALM, FAILING, LEAST, SLOW, Event, Incident

Happened = TypeVar("Happened", Incident, Event)
NOTHING = "—"
MOST = 12
"""Rows of a table of incidents or events; of more, the longest are shown."""


def document(
    now: Figures,
    then: Figures | None,
    why_not: str,
    incidents: Sequence[Incident],
    events: Sequence[Event],
    source: str,
) -> Document:
    """Write the report.

    then: the week before. why_not: where there is none, why nothing is compared.
    source: which Prometheus was asked.
    """
    notes = []
    if now.until < now.week.end:
        notes.append(f"The week is not over: these are its numbers up to {_at(now)}.")
    if now.watched < 0.995:
        notes.append(
            f"Prometheus has samples of {words.share(now.watched)} of that time; what happened in "
            "the rest is not in this report."
        )
    return Document(
        "The shop's week",
        f"{now.week} (week {now.week.number}), all times in UTC",
        (*_summary(now, incidents), *notes),
        (
            _promises(now, then),
            _incidents(longest(incidents), longest(events), len(incidents), len(events)),
            _traffic(now, then, longest(incidents)),
            _pages(now, then),
            _comparison(now, then, why_not, incidents),
            _made(now, source),
        ),
    )


def _at(figures: Figures) -> str:
    return words.moment(figures.until)


def _summary(now: Figures, incidents: Sequence[Incident]) -> tuple[str, ...]:
    kept = [now.available >= AVAILABILITY, now.quick >= LATENCY].count(True)
    promises = (
        "Neither of the two promises was",
        "One of the two promises was",
        "Both promises were",
    )
    lasted = [incident.length for incident in incidents]
    whole = sum(lasted[1:], lasted[0]) if lasted else None
    together = "" if whole is None else f", {words.length(whole)} long"
    if len(lasted) > 1:
        together += " together"
    verb = "was" if len(lasted) == 1 else "were"
    return (
        f"{promises[kept]} kept.",
        f"The shop answered {words.count(now.requests)} requests; {words.count(now.failed)} of "
        "them failed.",
        f"There {verb} {words.counted(len(lasted), 'incident')}{together}.",
    )


def _promises(now: Figures, then: Figures | None) -> Section:
    def row(what: str, promised: float, is_now: float, was: float | None) -> tuple[str, ...]:
        kept = "✓ yes" if is_now >= promised else "✗ no"
        before = NOTHING if was is None else words.share(was)
        return what, words.share(promised), words.share(is_now), before, kept

    table = Table(
        "The promises",
        ("Promise", "Promised", "This week", "Week before", "Kept"),
        (
            row(
                "Requests that do not fail",
                AVAILABILITY,
                now.available,
                then.available if then else None,
            ),
            row(
                f"Requests answered within {LIMIT:g} s",
                LATENCY,
                now.quick,
                then.quick if then else None,
            ),
        ),
    )
    allowed = (1 - AVAILABILITY) * now.requests
    used = now.budget_used
    many = f"{words.count(used)} times as many" if used >= 10 else f"{words.percent(used)} of that"
    budget = (
        f"The first promise allows {words.count(allowed)} failed requests; there were "
        f"{words.count(now.failed)}, {many}."
    )
    drawn = (pictures.failures(now, then), pictures.quickness(now)) if now.can_be_drawn else ()
    return Section("What we promised, and what we kept", (table, Paragraph(budget), *drawn))


def longest(happened: Sequence[Happened]) -> list[Happened]:
    """The longest of what happened, at most MOST, in their order; above all what has no length."""

    def length(each: Happened) -> timedelta:
        return timedelta.max if each.length is None else each.length

    kept = sorted(happened, key=length, reverse=True)[:MOST]
    return [each for each in happened if each in kept]


def _incidents(
    incidents: Sequence[Incident], events: Sequence[Event], all_incidents: int, all_events: int
) -> Section:
    told = Table(
        "The incidents" if all_incidents <= MOST else f"The longest of {all_incidents} incidents",
        ("Which", "Start", "Length", "What visitors saw", "What was down"),
        tuple(
            (
                f"Incident {number}",
                words.moment(incident.start),
                words.length(incident.length),
                f"{words.count(incident.failed)} of {words.count(incident.requests)} requests "
                f"failed, {words.count(incident.slow)} took longer than {LIMIT:g} s",
                "; ".join(incident.seen) or NOTHING,
            )
            for number, incident in enumerate(incidents, 1)
        ),
        numbers=5,
    )
    besides = Table(
        "What else happened" + (f": {MOST} of {all_events}" if all_events > MOST else ""),
        ("When", "Length", "What"),
        tuple(
            (words.moment(event.at), words.length(event.length) if event.length else NOTHING,
             event.what)
            for event in events
        ),
        numbers=3,
    )  # fmt: skip
    rule = (
        f"A minute is bad in which more than {words.percent(FAILING)} of the requests fail or more "
        f"than {words.percent(SLOW)} take longer than {LIMIT:g} s. An incident has at least "
        f"{LEAST} bad minutes; more than {CALM} good ones end it."
    )
    return Section(
        "Incidents",
        (
            told if incidents else Paragraph("There were none."),
            Paragraph(rule, small=True),
            besides if events else Paragraph("Nothing else happened that Prometheus knows of."),
        ),
    )


def _traffic(now: Figures, then: Figures | None, incidents: Sequence[Incident]) -> Section:
    sold = f"Customers placed {words.count(now.orders)} orders, worth {words.euros(now.sales)}."
    if not now.can_be_drawn:
        return Section("Traffic", (Paragraph(f"{sold} Pictures begin with a whole hour."),))
    requests = now.hourly["requests"]
    busiest = (
        f"The busiest hour began on {words.moment(requests.idxmax())}, with "
        f"{words.count(requests.max())} requests."
    )
    text = f"{busiest} {sold}"
    return Section("Traffic", (Paragraph(text), pictures.traffic(now, then, incidents)))


def _pages(now: Figures, then: Figures | None) -> Section:
    rows = []
    for page in now.pages.itertuples():
        known = then is not None and page.Index in then.pages.index
        earlier = then.pages.loc[page.Index, "p95"] if known and then is not None else None
        rows.append(
            (
                str(page.Index),
                words.count(page.requests),
                words.duration(page.p50),
                words.duration(page.p95),
                NOTHING if earlier is None else words.duration(earlier),
                words.share(page.quick / page.requests),
                words.count(page.failed),
            )
        )
    head = ("Page", "Requests", "Half within", "95 of 100 within", "Week before",
            f"Within {LIMIT:g} s", "Failed")  # fmt: skip
    note = (
        "A time within which half of the requests are answered, or 95 of 100, is an estimate: the "
        "shop counts requests between fixed bounds. The share within "
        f"{LIMIT:g} s is exact, for that is one of the bounds."
    )
    table = Table("Pages, the slowest first", head, tuple(rows))
    drawn = pictures.slowest(now, then)
    return Section("The slowest pages", (table, drawn, Paragraph(note, small=True)))


def _comparison(
    now: Figures, then: Figures | None, why_not: str, incidents: Sequence[Incident]
) -> Section:
    title = "Compared with the week before"
    if then is None:
        return Section(title, (Paragraph(why_not),))

    def numbers(what: str, of: str, write: object) -> tuple[str, ...]:
        is_now, was = getattr(now, of), getattr(then, of)
        assert callable(write)
        return what, write(is_now), write(was), words.change(is_now, was)

    def shares(what: str, of: str) -> tuple[str, ...]:
        is_now, was = getattr(now, of), getattr(then, of)
        points = words.signed((is_now - was) * 100, 2)
        return what, words.share(is_now), words.share(was), f"{points} points"

    rows = (
        numbers("Requests", "requests", words.count),
        numbers("Failed requests", "failed", words.count),
        numbers("Orders", "orders", words.count),
        numbers("Sales", "sales", words.euros),
        shares("Requests that do not fail", "available"),
        shares(f"Requests answered within {LIMIT:g} s", "quick"),
        numbers("Half of the requests within", "p50", words.duration),
        numbers("95 of 100 requests within", "p95", words.duration),
    )
    table = Table("Both weeks", ("Number", f"{now.week}", f"{then.week}", "Change"), rows)
    same = ""
    if now.until < now.week.end:
        same = f"The week before is taken up to {_at(then)}, too."
    return Section(title, (table, *([Paragraph(same)] if same else [])))


def _made(now: Figures, source: str) -> Section:
    text = (
        f"The numbers are answers of {source} to PromQL, such as "
        "sum(increase(shop_http_requests_total[7d])). A request has failed if its status is 5xx. "
        "Prometheus estimates what lies between two samples, so counts are right to about one in "
        "ten thousand."
    )
    return Section("How this was made", (Paragraph(text, small=True),))
