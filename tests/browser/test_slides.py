"""Slides in the browser: everything on each of them, in any light, by keyboard, and as a PDF."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat import v4, write
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from lab_helpers.slides import Deck, chapter
from lab_helpers.slides import page as html_of
from lab_helpers.slides.pdf import printed
from lab_helpers.slides.server import POLICY
from lab_helpers.waiting import wait_until
from tests.browser.axe import assert_accessible

CHAPTERS = [f"{number:02}" for number in range(11)]
LINES = 12
ADDRESS = "http://127.0.0.1:1/"  # nothing listens there: a page's every request is answered here
#: What of each slide cannot be seen: outside of it, or cut off by the box that it is in.
LOOK = """() => [...document.querySelectorAll(".slide")].flatMap((slide, number) => {
  const frame = slide.getBoundingClientRect();
  return [...slide.querySelectorAll(":not(aside, aside *)")].filter((part) => {
    const box = part.getBoundingClientRect();
    const cuts = getComputedStyle(part).overflowX !== "visible" && part.tabIndex < 0;
    return box.width && (box.bottom > frame.bottom + 1 || box.right > frame.right + 1
      || box.left < frame.left - 1 || box.top < frame.top - 1
      || cuts && part.scrollWidth > part.clientWidth + 2
      || cuts && part.scrollHeight > part.clientHeight + 2);
  }).map((part) => `slide ${number + 1}: ${part.outerHTML.slice(0, 200)}`);
})"""
#: All slides at once, each at its place, which is much quicker than one after the other.
TOGETHER = """.reveal .slides section {
  display: block !important; transform: none !important; visibility: visible !important;
}"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll(".slide *:not(aside, aside *)")]
  .filter((part) => [...part.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .map((part) => parseFloat(getComputedStyle(part).fontSize) * (part.currentCSSZoom ?? 1)))"""


@pytest.fixture
def screen(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    yield context.new_page()
    context.close()


def show(screen: Page, deck: Deck, view: str = "") -> list[str]:
    """Open a deck as the server hands it out; answers what the page asks for from now on."""
    asked: list[str] = []
    html, headers = html_of(deck), {"Content-Security-Policy": POLICY}
    screen.on("request", lambda request: asked.append(request.url))
    screen.route(
        "**/*",
        lambda route: route.fulfill(body=html, headers=headers, content_type="text/html"),
    )
    screen.goto(ADDRESS + view)
    screen.wait_for_selector("html.ready")
    return asked


def everything(folder: Path) -> Path:
    """A notebook with a cell of each kind, among them what is too much for one slide."""
    frame = "<table><thead><tr><th>label</th><th>value</th></tr></thead><tbody>" + (
        "<tr><td>one</td><td>2.5</td></tr>" * 30 + "</tbody></table>"
    )
    picture = '<img alt="A line that falls" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'

    def shown(html: str) -> list:
        return [v4.new_output("execute_result", {"text/html": html})]

    said = [v4.new_output("stream", text="\n".join(f"line {i} " + "wide " * 40 for i in range(30)))]
    failed = [v4.new_output("error", ename="WorkshopError", evalue="No Consul.", traceback=[])]
    long = "\n".join(f"value_{i} = measure({i})  # of the shop" for i in range(40))
    cells = [
        (
            v4.new_markdown_cell("# All there is\n\nWith `code` and a [link](https://a.org)."),
            "slide",
        ),
        (v4.new_markdown_cell("To the instructor: say hello."), "notes"),
        (v4.new_code_cell(long, outputs=said), "slide"),
        (v4.new_code_cell("frame", outputs=shown(frame)), "subslide"),
        (v4.new_code_cell("picture", outputs=shown(picture)), "fragment"),
        (v4.new_code_cell("fail()", outputs=failed), "-"),
        (v4.new_markdown_cell("> A quote\n\n" + "- A point.\n" * 16), "slide"),
        (v4.new_code_cell("%%solution 05.a\nsecret"), "skip"),
    ]
    for cell, kind in cells:
        cell.metadata["slideshow"] = {"slide_type": kind}
    path = folder / "05_everything.ipynb"
    write(v4.new_notebook(cells=[cell for cell, _ in cells]), path)
    return path


@pytest.mark.parametrize("number", CHAPTERS)
def test_everything_is_on_every_slide(screen: Page, number: str) -> None:
    asked = show(screen, Deck.of(chapter(number)))
    screen.add_style_tag(content=TOGETHER)
    assert not screen.evaluate(LOOK)
    assert screen.evaluate(SMALLEST) > 14
    screen.set_viewport_size({"width": 1920, "height": 1080})
    wait_until(lambda: screen.evaluate("Reveal.getScale() > 1.4"), "the slides follow")
    assert not screen.evaluate(LOOK)
    assert set(asked) == {ADDRESS}


def test_what_is_cut_off_is_found(screen: Page, tmp_path: Path) -> None:
    show(screen, Deck.of(everything(tmp_path)))
    screen.add_style_tag(content=TOGETHER)
    assert not screen.evaluate(LOOK)
    tall = "document.querySelector('.slide p').style.height = '800px'"
    screen.evaluate(tall)
    assert "slide 1: <div" in screen.evaluate(LOOK)[0]


def test_everybody_can_read_them(screen: Page, tmp_path: Path) -> None:
    deck = Deck.of(everything(tmp_path))
    show(screen, deck)
    assert_accessible(screen)
    show(screen, deck, "?view=print")  # all slides below each other
    assert len(screen.locator(".slide:visible").all()) > 6, "what is too much is on several"
    assert_accessible(screen)


def test_the_keyboard_does_everything(screen: Page, tmp_path: Path) -> None:
    show(screen, Deck.of(everything(tmp_path)))
    place = screen.locator(".place")
    many = place.inner_text().split(" of ")[1]
    screen.keyboard.press("Space")
    assert place.inner_text() == f"2 of {many}"
    screen.keyboard.press("ArrowLeft")
    assert place.inner_text() == f"1 of {many}"
    screen.keyboard.press("d")
    assert screen.get_by_role("button", name="Colours: dark").is_visible()
    for name in ("Previous slide", "Next slide", "Speaker (S)", "Colours: dark", "Keys (?)"):
        screen.keyboard.press("Tab")
        while screen.evaluate("document.activeElement.tagName") == "A":
            screen.keyboard.press("Tab")  # the links on the slide come first
        button = screen.get_by_role("button", name=name)
        assert button.evaluate("button => button === document.activeElement"), name
    screen.keyboard.press("Enter")
    screen.get_by_text("Dark or light").wait_for()
    screen.keyboard.press("Escape")
    screen.get_by_text("Dark or light").wait_for(state="detached")


def test_the_speaker_sees_notes_and_the_room_does_not(screen: Page, tmp_path: Path) -> None:
    show(screen, Deck.of(everything(tmp_path)))
    note = "To the instructor: say hello."
    assert not screen.get_by_text(note).first.is_visible()
    screen.context.route(
        "**/*",
        lambda route: route.fulfill(
            body=html_of(Deck.of(tmp_path / "05_everything.ipynb")), content_type="text/html"
        ),
    )
    with screen.expect_popup() as opened:
        screen.keyboard.press("s")
    speaker = opened.value
    speaker.get_by_text(note).first.wait_for()
    speaker.keyboard.press("ArrowRight")
    wait_until(lambda: screen.evaluate("Reveal.getSlidePastCount() === 1"), "the slides follow")


def test_a_page_of_a_pdf_for_each_slide(screen: Page, browser: Browser, tmp_path: Path) -> None:
    deck = Deck.of(everything(tmp_path))
    show(screen, deck)
    slides = screen.evaluate("Reveal.getTotalSlides()")
    pages = PdfReader(io.BytesIO(printed(deck, browser))).pages
    assert len(pages) == slides
    assert (pages[0].mediabox.width, pages[0].mediabox.height) == (960, 540)
    texts = [page.extract_text() for page in pages]
    assert "All there is" in texts[0]
    assert all(any(f"line {i} " in text for text in texts) for i in range(LINES))
    assert "say hello" not in "".join(texts)
