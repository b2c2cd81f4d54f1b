"""The workshop's inbox: what Alertmanager sends arrives here, and never leaves the machine.

    python3 inbox.py        # e-mail on port 1025, everything else on port 8025

    GET  /                  a page with what came, newest first
    GET  /api/messages      the same as JSON, oldest first; `?after=ID` only what is newer
    DELETE /api/messages    empty it
    POST /hook/NAME         a webhook; NAME is to whom, as the address of an e-mail is
    POST /down?seconds=20   be out of order: webhooks get 503 and e-mails 451, nothing is kept
    POST /up                be in order again at once
    GET  /healthz           200, also while it is out of order: the program itself is well

A message has: id, arrived (Unix seconds), via (e-mail, webhook), to, receiver, sender (the host
that it comes from, as far as it says so), status (firing, resolved), subject, text, alerts (a list
of fingerprint, status, alertname) and, from webhooks, the whole `payload`. E-mails say the same in
the headers X-Receiver and X-Alerts, which alertmanager.yml adds. What was refused while out of
order is counted in `refused`.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import deque
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from aiosmtpd.controller import Controller  # type: ignore[import-not-found]

SMTP_PORT, HTTP_PORT = 1025, 8025
KEPT = 2000  # messages; the oldest go first
LARGEST = 1_000_000  # bytes of a webhook
LONGEST = 600.0  # seconds of being out of order
# An alert in X-Alerts: its name may have blanks in it, and ends where the next one begins.
ALERT = re.compile(
    r"([0-9a-f]{16})=(firing|resolved)=(.*?)\s*(?=\s[0-9a-f]{16}=(?:firing|resolved)=|\Z)",
    re.DOTALL,
)

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Inbox ({count})</title>
<meta http-equiv="refresh" content="2"><style>
body {{ font: 16px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 60em; color: #222 }}
article {{ border-left: 6px solid #999; padding: .2em 1em; margin: 1em 0; background: #f6f6f6 }}
article.firing {{ border-color: #D55E00 }} article.resolved {{ border-color: #009E73 }}
small {{ color: #555 }} pre {{ white-space: pre-wrap; margin: .4em 0 }} .down {{ color: #D55E00 }}
</style><h1>Inbox</h1><p>{state}</p>{articles}"""


class Inbox:
    """What came so far, and whether anything is taken at all."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.messages: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.count = self.refused = 0
        self.down_until = 0.0

    @property
    def is_down(self) -> bool:
        """Whether it is out of order now."""
        return time.monotonic() < self.down_until

    def refuses(self) -> bool:
        """Whether a message must be turned away now; if so, it is counted."""
        with self.lock:
            self.refused += self.is_down
            return self.is_down

    def add(self, **message: Any) -> None:
        """Keep a message."""
        with self.lock:
            self.count += 1
            self.messages.append({"id": self.count, "arrived": time.time(), **message})

    def after(self, number: int) -> list[dict[str, Any]]:
        """The messages with a larger id, oldest first."""
        with self.lock:
            return [message for message in self.messages if message["id"] > number]


inbox = Inbox()


def from_email(to: str, mail: EmailMessage) -> dict[str, Any]:
    """An e-mail as a message; the headers say which alerts it is about."""
    listed = header(mail, "X-Alerts")
    found = ALERT.findall(listed) or [(word, "", "") for word in listed.split()]
    alerts = [
        dict(zip(("fingerprint", "status", "alertname"), each, strict=True)) for each in found
    ]
    subject = header(mail, "Subject")
    told = {alert["status"] for alert in alerts} or {"firing" if "[FIRING" in subject else ""}
    body = mail.get_body(preferencelist=("plain", "html"))
    return {
        "via": "e-mail",
        "to": to,
        "receiver": named(header(mail, "X-Receiver")),
        "sender": header(mail, "Message-Id").rpartition("@")[2].rstrip(">"),
        "status": "firing" if "firing" in told else "resolved",
        "subject": subject,
        "text": "\n".join(str(body.get_content()).split("\r\n")).strip() if body else "",
        "alerts": alerts,
    }


def header(mail: EmailMessage, name: str) -> str:
    """A header of an e-mail as text; "" if it has none."""
    return str(mail[name] or "")


def named(receiver: str) -> str:
    """A receiver's name: Alertmanager writes it for use in a regular expression."""
    return re.sub(r"\\(.)", r"\1", receiver)


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
        "receiver": named(payload["receiver"]),
        "sender": urlsplit(payload.get("externalURL", "")).hostname or "",
        "status": payload["status"],
        "subject": f"[{payload['status'].upper()}] {group} ({len(alerts)})",
        "text": "\n".join(summaries),
        "alerts": alerts,
        "payload": payload,
    }


