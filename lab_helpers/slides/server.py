"""Slides in the browser, from a server on this machine alone."""

import asyncio
import webbrowser
from pathlib import Path
from socket import socket

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from lab_helpers.errors import WorkshopError
from lab_helpers.slides.deck import Deck
from lab_helpers.slides.page import page

#: All that a page may do: what stands in it, and itself in the speaker's view.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "font-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'"
)


class _Slides(RequestHandler):
    """The deck, made anew for each reader, so that reloading shows a changed notebook."""

    def initialize(self, notebook: Path) -> None:
        self.notebook = notebook

    def get(self) -> None:
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Cache-Control", "no-store")
        try:
            self.finish(page(Deck.of(self.notebook)))
        except WorkshopError as problem:
            self.set_status(500)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(f"{problem}\n")


def show(notebook: Path, port: int = 0) -> None:
    """Serve a chapter's slides at 127.0.0.1, open the browser on them, and wait for Ctrl-C.

    port: 0 takes a free one.

    Raises:
        WorkshopError: the notebook cannot be read, or the port cannot be had.
    """
    Deck.of(notebook)  # now, and not in the browser
    try:
        sockets = bind_sockets(port, "127.0.0.1") if 0 <= port < 1 << 16 else []
        why = "" if sockets else "ports end at 65535"
    except OSError as problem:
        why = problem.strerror or str(problem)
    if why:
        raise WorkshopError(
            f"Port {port} cannot be had ({why}): leave out --port and take a free one."
        )
    asyncio.run(_serve(notebook, sockets))


async def _serve(notebook: Path, sockets: list[socket]) -> None:
    pages = [("/", _Slides, {"notebook": notebook})]
    server = HTTPServer(Application(pages, log_function=lambda _: None))
    server.add_sockets(sockets)
    link = f"http://127.0.0.1:{sockets[0].getsockname()[1]}/"
    print(f"{notebook.stem}: {link}")
    print("S opens the speaker's view, ? lists the keys, Ctrl-C ends this.", flush=True)
    webbrowser.open(link)
    await asyncio.Event().wait()
