"""E-mails with pictures and files in the inbox: shown whole, and harmless."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import ThreadingHTTPServer
from types import ModuleType

import pytest
import requests

from tests.unit.services.test_inbox import email, program  # noqa: F401

PIXEL = b"\x89PNG\r\n\x1a\nno more than a name"


def illustrated(page: str = '<p>hello</p><img alt="a" src="cid:a@x">') -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"], mail["To"] = "The week <b>", "ann@x"
    mail.set_content("hello")
    mail.add_alternative(page, subtype="html")
    *_, html = mail.iter_parts()
    assert isinstance(html, EmailMessage)
    html.add_related(PIXEL, "image", "png", cid="<a@x>")
    mail.add_attachment(b"%PDF-1.7", "application", "pdf", filename='we"ek\u00fc.pdf')
    return mail


@pytest.fixture
def served(program: ModuleType) -> Iterator[str]:  # noqa: F811
    """The inbox's pages, with an illustrated e-mail (1) and one of Alertmanager's (2)."""
    for mail in (illustrated(), email()):
        message, parts = program.mails.read("ann@x", mail.as_bytes())
        program.inbox.add(parts, **message)
    server = ThreadingHTTPServer(("127.0.0.1", 0), program.Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_e_mail_brings_its_pictures_into_its_page(program: ModuleType) -> None:  # noqa: F811
    message, parts = program.mails.read("ann@x", illustrated().as_bytes())
    inside = "data:image/png;base64," + base64.b64encode(PIXEL).decode()
    assert f'<img alt="a" src="{inside}">' in parts.html
    assert message["html"] and message["text"] == "hello" and message["status"] == ""
    assert message["files"] == [{"name": 'we"ek\u00fc.pdf', "type": "application/pdf", "bytes": 8}]
    json.dumps(message)


def test_a_picture_that_is_not_there_is_none(program: ModuleType) -> None:  # noqa: F811
    page = illustrated(
        '<img src="cid:a@x"><img src=\'cid:other\'><img src="https://spy.example/p">'
    )
    _, parts = program.mails.read("ann@x", page.as_bytes())
    assert "cid:" not in parts.html and "src='data:,'" in parts.html


def test_an_e_mail_without_pictures_has_no_page(program: ModuleType) -> None:  # noqa: F811
    mail = EmailMessage()
    mail.set_content("<p>hello</p>", subtype="html")
    message, parts = program.mails.read("ann@x", mail.as_bytes())
    assert (message["html"], message["files"], parts.html) == (False, [], "")


def test_the_page_of_an_e_mail_may_do_nothing(served: str) -> None:
    answer = requests.get(f"{served}/messages/1/html", timeout=10)
    policy = {part.strip() for part in answer.headers["Content-Security-Policy"].split(";")}
    assert policy == {
        "sandbox",
        "default-src 'none'",
        "img-src data:",
        "style-src 'unsafe-inline'",
    }
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    frame = requests.get(f"{served}/messages/1", timeout=10).text
    assert '<iframe sandbox title="the e-mail" src="/messages/1/html">' in frame
    assert "The week &lt;b&gt;" in frame and "<dd>ann@x</dd>" in frame


def test_a_file_is_saved_and_never_shown(served: str) -> None:
    answer = requests.get(f"{served}/messages/1/files/0", timeout=10)
    assert answer.content == b"%PDF-1.7"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''we%22ek%C3%BC.pdf"
    )
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")


def test_the_list_leads_to_what_has_more_than_text(served: str) -> None:
    page = requests.get(served, timeout=10).text
    two, one = page.split("<article ")[1:]
    assert 'href="/?read=1"' in one and "<small>with pictures, 1 file</small>" in one
    assert 'href="/?read=2"' in two and "<small></small>" in two
    assert 'src="/messages/1/html"' in requests.get(f"{served}/?read=1", timeout=10).text
    assert "it burns" in requests.get(f"{served}/messages/2", timeout=10).text


@pytest.mark.parametrize(
    "path", ["/messages/3", "/messages/2/html", "/messages/1/files/1", "/messages/x", "/messages/"]
)
def test_what_is_not_there_is_said(served: str, path: str) -> None:
    answer = requests.get(served + path, timeout=10)
    assert answer.status_code == 404 and "there is no" in answer.json()["error"]


def test_pictures_of_the_newest_alone_are_kept(program: ModuleType) -> None:  # noqa: F811
    for _ in range(program.KEPT_WHOLE + 1):
        message, parts = program.mails.read("ann@x", illustrated().as_bytes())
        program.inbox.add(parts, **message)
    assert not program.inbox.parts_of(1).html and program.inbox.parts_of(2).html
    program.inbox.clear()
    assert not program.inbox.parts_of(2).html and not program.inbox.after(0)


def test_a_type_that_is_none_is_not_passed_on(program: ModuleType) -> None:  # noqa: F811
    raw = illustrated().as_bytes().replace(b"application/pdf", b"application/pdf\xff(x)")
    _, parts = program.mails.read("ann@x", raw)
    assert [kind for _, kind, _ in parts.files] <= ["application/pdf"] or parts.files
    assert all(kind.isascii() and "(" not in kind for _, kind, _ in parts.files)