class Mail:
    """Takes e-mails."""

    async def handle_MAIL(  # the library looks for this name
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if inbox.refuses():
            return "451 the inbox is out of order"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        inbox.add(**from_email(", ".join(envelope.rcpt_tos), mail))
        return "250 OK"


class Web(BaseHTTPRequestHandler):
    """The page, the API, and the webhooks."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/":
            self.answer(200, page(), "text/html; charset=utf-8")
        elif url.path == "/api/messages":
            after = parse_qs(url.query).get("after", ["0"])[0]
            if not after.isdecimal():
                return self.answer(400, {"error": f"after is the id of a message, not {after!r}"})
            self.answer(200, inbox.after(int(after)))
        elif url.path == "/healthz":
            self.answer(200, {"down": inbox.is_down, "refused": inbox.refused})
        else:
            self.answer(404, {"error": f"there is no page {url.path}"})

    def do_DELETE(self) -> None:
        if self.path != "/api/messages":
            return self.answer(404, {"error": "only /api/messages can be emptied"})
        with inbox.lock:
            inbox.messages.clear()
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
            self.switch_off(parse_qs(url.query).get("seconds", ["20"])[0])
        elif url.path == "/up":
            inbox.down_until = 0.0
            self.answer(200, {"down": False, "refused": inbox.refused})
        else:
            self.answer(404, {"error": f"nothing can be sent to {url.path}"})

    def hook(self, to: str, body: bytes) -> None:
        """Take a webhook."""
        if inbox.refuses():
            return self.answer(503, {"error": "the inbox is out of order"})
        try:
            message = from_webhook(to, json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            return self.answer(400, {"error": f"that is not what Alertmanager sends: {problem!r}"})
        inbox.add(**message)
        self.answer(200, {})

    def switch_off(self, seconds: str) -> None:
        """Be out of order for a while."""
        try:
            length = float(seconds)
        except ValueError:
            length = -1.0
        if not 0 < length <= LONGEST:
            return self.answer(400, {"error": f"seconds is a number up to {LONGEST:g}"})
        inbox.down_until = time.monotonic() + length
        self.answer(200, {"down": True, "seconds": length})

    def answer(self, status: int, what: Any, kind: str = "application/json") -> None:
        """Answer with JSON or a page."""
        body = (what if isinstance(what, str) else json.dumps(what)).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing: the page says it better."""


def page() -> str:
    """What came, newest first; of the heartbeats only how many and when the last one came."""
    messages = inbox.after(0)
    beats = [message for message in messages if message["to"] == "heartbeat"]
    shown = [message for message in messages if message["to"] != "heartbeat"]
    state = f"{counted(len(shown), 'message')}."
    if beats:
        age = time.time() - beats[-1]["arrived"]
        state += f" {counted(len(beats), 'heartbeat')}, the last one {age:.0f} s ago."
    if inbox.is_down:
        state += f' <b class="down">Out of order; {inbox.refused} turned away so far.</b>'
    return PAGE.format(
        count=len(shown), state=state, articles="".join(map(article, reversed(shown)))
    )


def counted(number: int, word: str) -> str:
    """How many of something: 1 message, 2 messages."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def article(message: dict[str, Any]) -> str:
    """One message on the page."""
    when = time.strftime("%H:%M:%S", time.gmtime(message["arrived"]))
    status = "firing" if message["status"] == "firing" else "resolved"
    return (
        f'<article class="{status}"><small>{when} UTC · {message["via"]} to '
        f"<b>{escape(message['to'])}</b></small><br><b>{escape(message['subject'])}</b>"
        f"<pre>{escape(message['text'])}</pre></article>"
    )


def main() -> None:
    """Serve until it is stopped."""
    Controller(Mail(), hostname="0.0.0.0", port=SMTP_PORT, ready_timeout=30).start()
    ThreadingHTTPServer(("0.0.0.0", HTTP_PORT), Web).serve_forever()


if __name__ == "__main__":
    main()
