"""The report as an e-mail, and what is said when it cannot be sent or written."""

from __future__ import annotations

import re
import socket
from email.message import EmailMessage
from pathlib import Path

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.report import deliver
from lab_helpers.report.delivery import email
from tests.unit.report.made_up import report

REPORT = report()


def test_the_e_mail_has_text_a_page_with_pictures_and_the_pdf() -> None:
    mail = email(REPORT, "ann@shop.example")
    assert mail["To"] == "ann@shop.example" and "2 to 8 March 2026" in mail["Subject"]
    assert mail.get_content_type() == "multipart/mixed"
    page, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert isinstance(page, EmailMessage) and isinstance(text, EmailMessage)
    wanted = re.findall(r'src="cid:([^"]+)"', page.get_content())
    brought = [part["Content-Id"] for part in mail.walk() if part["Content-Id"]]
    assert brought == [f"<{name}>" for name in wanted] and len(wanted) == 4
    assert "data:" not in page.get_content()
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "shop-2026-W10.pdf"
    assert attached.get_payload(decode=True) == REPORT.pdf


def test_the_text_says_what_the_page_says() -> None:
    text = email(REPORT).get_body(("plain",))
    assert text is not None
    said = text.get_content()
    assert all(sentence in said for sentence in REPORT.document.summary)
    assert all(picture.alt in re.sub(r"\s+", " ", said) for picture in REPORT.pictures.values())
    assert "- Requests that do not fail: Promised 99.90 %, This week 99.88 %" in said


def test_where_no_mail_server_is_one_sentence_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens on it
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(WorkshopError, match=f"^The mail server at {address} cannot be reached"):
            deliver(REPORT, address)


@pytest.mark.parametrize("smtp", ["", "localhost", ":25", "here:mail"])
def test_an_address_that_is_none_is_refused(smtp: str) -> None:
    with pytest.raises(WorkshopError, match=r"is no mail server\. Write HOST:PORT"):
        deliver(REPORT, smtp)


@pytest.mark.parametrize("to", ["", "ann", "ann@shop.example, bob", "a@b\nBcc: c@d"])
def test_a_receiver_that_is_none_is_refused(to: str) -> None:
    with pytest.raises(WorkshopError, match="is no address to send a report to"):
        deliver(REPORT, "127.0.0.1:9", to)


def test_files_have_the_name_of_the_week(tmp_path: Path) -> None:
    files = REPORT.write(tmp_path / "new" / "folder")
    assert [file.name for file in files] == ["shop-2026-W10.html", "shop-2026-W10.pdf"]
    assert files[0].read_text() == REPORT.html and files[1].read_bytes() == REPORT.pdf


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkshopError, match=r"cannot be written into .*file/here: Not a directory"):
        REPORT.write(tmp_path / "file" / "here")
    (tmp_path / "shop-2026-W10.html").mkdir()
    with pytest.raises(WorkshopError, match=r"cannot be written into .*: Is a directory"):
        REPORT.write(tmp_path)
