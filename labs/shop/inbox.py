"""The workshop's inbox: what Alertmanager sends arrives here, and never leaves the machine.

    python3 inbox.py        # e-mail on port 1025, everything else on port 8025

    GET  /                  a page with what came, newest first, beside one message: the newest, or
                            with `?read=ID` that one
    GET  /messages/ID       one of them; below it, `html` is an e-mail's own page with its pictures
                            and `files/0` its first attachment (kept of the newest 20)
    GET  /api/messages      all of them as JSON, oldest first; `?after=ID` only what is newer,
                            `?last=20` only the newest 20 to each recipient
    DELETE /api/messages    empty it
    POST /hook/NAME         a webhook; NAME is to whom, as the address of an e-mail is
    POST /down?seconds=20   be out of order: webhooks get 503 and e-mails 451, nothing is kept;
                            with `&via=e-mail` (or webhook) only what comes in this way
    POST /up                be in order again at once
    GET  /healthz           200, also while it is out of order: the program itself is well

A message has: id, arrived (Unix seconds), via (e-mail, webhook), to, receiver, sender (the host
that it comes from, or host and port of its pages, as far as it says so), status (firing, resolved;
"" if it is about no alerts), subject, text, alerts (a list of fingerprint, status, alertname); from
e-mails `html` (whether it has its own page) and files (a list of name, type, bytes); from webhooks
the whole `payload`. E-mails say which alerts they are about in the headers X-Receiver and X-Alerts,
which alertmanager.yml adds. What was refused is listed in `refused`: arrived, via, to.

An e-mail's own page is shown as one that may do nothing: no scripts, no forms, and nothing from any
other place than the e-mail itself.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import inbox_page  # type: ignore[import-not-found]  # it lies beside this file
import mails  # type: ignore[import-not-found]  # and so does this one
from aiosmtpd.controller import Controller  # type: ignore[import-not-found]

SMTP_PORT, HTTP_PORT = 1025, 8025
KEPT = 2000  # messages; the oldest go first
LARGEST = 1_000_000  # bytes of a webhook
LARGEST_MAIL = 5_000_000  # bytes
KEPT_WHOLE = 20  # e-mails of which pictures and files are kept
WAYS = ("e-mail", "webhook")
LONGEST = 600.0  # seconds of being out of order
# What an e-mail brings along may not run, load or send anything, wherever it is opened.
HARMLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src data:; "
    "style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Inbox:
    """What came so far, and whether anything is taken at all."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.messages: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.parts: deque[tuple[int, mails.Parts]] = deque(maxlen=KEPT_WHOLE)
        self.count = 0
        self.refused: list[dict[str, Any]] = []
        self.down_until = 0.0
        self.down_for: set[str] = set()

    @property
    def is_down(self) -> bool:
        """Whether it is out of order now."""
        return time.monotonic() < self.down_until

    def refuses(self, via: str, to: str) -> bool:
        """Whether a message must be turned away now; if so, it is noted."""
        with self.lock:
            if is_refused := self.is_down and via in self.down_for:
                self.refused.append({"arrived": time.time(), "via": via, "to": to})
            return is_refused

    def add(self, parts: mails.Parts | None = None, **message: Any) -> None:
        """Keep a message, and the page and the files that an e-mail brings along."""
        with self.lock:
            self.count += 1
            self.messages.append({"id": self.count, "arrived": time.time(), **message})
            if parts is not None:
                self.parts.append((self.count, parts))

    def after(self, number: int) -> list[dict[str, Any]]:
        """The messages with a larger id, oldest first."""
        with self.lock:
            return [message for message in self.messages if message["id"] > number]

    def parts_of(self, number: int) -> mails.Parts:
        """What that e-mail brought along, as far as it is kept."""
        with self.lock:
            return dict(self.parts).get(number, mails.Parts())

    def clear(self) -> None:
        """Throw everything away."""
        with self.lock:
            self.messages.clear()
            self.parts.clear()


inbox = Inbox()


