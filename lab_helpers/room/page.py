"""The instructor's page: for this machine's own browser, on the loopback alone."""

import asyncio
from hmac import compare_digest
from pathlib import Path

from prometheus_client.exposition import CONTENT_TYPE_LATEST
from tornado.web import Application, HTTPError

from lab_helpers import look
from lab_helpers.room import dashboard
from lab_helpers.room.doors import Answering, Doors, Refusal
from lab_helpers.room.figures import QUERIES, Figures

_HERE = Path(__file__).parent
_FILES = {
    "/": (_HERE / "page.html", "text/html"),
    "/room.css": (_HERE / "page.css", "text/css"),
    "/room.js": (_HERE / "page.js", "text/javascript"),
    "/look.css": (look.CSS, "text/css"),
    "/look.js": (look.SCRIPT, "text/javascript"),
}
_OURS = {"127.0.0.1", "localhost"}


def application(doors: Doors, figures: Figures) -> Application:
    """The page, what it asks for, and the metrics."""
    shared = {"doors": doors, "figures": figures}
    return Application(
        [
            ("(/|/room.css|/room.js|/look.css|/look.js)", File, shared),
            ("/figures", Answers, shared),
            ("/metrics", Metrics, shared),
            ("/dashboard.json", Dashboard, shared),
        ],
        default_handler_class=Elsewhere,
        default_handler_args=shared,
        log_function=lambda handler: None,
    )


def metrics_alone(doors: Doors, figures: Figures, password: str) -> Application:
    """The metrics for Prometheus, which shows a password: its container is not on the loopback."""
    shared = {"doors": doors, "figures": figures, "password": password}
    return Application(
        [("/metrics", Metrics, shared)],
        default_handler_class=Elsewhere,
        default_handler_args=shared,
        log_function=lambda handler: None,
    )


class Instructors(Answering):
    """A request that came by the loopback, to its own name, or with the password."""

    def initialize(self, doors: Doors, figures: Figures, password: str = "") -> None:
        self.doors = doors
        self.figures = figures
        self.password = password

    def prepare(self) -> None:
        if self.password:
            shown = self.request.headers.get("Authorization", "").encode(errors="replace")
            if not compare_digest(shown, f"Bearer {self.password}".encode()):
                raise Refusal(401, "These metrics are Prometheus's: it has a password.")
        elif self.request.host_name not in _OURS:
            # A page of somebody else's, whose name was made to mean this machine, asks.
            raise Refusal(403, "This page is the instructor's: open it by 127.0.0.1.")


class Elsewhere(Instructors):
    """Every other path."""

    def prepare(self) -> None:
        super().prepare()
        raise HTTPError(404)


class File(Instructors):
    """The page, or a part of it."""

    def get(self, path: str) -> None:
        file, kind = _FILES[path]
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.finish(file.read_bytes())


class Answers(Instructors):
    """The figures."""

    async def get(self) -> None:
        found = await self.figures.now()
        self.finish({**found, "queries": QUERIES, "link": self.doors.link})


class Metrics(Instructors):
    """What Prometheus scrapes."""

    def get(self) -> None:
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(self.doors.metrics.text())


class Dashboard(Instructors):
    """The same for Grafana."""

    async def get(self) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish(await asyncio.to_thread(dashboard.importable))
