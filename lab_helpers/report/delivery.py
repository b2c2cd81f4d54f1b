"""The report as an e-mail: text, a page with its pictures inside, and the PDF as a file."""

from __future__ import annotations

import re
import smtplib
from email.message import EmailMessage
from email.utils import make_msgid
from html import escape

from lab_helpers.errors import WorkshopError
from lab_helpers.report import html
from lab_helpers.report.document import Document, Paragraph, Picture, Table
from lab_helpers.report.report import Report

SENDER = "reports@shop.example"
EVERYBODY = "everybody@shop.example"
PATIENCE = 10.0
"""Seconds to wait for the mail server."""


def email(report: Report, to: str = EVERYBODY) -> EmailMessage:
    """Make the e-mail. Where no page can be shown, it has the same in plain text."""
    document = report.document
    mail = EmailMessage()
    mail["Subject"] = f"{document.title}, {report.now.week}: {document.summary[0]}"
    mail["From"], mail["To"] = SENDER, to
    mail["Message-Id"] = make_msgid(domain="shop.example")
    mail.set_content(plain(document))

    def inside(picture: Picture) -> str:
        return f'<img alt="{escape(picture.alt)}" src="cid:{picture.name}@shop.example">'

    mail.add_alternative(html.page(document, inside), subtype="html")
    *_, page = mail.iter_parts()
    assert isinstance(page, EmailMessage)
    for name, picture in report.pictures.items():
        page.add_related(picture.light, "image", "png", cid=f"<{name}@shop.example>",
                         filename=f"{name}.png", disposition="inline")  # fmt: skip
    mail.add_attachment(report.pdf, "application", "pdf", filename=f"{report.name}.pdf")
    return mail


def deliver(report: Report, smtp: str, to: str = EVERYBODY) -> None:
    """Send the report by e-mail.

    smtp: the mail server, ``HOST:PORT``. to: an address, or several with commas between them.

    Raises:
        WorkshopError: an address is none, no mail server answers, or it refuses the e-mail.
    """
    if not all(re.fullmatch(r"[^\s@]+@[^\s@]+", each.strip()) for each in to.split(",")):
        raise WorkshopError(f"{to!r} is no address to send a report to.")
    host, _, port = smtp.rpartition(":")
    if not host or not port.isdecimal():
        raise WorkshopError(f"{smtp!r} is no mail server. Write HOST:PORT, such as 127.0.0.1:1025.")
    try:
        with smtplib.SMTP(host, int(port), timeout=PATIENCE) as server:
            server.send_message(email(report, to))
    except smtplib.SMTPResponseException as problem:
        raise _refused(smtp, problem.smtp_code, problem.smtp_error) from None
    except smtplib.SMTPRecipientsRefused as problem:
        (code, said), *_ = problem.recipients.values()
        raise _refused(smtp, code, said) from None
    except (OSError, smtplib.SMTPException) as problem:
        raise WorkshopError(
            f"The mail server at {smtp} cannot be reached, or does not work: {problem}. The report "
            "was not delivered."
        ) from None


def _refused(smtp: str, code: int, said: bytes | str) -> WorkshopError:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return WorkshopError(f"The mail server at {smtp} did not take the report: {code} {words}.")


def plain(document: Document) -> str:
    """The report as plain text; of pictures, what they show."""
    lines = [document.title, document.subtitle, "", *document.summary]
    for section in document.sections:
        lines += ["", "", section.title, "=" * len(section.title)]
        for block in section.blocks:
            if isinstance(block, Paragraph):
                lines += ["", block.text]
            elif isinstance(block, Table):
                lines += ["", block.title, *(_row(block.head, row) for row in block.rows)]
            else:
                lines += ["", f"[{block}]"]
    return "\n".join(lines) + "\n"


def _row(head: tuple[str, ...], row: tuple[str, ...]) -> str:
    return f"- {row[0]}: " + ", ".join(
        f"{name} {cell}" for name, cell in zip(head[1:], row[1:], strict=True)
    )