def newest(messages: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    """So many messages to each recipient, the newest ones; oldest first."""
    count: Counter[str] = Counter()
    kept = []
    for message in reversed(messages):
        count[message["to"]] += 1
        if count[message["to"]] <= number:
            kept.append(message)
    return kept[::-1]


def from_webhook(to: str, payload: dict[str, Any]) -> dict[str, Any]:
    """What Alertmanager posts to a webhook as a message.

    Raises:
        KeyError, TypeError, AttributeError: it is no such thing.
    """
    alerts = [
        {
            "fingerprint": alert["fingerprint"],
            "status": alert["status"],
            "alertname": alert["labels"].get("alertname", ""),
        }
        for alert in payload["alerts"]
    ]
    group = payload.get("groupLabels", {}).get("alertname", "")
    summaries = [
        f"{alert['status'].upper()}: {alert.get('annotations', {}).get('summary', '')}"
        for alert in payload["alerts"]
    ]
    return {
        "via": "webhook",
        "to": to,
        "receiver": mails.named(payload["receiver"]),
        "sender": urlsplit(payload.get("externalURL", "")).netloc,
        "status": payload["status"],
        "subject": f"[{payload['status'].upper()}] {group} ({len(alerts)})",
        "text": "\n".join(summaries),
        "alerts": alerts,
        "payload": payload,
    }


class Mail:
    """Takes e-mails."""

    async def handle_RCPT(  # the library looks for this name
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if inbox.refuses("e-mail", address):
            return "451 the inbox is out of order"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message, parts = mails.read(", ".join(envelope.rcpt_tos), envelope.content)
        inbox.add(parts, **message)
        return "250 OK"


class Web(BaseHTTPRequestHandler):
    """The page, the API, and the webhooks."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/":
            read = parse_qs(url.query).get("read", [""])[0]
            shown = page(int(read) if read.isdecimal() else None)
            self.answer(200, shown, inbox_page.PAGE, inbox_page.POLICY)
        elif url.path in inbox_page.FILES:
            self.answer(200, *inbox_page.file(url.path))
        elif url.path == "/api/messages":
            asked = parse_qs(url.query)
            after, last = (asked.get(name, ["0"])[0] for name in ("after", "last"))
            if not after.isdecimal():
                return self.answer(400, {"error": f"after is the id of a message, not {after!r}"})
            if not last.isdecimal():
                return self.answer(400, {"error": f"last is a number of messages, not {last!r}"})
            messages = inbox.after(int(after))
            self.answer(200, newest(messages, int(last)) if "last" in asked else messages)
        elif found := re.fullmatch(r"/messages/(\d+)(?:/(html)|/files/(\d+))?", url.path):
            self.message(int(found[1]), bool(found[2]), found[3])
        elif url.path == "/healthz":
            self.answer(200, {"down": inbox.is_down, "refused": inbox.refused})
        else:
            self.answer(404, {"error": f"there is no page {url.path}"})

    def message(self, number: int, html: bool, file: str | None) -> None:
        """A message, its own page, or a file of it."""
        found = [message for message in inbox.after(number - 1) if message["id"] == number]
        parts = inbox.parts_of(number)
        if found and html and parts.html:
            return self.answer(200, parts.html, inbox_page.PAGE, HARMLESS)
        if found and file is not None and int(file) < len(parts.files):
            name, kind, content = parts.files[int(file)]
            saved = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
            return self.answer(200, content, kind, HARMLESS | saved)
        if not found or html or file is not None:
            return self.answer(404, {"error": f"there is no {self.path} (any more)"})
        self.answer(200, inbox_page.one(found[0], parts), inbox_page.PAGE, inbox_page.POLICY)

    def do_DELETE(self) -> None:
        if self.path != "/api/messages":
            return self.answer(404, {"error": "only /api/messages can be emptied"})
        inbox.clear()
        self.answer(200, {})

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LARGEST:
            self.close_connection = True
            return self.answer(413, {"error": f"up to {LARGEST} bytes are taken"})
        body = self.rfile.read(int(length))
        url = urlsplit(self.path)
        if url.path.startswith("/hook/"):
            self.hook(unquote(url.path.removeprefix("/hook/")), body)
        elif url.path == "/down":
            asked = parse_qs(url.query)
            self.switch_off(asked.get("seconds", ["20"])[0], set(asked.get("via", WAYS)))
        elif url.path == "/up":
            inbox.down_until = 0.0
            self.answer(200, {"down": False, "refused": inbox.refused})
        else:
            self.answer(404, {"error": f"nothing can be sent to {url.path}"})

    def hook(self, to: str, body: bytes) -> None:
        """Take a webhook."""
        if inbox.refuses("webhook", to):
            return self.answer(503, {"error": "the inbox is out of order"})
        try:
            message = from_webhook(to, json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            return self.answer(400, {"error": f"that is not what Alertmanager sends: {problem!r}"})
        inbox.add(**message)
        self.answer(200, {})

    def switch_off(self, seconds: str, ways: set[str]) -> None:
        """Be out of order for a while, for what comes in these ways."""
        try:
            length = float(seconds)
        except ValueError:
            length = -1.0
        if not 0 < length <= LONGEST:
            return self.answer(400, {"error": f"seconds is a number up to {LONGEST:g}"})
        if not ways <= set(WAYS):
            return self.answer(400, {"error": f"via is one of {', '.join(WAYS)}"})
        inbox.down_for, inbox.down_until = ways, time.monotonic() + length
        self.answer(200, {"down": True, "seconds": length})

    def answer(
        self, status: int, what: Any, kind: str = "application/json", headers: Any = ()
    ) -> None:
        """Answer with JSON, a page, or a file."""
        text = what if isinstance(what, str | bytes) else json.dumps(what)
        body = text.encode() if isinstance(text, str) else text
        self.send_response(status)
        given = {"Content-Type": kind, "Content-Length": str(len(body)), **dict(headers)}
        for name, value in given.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing: the page says it better."""


def page(read: int | None = None) -> str:
    """What came so far, and one message of it."""
    refused = len(inbox.refused) if inbox.is_down else None
    messages = inbox.after(0)
    shown = inbox_page.chosen(messages, read)
    parts = inbox.parts_of(shown["id"]) if shown else mails.Parts()
    return str(inbox_page.everything(messages, refused, parts, read))


def main() -> None:
    """Serve until it is stopped."""
    Controller(Mail(), "0.0.0.0", SMTP_PORT, ready_timeout=30, data_size_limit=LARGEST_MAIL).start()
    ThreadingHTTPServer(("0.0.0.0", HTTP_PORT), Web).serve_forever()


if __name__ == "__main__":
    main()
