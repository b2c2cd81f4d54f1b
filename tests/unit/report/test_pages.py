"""The report as a page and as a PDF: whole, escaped, and readable by those who see no pictures."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from pypdf import PdfReader

from lab_helpers.report import html, pdf
from lab_helpers.report.content import document, longest
from lab_helpers.report.document import Document, Picture, Section
from lab_helpers.report.incidents import Event
from tests.unit.report.made_up import WEEK, figures, incident, made_up

DOCUMENT = made_up(then=figures(WEEK.before), why_not="")


@pytest.fixture(scope="module")
def page() -> str:
    return html.page(DOCUMENT)


class Tags(HTMLParser):
    """The tags of a page, with their attributes; and that each is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("img", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_the_page_is_one_file_that_asks_nobody(page: str) -> None:
    assert not re.search(r"https?:|url\(|@import|<script|<link", page)
    assert all(
        str(image["src"]).startswith("data:image/png;base64,") for image in Tags(page).all("img")
    )


def test_each_picture_is_there_for_light_and_dark_and_in_words(page: str) -> None:
    images = Tags(page).all("img")
    assert [image["class"] for image in images] == ["light", "dark"] * 4
    assert {image["alt"] for image in images} == {p.alt for p in DOCUMENT.pictures.values()}
    assert set(DOCUMENT.pictures) == {"failures", "quickness", "traffic", "slowest"}
    assert all(re.search(r"\d", picture.alt) for picture in DOCUMENT.pictures.values())
    assert all(p.light != p.dark and p.light[:4] == b"\x89PNG" for p in DOCUMENT.pictures.values())


def test_what_prometheus_says_is_no_markup(page: str) -> None:
    assert "/&lt;check&gt;&amp;out" in page and "<check>" not in page
    assert "mysql &lt;x&gt;" in page


def test_a_phone_gets_the_name_of_each_cell(page: str) -> None:
    cells = Tags(page).all("td")
    assert cells and all(cell["data-of"] for cell in cells)
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in Tags(page).all(
        "meta"
    )


def text_of(document: Document) -> str:
    pages = PdfReader(io.BytesIO(pdf.pdf(document))).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def test_the_pdf_has_the_words_of_the_page() -> None:
    text = text_of(DOCUMENT)
    assert all(sentence in text for sentence in DOCUMENT.summary)
    assert all(section.title in text for section in DOCUMENT.sections)
    for cell in ("/<check>&out", "1.2 s", "87 ms", "€5,679", "✗ no", "16,800"):
        assert cell in text, cell
    assert "requests per hour" in text  # the words in pictures are words too


def test_the_pdf_is_tagged_and_describes_its_pictures() -> None:
    reader = PdfReader(io.BytesIO(pdf.pdf(DOCUMENT)))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en"
    kinds: list[Any] = []
    described: list[Any] = []
    waiting = [root["/StructTreeRoot"]["/K"]]
    while waiting:
        node = waiting.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            kinds.append(node.get("/S"))
            described += [node["/Alt"]] if "/Alt" in node else []
            waiting += [node["/K"]] if "/K" in node else []
    assert set(described) == {picture.alt for picture in DOCUMENT.pictures.values()}
    assert {"/H1", "/Table", "/TH", "/TD", "/Figure", "/P"} <= set(kinds)
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_the_same_report_is_the_same_bytes() -> None:
    assert pdf.pdf(DOCUMENT) == pdf.pdf(DOCUMENT)


def test_a_picture_without_a_description_gets_into_no_pdf() -> None:
    mute = Picture("mute", "Mute", "", DOCUMENT.pictures["traffic"].drawn)
    document = Document("A", "B", (), (Section("C", (mute,)),))
    with pytest.raises(Exception, match=r"alt(ernative)?"):
        pdf.pdf(document)


def test_without_a_week_before_the_page_says_so() -> None:
    page = html.page(made_up(why_not="Prometheus has no samples of the week before."))
    assert "Prometheus has no samples of the week before." in page
    assert "Both weeks" not in page and "A dashed line beside it" not in page


def test_of_many_incidents_the_longest_are_shown_in_their_order() -> None:
    many = [incident(day=2 + n % 7, minutes=5 + n) for n in range(30)]
    shown = longest(many)
    assert [each.length.seconds // 60 for each in shown] == list(range(23, 35))
    assert longest(many[:3]) == many[:3]
    release = Event(WEEK.start, "a release")
    outages = [Event(WEEK.start, "down", timedelta(minutes=n)) for n in range(1, 20)]
    assert longest([*outages, release])[-1] == release
    told = document(figures(), None, "", many, [], "a Prometheus")
    assert "There were 30 incidents, 9 h 45 min long together." in told.summary
    assert "The longest of 30 incidents" in html.page(told)


def test_a_week_that_goes_on_or_was_half_watched_says_so() -> None:
    until = WEEK.start + timedelta(days=3, hours=12)
    going_on = made_up(figures(until=until))
    assert (
        "The week is not over: these are its numbers up to Thu 5 March, 12:00." in going_on.summary
    )
    half = made_up(figures(watched=0.3))
    assert half.summary[-1].startswith("Prometheus has samples of 30.00 % of that time")
    assert len(made_up().summary) == 3
