"""A page loads whole, whatever comes and goes on the machine beside it."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser

from lab_helpers.lab import Lab
from lab_helpers.services.shop import MemcachedContainer

PARTS = "".join(f"<script src=/{i}></script>" for i in range(300))


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(PARTS.encode() if self.path == "/" else b"//")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def two_labs() -> None:
    for _ in range(2):
        with Lab(MemcachedContainer()):
            pass


def test_nothing_is_dropped_when_networks_come_and_go(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page, dropped, loads = context.new_page(), [], 0
    page.on("requestfailed", lambda request: dropped.append(request.failure))
    with ThreadPoolExecutor(1) as beside:
        while loads < 2:  # on a busy machine one page takes as long as two labs
            labs = beside.submit(two_labs)
            while not labs.done():
                page.goto(address)
                loads += 1
            labs.result()
    context.close()
    assert not dropped
