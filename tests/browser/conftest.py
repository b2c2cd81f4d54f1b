"""The browser of this machine, and a window of it for each test."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from lab_helpers.services.base import Service
from lab_helpers.slides import chromium
from tests.browser import reader as readers
from tests.browser.reader import Reader

#: The one to start it with: other tests' networks come and go.
UNDISTURBED = Path(__file__).with_name("undisturbed.py") if sys.platform == "linux" else None

expect.set_options(timeout=readers.PATIENCE)  # as a page's own: 5 s else


@pytest.fixture(scope="module")  # as long as it is there, its loop runs: nobody else may have one
def browser() -> Iterator[Browser]:
    with sync_playwright() as machinery:
        found = chromium.start(machinery, UNDISTURBED)
        if found is None:
            pytest.skip("there is no Chromium on this machine (Debian: apt-get install chromium)")
        yield found
        found.close()


@pytest.fixture
def reader(browser: Browser) -> Iterator[Reader]:
    """A window of 900 px, the width of a page of the workshop, with two pixels to each of them."""
    context = browser.new_context(viewport={"width": 900, "height": 600}, device_scale_factor=2)
    yield Reader(context.new_page())
    context.close()


def need_pages(service: Service) -> None:
    """Skip where a running service has no web pages of upstream's."""
    if why := readers.why_no_pages(service):
        pytest.skip(why)
