"""Calls to a room: by plain HTTP, past every proxy, each with an end."""

import http.client
import json
import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lab_helpers.errors import WorkshopError

TIMEOUT = 3.0  # seconds for a connection, and then for each part of the answer
_LONGEST = 4096  # bytes of an answer that are read


class Answer(NamedTuple):
    """What a room says.

    status: HTTP's; 0 if nobody answers.
    error: its sentence, where it refuses; fit for a terminal.
    """

    status: int
    error: str = ""


def link(url: str) -> str:
    """A link to a room, as it was meant.

    Raises:
        WorkshopError: it is none.
    """
    shown = "".join(sign if sign.isprintable() else "?" for sign in url[:80])
    wrong = WorkshopError(
        f"{shown!r} is no link to a room: paste the instructor's whole line, with a link such as "
        "http://10.0.0.5:8030/join/k3v9x2m7qd."
    )
    url = url.strip()
    if len(url) > 300 or not url.isprintable():
        raise wrong
    try:
        parts = urlsplit(url)
        found = parts.scheme == "http" and parts.hostname and not parts.username and parts.port != 0
    except ValueError:  # a port that is no number
        raise wrong from None
    if (
        not found
        or not re.fullmatch(r"/join/[a-z0-9]{1,64}/?", parts.path)
        or not url.isprintable()
    ):
        raise wrong
    return f"http://{parts.netloc}{parts.path.rstrip('/')}"


def post(url: str, what: dict[str, Any]) -> Answer:
    """Send an object to a room."""
    parts = urlsplit(url)
    try:
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=TIMEOUT)
        try:
            headers = {"Content-Type": "application/json", "Connection": "close"}
            connection.request("POST", parts.path, json.dumps(what).encode(), headers)
            answer = connection.getresponse()
            return Answer(answer.status, _sentence(answer.read(_LONGEST)))
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException):
        return Answer(0)


def _sentence(body: bytes) -> str:
    try:
        said = json.loads(body)["error"]
    except (ValueError, LookupError, TypeError):
        return ""
    return "".join(sign if sign.isprintable() else " " for sign in str(said))[:300]
