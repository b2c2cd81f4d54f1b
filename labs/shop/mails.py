"""E-mails for the inbox: what Alertmanager says in one, and what any brings along."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

# An alert in X-Alerts: its name may have blanks in it, and ends where the next one begins.
ALERT = re.compile(
    r"([0-9a-f]{16})=(firing|resolved)=(.*?)\s*(?=\s[0-9a-f]{16}=(?:firing|resolved)=|\Z)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Parts:
    """What an e-mail has besides its text."""

    html: str = ""
    """Its own page, with its pictures inside."""
    files: list[tuple[str, str, bytes]] = field(default_factory=list)
    """The files that are attached to it: name, type, content."""


def read(to: str, content: bytes) -> tuple[dict[str, Any], Parts]:
    """An e-mail as a message of the inbox, and what it brings along."""
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    parts = brought(mail)
    files = [{"name": name, "type": kind, "bytes": len(body)} for name, kind, body in parts.files]
    return {**from_email(to, mail), "html": bool(parts.html), "files": files}, parts


def brought(mail: EmailMessage) -> Parts:
    """The page of an e-mail, if it has pictures, and its files."""
    page = mail.get_body(preferencelist=("html",))
    pictures = {
        str(part["Content-Id"] or "").strip("<> "): part
        for part in mail.walk()
        if part.get_content_maintype() == "image" and part["Content-Id"]
    }
    files = [
        (part.get_filename() or f"file-{number}", kind_of(part), bytes_of(part))
        for number, part in enumerate(mail.iter_attachments(), 1)
        if isinstance(part, EmailMessage) and not part.is_multipart()
    ] if mail.is_multipart() else []  # fmt: skip
    if page is None or not pictures:
        return Parts("", files)

    def picture(found: re.Match[str]) -> str:
        part = pictures.get(found[1])
        if part is None:
            return "data:,"
        return f"data:{kind_of(part)};base64,{base64.b64encode(bytes_of(part)).decode()}"

    return Parts(re.sub(r"cid:([^\"'\s>)]+)", picture, str(page.get_content())), files)


def kind_of(part: Any) -> str:
    """The media type of a part of an e-mail, as far as it is one."""
    kind = str(part.get_content_type())
    return kind if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind) else "application/octet-stream"


def bytes_of(part: Any) -> bytes:
    """The content of a part of an e-mail."""
    return bytes(part.get_payload(decode=True) or b"")


def tag(subject: str) -> str:
    """What Alertmanager writes in front of a subject, such as [FIRING:1], in small letters."""
    found = re.search(r"\[(FIRING|RESOLVED)\b", subject)
    return found[1].lower() if found else ""


def from_email(to: str, mail: EmailMessage) -> dict[str, Any]:
    """An e-mail as a message; the headers say which alerts it is about."""
    listed = header(mail, "X-Alerts")
    found = ALERT.findall(listed) or [(word, "", "") for word in listed.split()]
    alerts = [
        dict(zip(("fingerprint", "status", "alertname"), each, strict=True)) for each in found
    ]
    subject = header(mail, "Subject")
    told = {alert["status"] for alert in alerts} or {tag(subject)}
    body = mail.get_body(preferencelist=("plain", "html"))
    return {
        "via": "e-mail",
        "to": to,
        "receiver": named(header(mail, "X-Receiver")),
        "sender": header(mail, "Message-Id").rpartition("@")[2].rstrip(">"),
        "status": "firing" if "firing" in told else "resolved" if told - {""} else "",
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
