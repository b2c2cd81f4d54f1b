"""Loading a page of many parts while other tests start and end containers.

A browser drops what it is loading when a network of the machine comes or goes, as other tests' do.
A reader would load the page again, and so does this.
"""

import time
from collections.abc import Callable

from playwright.sync_api import Error, Locator, Page, Request

PATIENCE = 120.0  # seconds
_DROPPED = "NETWORK_CHANGED"


def load(page: Page, address: str, *steps: Callable[[], Locator]) -> None:
    """Load a page, do each step on it, and wait until what the step answers is seen.

    All of it begins anew where the browser has dropped a part of the page.

    Raises:
        AssertionError: something does not come up.
    """
    dropped: list[str] = []

    def note(request: Request) -> None:
        if _DROPPED in (request.failure or ""):
            dropped.append(request.url)

    def comes(what: Locator) -> bool:
        while not what.is_visible() and not dropped:
            assert time.monotonic() < deadline, f"{what} does not come up"
            page.wait_for_timeout(100)
        return not dropped

    page.on("requestfailed", note)
    deadline = time.monotonic() + PATIENCE
    while True:
        dropped.clear()
        try:
            page.goto(address)
            if all(comes(step()) for step in steps):
                return
        except Error as problem:
            if _DROPPED not in str(problem) and not dropped:
                raise
            assert time.monotonic() < deadline, str(problem)
