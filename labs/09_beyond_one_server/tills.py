"""Tills of the shop's branches: a page with as many series as it is told to have.

    python3 tills.py [SERIES]

Twenty tills to a branch; till 07 sells one thing every 7 seconds. ``/set?series=1000&churn=0.1``
changes how many series the page has, and which share of them gets another name (a new release of
the till's software) at each scrape.
"""

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

TILLS = 20
HEAD = b"# HELP till_sales_total Things sold.\n# TYPE till_sales_total counter\n"
BEGAN = time.time() - 3600  # the shop has been open for an hour


class Page:
    """The page, as it is now."""

    def __init__(self, series: int) -> None:
        self.churn = 0.0
        self.resize(series)

    def resize(self, series: int) -> None:
        """Have so many series, all of the first release."""
        self.releases = [1] * series
        self.lines = [self._line(number) for number in range(series)]
        self.next = 0

    def _line(self, number: int) -> bytes:
        branch, till = divmod(number, TILLS)
        labels = f'branch="{branch + 1:04}",till="{till + 1:02}",release="{self.releases[number]}"'
        return f"till_sales_total{{{labels}}} ".encode()

    def renew(self) -> None:
        """Give the share of the series that `churn` says another name, in turn."""
        for _ in range(round(self.churn * len(self.lines))):
            self.releases[self.next] += 1
            self.lines[self.next] = self._line(self.next)
            self.next = (self.next + 1) % len(self.lines)

    def text(self) -> bytes:
        """What is scraped."""
        self.renew()
        open_for = time.time() - BEGAN
        sold = [b"%d\n" % (open_for // every) for every in range(1, TILLS + 1)]
        parts = (line + sold[number % TILLS] for number, line in enumerate(self.lines))
        return HEAD + b"".join(parts)


class Handler(BaseHTTPRequestHandler):
    """Answers with the page, and takes `/set`."""

    page: Page

    def do_GET(self) -> None:
        address = urlparse(self.path)
        if address.path == "/set":
            asked = {name: values[0] for name, values in parse_qs(address.query).items()}
            self.page.churn = float(asked.get("churn", 0))
            if "series" in asked:
                self.page.resize(int(asked["series"]))
        body = b"" if address.path == "/set" else self.page.text()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    Handler.page = Page(int(sys.argv[1]) if len(sys.argv) > 1 else TILLS)
    ThreadingHTTPServer(("", 8000), Handler).serve_forever()
