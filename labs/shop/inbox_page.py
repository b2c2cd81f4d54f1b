"""The pages of the inbox: all messages, and one of them."""

from __future__ import annotations

import time
from html import escape
from typing import Any

from mails import Parts  # type: ignore[import-not-found]  # it lies beside this file

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Inbox ({count})</title>
<meta http-equiv="refresh" content="2"><style>
body {{ font: 16px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 60em; color: #222 }}
article {{ border-left: 6px solid #999; padding: .2em 1em; margin: 1em 0; background: #f6f6f6 }}
article.firing {{ border-color: #D55E00 }} article.resolved {{ border-color: #009E73 }}
small {{ color: #555 }} pre {{ white-space: pre-wrap; margin: .4em 0 }} .down {{ color: #D55E00 }}
</style><h1>Inbox</h1><p>{state}</p>{articles}"""

MESSAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{subject}</title><style>
body {{ font: 16px/1.4 system-ui, sans-serif; margin: 1em auto; max-width: 60em; color: #222 }}
iframe {{ width: 100%; height: 80vh; border: 1px solid #999 }} small {{ color: #555 }}
</style><p><a href="/">Inbox</a></p><h1>{subject}</h1><small>{head}</small>{files}{body}"""


def everything(messages: list[dict[str, Any]], refused: int | None) -> str:
    """What came, newest first; of the heartbeats only how many and when the last one came.

    refused: while it is out of order, how many messages were turned away.
    """
    beats = [message for message in messages if message["to"] == "heartbeat"]
    shown = [message for message in messages if message["to"] != "heartbeat"]
    state = f"{counted(len(shown), 'message')}."
    if beats:
        age = time.time() - beats[-1]["arrived"]
        state += f" {counted(len(beats), 'heartbeat')}, the last one {age:.0f} s ago."
    if refused is not None:
        state += f' <b class="down">Out of order; {refused} turned away so far.</b>'
    return PAGE.format(
        count=len(shown), state=state, articles="".join(map(article, reversed(shown)))
    )


def counted(number: int, word: str) -> str:
    """How many of something: 1 message, 2 messages."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def head_of(message: dict[str, Any]) -> str:
    """When a message came, how, and to whom."""
    when = time.strftime("%H:%M:%S", time.gmtime(message["arrived"]))
    return f"{when} UTC · {message['via']} to <b>{escape(message['to'])}</b>"


def article(message: dict[str, Any]) -> str:
    """One message on the page."""
    files = message.get("files", [])
    more = ["with its pictures"] * message.get("html", False)
    more += [counted(len(files), "file")] * bool(files)
    link = f'<a href="/messages/{message["id"]}">open it {", ".join(more)}</a>' if more else ""
    lines = message["text"].splitlines()
    text = "\n".join([*lines[:6], "…"]) if message.get("html") else message["text"]
    return (
        f'<article class="{escape(message["status"])}"><small>{head_of(message)}</small><br>'
        f"<b>{escape(message['subject'])}</b> {link}"
        f"<pre>{escape(text)}</pre></article>"
    )


def one(message: dict[str, Any], parts: Parts) -> str:
    """A page with one message: its files to save, and its own page in a frame without rights."""
    number = message["id"]
    files = "".join(
        f'<li><a href="/messages/{number}/files/{at}">{escape(name)}</a> ({len(content):,} bytes)'
        for at, (name, _, content) in enumerate(parts.files)
    )
    frame = f'<iframe sandbox title="the e-mail" src="/messages/{number}/html"></iframe>'
    return MESSAGE.format(
        subject=escape(message["subject"]),
        head=head_of(message),
        files=f"<ul>{files}</ul>" if files else "",
        body=frame if parts.html else f"<pre>{escape(message['text'])}</pre>",
    )
