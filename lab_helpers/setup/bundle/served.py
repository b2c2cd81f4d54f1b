"""Fetching pieces from an instructor's machine: several at a time, going on where it was.

It runs on an attendee's machine, in a network in which anybody may answer: nothing that comes is
shown or used, but pieces that the store has verified.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from urllib.parse import urlsplit

from lab_helpers.errors import BundleRefused
from lab_helpers.progress import Progress
from lab_helpers.setup.bundle.manifest import Piece
from lab_helpers.setup.bundle.store import Store

AT_ONCE = 3  # pieces; one address has one share of the link, with however many
TIMEOUT = 20.0  # seconds that a connection may be silent
PATIENCE = 120.0  # seconds without a byte until it is given up: the instructor's machine may sleep
AGAIN = 2.0  # seconds between two tries
CHUNK = 1 << 17  # bytes
KEPT = "What has come is kept: paste the line again, and it goes on."


class Lost(OSError):
    """The connection broke, or what answers is not the server; to be tried again."""


class Served:
    """A bundle that is served at an address.

    Args:
        address: `http://HOST:PORT/TOKEN`.
        patience: seconds without a byte after which it is given up.
    """

    def __init__(self, address: str, patience: float = PATIENCE) -> None:
        self._address = urlsplit(address)
        self._patience = patience
        # The same one where the checkout's own code goes on with what a first program has begun,
        # and where the line is pasted again: who was stopped is not another guest.
        here = hashlib.sha256(f"{socket.gethostname()} {os.getcwd()}".encode()).hexdigest()
        self._name = os.environ.setdefault("WORKSHOP_GUEST", here[:8])
        self._lock = threading.Lock()
        self._given_up = threading.Event()
        self._open: set[http.client.HTTPConnection] = set()
        self._here = threading.local()
        self._left = self._total = 0
        self._knows_all = False
        self._came_last = time.monotonic()
        self._trouble = ""

    def fetch(self, pieces: Sequence[Piece], store: Store) -> None:
        """Bring all of these pieces into the store.

        Raises:
            BundleRefused: it cannot be done; the message says why, and what to do.
            OSError: the disk refuses them.
        """
        lacking = store.lacking(pieces)
        self._left = self._total = sum(piece.size - store.begun(piece) for piece in lacking)
        # With the checkout alone, what else is lacking here is not known yet.
        self._knows_all = [piece.kind for piece in pieces] != ["checkout"]
        self._came_last = time.monotonic()
        self._given_up.clear()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                jobs = [pool.submit(self._bring, piece, store) for piece in lacking]
                self._watch(jobs)
            finally:
                self._give_up()
        self._say_farewell()

    def _watch(self, jobs: Iterable[Future[None]]) -> None:
        """Show how far it is, until all is done or one has failed."""
        waiting = set(jobs)
        often = 0.25 if sys.stderr.isatty() else 10.0
        with Progress() as progress:
            while waiting:
                done, waiting = wait(waiting, timeout=often, return_when=FIRST_EXCEPTION)
                for job in done:
                    job.result()
                progress.say(self._how_far(progress.elapsed))
            if self._total:
                progress.done(f"✓ {_megabytes(self._total)} came in {progress.elapsed:.0f} s")

    def _how_far(self, seconds: float) -> str:
        """What is here, and either what is in the way or how long the rest takes."""
        came = self._total - self._left
        text = f"{_megabytes(came)} of {_megabytes(self._total)}"
        if self._trouble:
            return f"{text}: {self._trouble} Trying again"
        rate = came / seconds if seconds > 1 else 0
        return f"{text}, {_megabytes(rate)}/s, {self._left / rate:.0f} s to go" if rate else text

    def _give_up(self) -> None:
        """Have every thread end."""
        self._given_up.set()
        with self._lock:
            for connection in self._open:
                with suppress(OSError, AttributeError):  # it is closed already
                    connection.sock.shutdown(socket.SHUT_RDWR)  # closing wakes no reader

    def _bring(self, piece: Piece, store: Store) -> None:
        """Bring one piece, however often the connection breaks."""
        while not self._given_up.is_set():
            at = store.begun(piece)
            try:
                store.put(piece, self._chunks(piece, at))
                return
            except Lost as problem:
                self._trouble = str(problem)
                if time.monotonic() - self._came_last > self._patience:
                    raise BundleRefused(f"{problem} {KEPT}") from None
                self._given_up.wait(AGAIN)

    def _chunks(self, piece: Piece, at: int) -> Iterator[bytes]:
        """The bytes of a piece from some place on.

        Raises:
            Lost: see there.
            BundleRefused: the server says that it is of no use to ask again.
        """
        if at == piece.size:
            return
        connection = self._connection()
        try:
            path = f"{self._address.path}/pieces/{piece.digest}"
            connection.request("GET", path, headers=self._about_me({"Range": f"bytes={at}-"}))
            answer = connection.getresponse()
            self._require_piece(answer, piece, at)
            while chunk := answer.read(min(CHUNK, piece.size - at)):
                at += len(chunk)
                self._came(len(chunk))
                yield chunk
        except Lost:
            raise
        except (OSError, http.client.HTTPException):
            raise Lost("The instructor's machine does not answer.") from None
        finally:
            if at < piece.size:
                connection.close()
        if at < piece.size:
            raise Lost("The connection to the instructor's machine broke.")

    def _require_piece(self, answer: http.client.HTTPResponse, piece: Piece, at: int) -> None:
        """Make sure that the answer is the part of the piece that was asked for."""
        if answer.status == 404:
            raise BundleRefused(
                "The instructor's machine knows this line no longer: it was started anew. Read the "
                "new line off the screen; what has come is kept."
            )
        if answer.status == 410:
            raise BundleRefused(
                "The bundle was changed on the instructor's machine, which has to start again. "
                f"{KEPT}"
            )
        if answer.status == 503:
            raise Lost("The instructor's machine has too many guests at this moment.")
        place = f"bytes {at}-{piece.size - 1}/{piece.size}"
        if answer.status != 206 or answer.headers.get("Content-Range") != place:
            raise Lost(
                "Something else answers in place of the instructor's machine: a login page of this "
                "network, or a proxy."
            )

    def _came(self, size: int) -> None:
        """So many bytes more are here."""
        if self._given_up.is_set():
            raise Lost("It was given up.")
        with self._lock:
            self._left -= size
        self._came_last = time.monotonic()
        self._trouble = ""

    def _about_me(self, headers: dict[str, str]) -> dict[str, str]:
        """Headers, with what the projector shows of this machine: a plain name, and how far."""
        told = {"Workshop-Guest": self._name}
        if self._knows_all:
            told["Workshop-Lacks"] = str(max(0, self._left))
        return {**headers, **told}

    def _connection(self) -> http.client.HTTPConnection:
        """This thread's connection; it opens itself when it is used."""
        known = getattr(self._here, "connection", None)
        if known is None:
            host, port = self._address.hostname or "", self._address.port
            known = self._here.connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
            with self._lock:
                self._open.add(known)
        return known

    def _say_farewell(self) -> None:
        """Tell the projector that all is here."""
        connection = http.client.HTTPConnection(
            self._address.hostname or "", self._address.port, timeout=2
        )
        try:
            connection.request("HEAD", self._address.path, headers=self._about_me({}))
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            pass  # it is for showing alone
        finally:
            connection.close()


def _megabytes(size: float) -> str:
    return f"{size / 1e6:,.1f} MB" if size < 1e7 else f"{size / 1e6:,.0f} MB"
