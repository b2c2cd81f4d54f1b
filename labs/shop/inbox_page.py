"""The pages of the inbox: the list of what came beside one message, or one message alone.

Both are plain HTML: `static/inbox.js` asks for the page again each second and puts what is new in
its place, so that nothing jumps; without scripts the page loads itself anew.
"""

from __future__ import annotations

import re
import time
from html import escape
from pathlib import Path
from typing import Any

from mails import Parts  # type: ignore[import-not-found]  # it lies beside this file

HERE = Path(__file__).resolve().parent
PAGE = "text/html; charset=utf-8"
FILES = {
    "/static/inbox.css": "text/css; charset=utf-8",
    "/static/inbox.js": "text/javascript; charset=utf-8",
}
# The pages show what others wrote, so they load nothing but what is the inbox's own.
POLICY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src data:; frame-src 'self'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
LISTED = 60  # messages in the list; the API has all
HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/inbox.css">
{more}</head>
<body>
"""
LIVE = """<script src="/static/inbox.js" defer></script>
<noscript><meta http-equiv="refresh" content="2"></noscript>
"""
BODY = """<a class="skip" href="#message">To the message</a>
<header><h1>Inbox</h1><p id="state">{state}</p></header>
<div id="panes">
<nav aria-label="Messages"><div id="list">{articles}</div></nav>
<main id="message" tabindex="-1">{message}</main>
</div>
<p id="news" class="unseen" aria-live="polite"></p>
</body>
</html>
"""
NOTHING = '<p class="empty">Nothing yet. What Alertmanager sends arrives here, by itself.</p>'
WORDS = {"firing": "firing", "resolved": "resolved", "": "message"}
LINK = re.compile(r"https?://[^\s<>\"']+")


def everything(
    messages: list[dict[str, Any]], refused: int | None, parts: Parts, read: int | None = None
) -> str:
    """What came, newest first, beside one message; of the heartbeats only how many, and the last.

    refused: while it is out of order, how many messages were turned away.
    read: the message to show; by default the newest.
    parts: what that message brings along.
    """
    beats = [message for message in messages if message["to"] == "heartbeat"]
    shown = [message for message in messages if message["to"] != "heartbeat"]
    state = f"{counted(len(shown), 'message')}."
    if beats:
        age = time.time() - beats[-1]["arrived"]
        state += f" {counted(len(beats), 'heartbeat')}, the last one {age:.0f} s ago."
    if refused is not None:
        state += f' <b class="down">Out of order; {refused} turned away so far.</b>'
    open_one = chosen(messages, read)
    listed = "".join(article(one, one is open_one) for one in reversed(shown[-LISTED:]))
    return HEAD.format(title=f"Inbox ({len(shown)})", more=LIVE) + BODY.format(
        state=state,
        articles=listed,
        message=whole(open_one, parts) if open_one else NOTHING,
    )


def chosen(messages: list[dict[str, Any]], read: int | None) -> dict[str, Any] | None:
    """The message with that id, else the newest that is no heartbeat; None where there is none."""
    shown = [message for message in messages if message["to"] != "heartbeat"]
    found = [message for message in messages if message["id"] == read]
    return next(iter(found or shown[-1:]), None)


def counted(number: int, word: str) -> str:
    """How many of something: 1 message, 2 messages."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def badge(status: str) -> str:
    """Whether it fires: a word, a colour, and a shape that inbox.css draws."""
    word = WORDS.get(status, "message")
    return f'<span class="badge {word}">{word}</span>'


def clock(message: dict[str, Any]) -> str:
    """When it came: the time of day, UTC."""
    return time.strftime("%H:%M:%S", time.gmtime(message["arrived"]))


def article(message: dict[str, Any], is_open: bool) -> str:
    """One message in the list."""
    files = message.get("files", [])
    more = ["with pictures"] * message.get("html", False)
    more += [counted(len(files), "file")] * bool(files)
    here = ' aria-current="true"' if is_open else ""
    return (
        f'<article data-key="{message["id"]}" class="{WORDS.get(message["status"], "message")}">'
        f'<a href="/?read={message["id"]}"{here}>'
        f'<span class="line">{badge(message["status"])} <b>{escape(name_of(message["to"]))}</b> '
        f"<time>{clock(message)}</time></span>"
        f'<span class="subject">{escape(plain(message["subject"]))}</span>'
        f"<small>{', '.join(more)}</small></a></article>\n"
    )


def name_of(address: str) -> str:
    """To whom: of an e-mail's address what stands before the @."""
    return address.partition("@")[0]


def plain(subject: str) -> str:
    """A subject without what the badge says already."""
    return re.sub(r"^\[(FIRING|RESOLVED)[^\]]*\]\s*", "", subject) or subject


def whole(message: dict[str, Any], parts: Parts) -> str:
    """A message: who, when, what it says, and what it brings along, in a frame without rights."""
    number = message["id"]
    head = [("To", message["to"]), ("From", message.get("sender", "")),
            ("Time", f"{clock(message)} UTC, by {message['via']}")]  # fmt: skip
    rows = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in head if value)
    files = "".join(
        f'<li><a href="/messages/{number}/files/{at}">{escape(name)}</a> ({len(content):,} bytes)'
        for at, (name, _, content) in enumerate(parts.files)
    )
    frame = f'<iframe sandbox title="the e-mail" src="/messages/{number}/html"></iframe>'
    return (
        f"<p>{badge(message['status'])}</p><h2>{escape(plain(message['subject']))}</h2>"
        f"<dl>{rows}</dl>"
        + (f"<ul>{files}</ul>" if files else "")
        + (frame if parts.html else f"<pre>{linked(message['text'])}</pre>")
    )


def linked(text: str) -> str:
    """A text as HTML, its addresses as links."""
    parts, last = [], 0
    for found in LINK.finditer(text):
        address = escape(found[0])
        link = f'<a href="{address}" target="_blank" rel="noopener noreferrer">{address}</a>'
        parts += [escape(text[last : found.start()]), link]
        last = found.end()
    return "".join([*parts, escape(text[last:])])


def file(path: str) -> tuple[bytes, str]:
    """What the pages are made of: a file, and its media type."""
    return (HERE / path[1:]).read_bytes(), FILES[path]


def one(message: dict[str, Any], parts: Parts) -> str:
    """A page with one message alone."""
    head = HEAD.format(title=escape(message["subject"]), more="")
    return (
        f'{head}<header><h1>Inbox</h1><p><a href="/">All messages</a></p></header>\n'
        f'<main id="message" class="alone">{whole(message, parts)}</main>\n</body>\n</html>\n'
    )
