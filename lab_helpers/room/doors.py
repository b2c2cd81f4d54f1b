"""What learners reach of a room: they join it, tell it of their checks, and leave it.

Whoever knocks is counted (by address, and by learner), refused in a sentence where that is due, and
never shown a figure: those are on another port, which is the instructor's alone (`page`).
"""

import logging
import sqlite3
import time
from hmac import compare_digest
from html import escape
from typing import Annotated, Any

import msgspec
from tornado.web import Application, HTTPError, RequestHandler

from lab_helpers import look
from lab_helpers.errors import WorkshopError
from lab_helpers.grading import diagnoses
from lab_helpers.room.limits import Limit
from lab_helpers.room.metrics import RoomCollector
from lab_helpers.room.record import Check, Record, Refused
from lab_helpers.seat import SENT, names

#: A whole class may stand behind one address, and come at once.
BY_ADDRESS = (300.0, 20.0)
BY_LEARNER = (20.0, 0.5)
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'"
_SLOWLY = "The room is told too much at once: it listens again in a moment."
log = logging.getLogger(__name__)


class Joining(msgspec.Struct):
    """Who wants to join."""

    name: str
    secret: Annotated[str, msgspec.Meta(min_length=16, max_length=64)]


class Report(msgspec.Struct):
    """One check, as a learner's machine tells of it."""

    exercise: Annotated[str, msgspec.Meta(max_length=16)]
    tries: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    diagnosis: Annotated[str, msgspec.Meta(max_length=64)]
    solved: bool


class Reports(Joining):
    """Some of them, oldest first."""

    reports: Annotated[list[Report], msgspec.Meta(max_length=50)]


class Doors:
    """What all requests share.

    exercises: the numbers of those that there are; a report of any other is passed over.
    link: where learners join; known when the server is.
    """

    def __init__(self, record: Record, metrics: RoomCollector, exercises: frozenset[str]) -> None:
        self.record = record
        self.metrics = metrics
        self.exercises = exercises
        self.link = ""
        self.by_address = Limit(*BY_ADDRESS)
        self.by_learner = Limit(*BY_LEARNER)

    def application(self) -> Application:
        """The server's routes."""
        shared = {"doors": self}
        token = "/join/([^/]{1,99})"
        return Application(
            [
                (token, Join, shared),
                (f"{token}/reports", Tell, shared),
                (f"{token}/leave", Leave, shared),
                ("/look.css", Style, shared),
            ],
            default_handler_class=Nowhere,
            default_handler_args=shared,
            log_function=lambda handler: None,
        )


class Refusal(HTTPError):
    """An answer that says no, in a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status)
        self.sentence = sentence


class Answering(RequestHandler):
    """A request whose answer is JSON, an error's too: {"error": sentence}."""

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Content-Security-Policy", f"{POLICY}; frame-ancestors 'none'")

    def write_error(self, status_code: int, **about: Any) -> None:
        problem = about.get("exc_info", (None, None))[1]
        if isinstance(problem, Refusal):
            said = problem.sentence
        else:
            said = {404: "There is nothing here.", 405: "Not in this way."}.get(
                status_code, "That is no request that the room understands."
            )
        self.finish({"error": said})

    def log_exception(self, kind: Any, problem: Any, trace: Any) -> None:
        if not isinstance(problem, HTTPError):
            super().log_exception(kind, problem, trace)


class Nowhere(Answering):
    """Every other path."""

    def initialize(self, doors: Doors) -> None:
        self.doors = doors

    def prepare(self) -> None:
        self.doors.metrics.refused["path"] += 1
        raise HTTPError(404)


class Door(Answering):
    """What a learner asks for, with the room's token in the path."""

    def initialize(self, doors: Doors) -> None:
        self.doors = doors

    def prepare(self) -> None:
        if not self.doors.by_address.allows(_network(str(self.request.remote_ip))):
            raise self.refuse("rate", 429, _SLOWLY)
        token = self.path_args[0] if self.path_args else ""
        if not compare_digest(token.encode(errors="replace"), self.doors.record.token.encode()):
            raise self.refuse("token", 403, "This link is of no room here: ask for the link anew.")

    def refuse(self, reason: str, status: int, sentence: str) -> Refusal:
        """A refusal that is counted."""
        self.doors.metrics.refused[reason] += 1
        return Refusal(status, sentence)

    def read(self, kind: type[Any]) -> Any:
        """What was sent, as what it must be, with a name as the room shows it."""
        try:
            found = msgspec.json.decode(self.request.body, type=kind)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            raise self.refuse("shape", 400, "That is no report that the room reads.") from None
        try:
            found.name = names.checked(found.name)
        except WorkshopError as problem:
            raise self.refuse("name", 400, str(problem)) from None
        if not self.doors.by_learner.allows(found.name):
            raise self.refuse("rate", 429, _SLOWLY)
        return found

    def noted(self, what: Any, *given: Any) -> None:
        """Have the record note something, and say that it is done."""
        try:
            what(*given)
        except Refused as problem:
            status = 403 if problem.reason == "secret" else 409
            raise self.refuse(problem.reason, status, str(problem)) from None
        except sqlite3.Error as problem:  # a full disk
            log.error("The room's record cannot be written: %s", problem)
            raise Refusal(503, "The room cannot note it now: it is asked again.") from None
        self.finish({})


class Join(Door):
    """Where the room's link leads."""

    def get(self, token: str) -> None:
        command = f".venv/bin/workshop join {self.doors.link} --name YOUR-NAME"
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The room</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<link rel="stylesheet" href="/look.css"></head><body><main>'
            "<h1>The room of this workshop</h1>"
            "<p>Paste this in the workshop's folder, with a name that you choose:</p>"
            f'<pre tabindex="0">{escape(command)}</pre><p>{escape(SENT)}</p>'
            "<p><code>.venv/bin/workshop leave</code> ends that.</p></main></body></html>"
        )

    def post(self, token: str) -> None:
        found = self.read(Joining)
        self.noted(self.doors.record.join, found.name, found.secret)


class Tell(Door):
    """Where a learner's checks are told."""

    def post(self, token: str) -> None:
        found = self.read(Reports)
        checks = []
        for report in found.reports:
            if report.exercise in self.doors.exercises:
                mistake = "" if report.solved else diagnoses.listed(report.diagnosis)
                checks.append(Check(report.exercise, report.tries, mistake, report.solved))
            else:
                self.doors.metrics.refused["exercise"] += 1
        self.noted(self.doors.record.take, found.name, found.secret, checks, time.time())


class Leave(Door):
    """Where a learner is forgotten."""

    def post(self, token: str) -> None:
        found = self.read(Joining)
        self.noted(self.doors.record.leave, found.name, found.secret)


class Style(Answering):
    """The workshop's look."""

    def initialize(self, doors: Doors) -> None:
        pass

    def get(self) -> None:
        self.set_header("Content-Type", "text/css; charset=utf-8")
        self.finish(look.CSS.read_bytes())


def _network(address: str) -> str:
    """What one machine has of addresses: of IPv6, 64 bits of each."""
    return address if ":" not in address else ":".join(address.split(":")[:4])
