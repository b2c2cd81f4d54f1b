"""Slides as a PDF, a page for each, printed by the browser of this machine."""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from lab_helpers.errors import WorkshopError
from lab_helpers.slides import chromium
from lab_helpers.slides.deck import Deck
from lab_helpers.slides.page import page

_ADDRESS = "http://slides.invalid/"  # nobody's: what is printed is handed to the browser


def print_to(folder: Path, notebook: Path) -> Path:
    """Write a chapter's slides to FOLDER/NAME.pdf; answers which file that is.

    Raises:
        WorkshopError: the notebook cannot be read, there is no browser, or nothing can be written.
    """
    deck = Deck.of(notebook)
    with sync_playwright() as machinery:
        browser = chromium.start(machinery)
        if browser is None:
            raise WorkshopError(
                "A PDF is printed by Chromium or Chrome, and this machine has neither: install one "
                "(Debian: apt-get install chromium), or open the slides, put ?view=print behind "
                "their address, and print from there."
            )
        content = printed(deck, browser)
        browser.close()
    path = folder / f"{deck.name}.pdf"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as problem:
        raise WorkshopError(f"{path} cannot be written: {problem.strerror}.") from None
    return path


def printed(deck: Deck, browser: Browser) -> bytes:
    """A deck as a PDF with a page for each slide, in light colours."""
    html = page(deck)
    sheet = browser.new_page(color_scheme="light")
    sheet.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html"))
    sheet.goto(f"{_ADDRESS}?view=print")
    sheet.wait_for_selector("html.ready")
    return sheet.pdf(prefer_css_page_size=True, print_background=True, tagged=True)
