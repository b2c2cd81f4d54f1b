"""What is answered: the first file, pieces of the bundle, and the page for the projector.

Every answer is a dictionary's, of names made when the server starts. No path of a request becomes a
path of this machine.
"""

import asyncio
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tornado.iostream import StreamClosedError
from tornado.web import Application, RequestHandler

from lab_helpers.serve.guests import Guest, Guests
from lab_helpers.serve.ranges import BeyondTheEnd, asked_for
from lab_helpers.serve.stock import Changed, Stock
from lab_helpers.serve.turns import TooSlow, Turns

GUESSING = 0.5  # seconds that a wrong token costs whoever guesses
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
)
_SENTENCES = {
    400: "This request makes no sense.",
    404: "There is nothing here: look at the instructor's screen for the line.",
    405: "Here is only to be read: GET and HEAD.",
    410: "The bundle was changed while it was served: the instructor has to start again.",
    416: "The piece has no such bytes.",
}


class Page(NamedTuple):
    """Something small and whole."""

    kind: str
    content: bytes


@dataclass
class House:
    """What is served, and to whom.

    Attributes:
        token: the first part of every path.
        first: the file that the pasted line fetches.
        stock: the pieces.
        pages: the projector's, by their names in the address.
        told: what the projector is told besides how far everybody is.
    """

    token: str
    first: bytes
    stock: Stock
    pages: Mapping[str, Page]
    guests: Guests
    told: dict[str, object] = field(default_factory=dict)
    turns: Turns = field(default_factory=Turns)


class Answer(RequestHandler):
    """One for whoever knows the token; for all others there is nothing here."""

    guest: Guest

    def initialize(self, house: House) -> None:
        """Know the house."""
        self.house = house

    async def prepare(self) -> None:
        """Look at the token."""
        token = self.path_args[0] if self.path_args else ""
        if not hmac.compare_digest(token.encode(), self.house.token.encode()):
            await asyncio.sleep(GUESSING)
            self.send_error(404)
        elif self.request.method not in ("GET", "HEAD"):
            self.send_error(405)

    def set_default_headers(self) -> None:
        """What holds for every answer."""
        self.set_header("Server", "workshop")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", _POLICY)

    def compute_etag(self) -> None:
        """A piece has its digest; nothing else has one."""

    def write_error(self, status_code: int, **about: object) -> None:
        """One sentence, and nothing of what went wrong inside."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        if status_code == 405:
            self.set_header("Allow", "GET, HEAD")
        if status_code == 416:
            self.set_header("Content-Range", f"bytes */{about['size']}")
        self.finish(_SENTENCES.get(status_code, "This cannot be answered.") + "\n")

    def knows(self) -> Guest:
        """Who asks, as far as they say."""
        said = self.request.headers.get
        return self.house.guests.asked(
            self.request.remote_ip or "", said("Workshop-Guest", ""), said("Workshop-Lacks", "")
        )

    def whole(self, page: Page) -> None:
        """Answer with something small."""
        self.set_header("Content-Type", page.kind)
        self.finish(page.content)


class First(Answer):
    """The file that the line fetches, checks and runs."""

    def get(self, _token: str) -> None:
        """It, to whoever comes."""
        self.knows()
        self.whole(Page("application/octet-stream", self.house.first))

    head = get


class Pages(Answer):
    """The page for the projector."""

    def get(self, _token: str, name: str) -> None:
        """One of its files, or how far everybody is."""
        if name == "state":
            state = self.house.guests.state() | self.house.told
            self.whole(Page("application/json", json.dumps(state).encode()))
        elif name in self.house.pages:
            self.whole(self.house.pages[name])
        else:
            self.send_error(404)

    head = get


class Pieces(Answer):
    """A piece of the bundle, or a part of it."""

    async def get(self, _token: str, digest: str) -> None:
        """Send what was asked for, when it is this address's turn."""
        asked = self._begin(digest)
        if asked is None or self.request.method == "HEAD":
            return
        guest = self.knows()
        offset = self.house.stock.place(digest)[0]

        async def hand_over(at: int, size: int) -> None:
            self.write(self.house.stock.read(offset + at, size))
            await self.flush()
            self.house.guests.sent(guest, size)

        try:
            connection = self.request.connection.stream.socket  # type: ignore[union-attr]
            await self.house.turns.send(guest.address, asked, connection, hand_over)
            self.finish()
        except (StreamClosedError, TooSlow, Changed):
            self.detach().close()  # whoever still wants it comes again, and asks for the rest

    head = get

    def _begin(self, digest: str) -> range | None:
        """Say what will come; None if nothing will."""
        try:
            size = self.house.stock.place(digest)[1]
        except KeyError:
            self.send_error(404)
            return None
        except Changed:
            self.send_error(410)
            return None
        headers = self.request.headers
        etag = f'"{digest}"'
        self.set_header("ETag", etag)
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("Cache-Control", "max-age=31536000, immutable")
        self.set_header("Content-Type", "application/octet-stream")
        if etag in headers.get("If-None-Match", ""):
            self.set_status(304)
            self.finish()
            return None
        wanted = headers.get("Range") if headers.get("If-Range", etag) == etag else None
        try:
            asked = asked_for(wanted, size)
        except BeyondTheEnd:
            self.send_error(416, size=size)
            return None
        if asked is not None:
            self.set_status(206)
            self.set_header("Content-Range", f"bytes {asked.start}-{asked.stop - 1}/{size}")
        asked = range(size) if asked is None else asked
        self.set_header("Content-Length", str(len(asked)))
        if self.request.method == "HEAD":
            self.finish()
        return asked


def application(house: House) -> Application:
    """What answers every request."""
    given = {"house": house}
    return Application(
        [
            (r"/([^/]*)", First, given),
            (r"/([^/]*)/pieces/([0-9a-f]{64})", Pieces, given),
            (r"/([^/]*)/screen/([a-z.]*)", Pages, given),
            (r"/(?:.*)", Answer, given),
        ],
        log_function=lambda handler: None,
        default_handler_class=Answer,
        default_handler_args=given,
    )
