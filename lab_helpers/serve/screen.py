"""The page for the projector: the line, its QR code, and how far everybody is."""

import io
from html import escape
from pathlib import Path

import segno

from lab_helpers import look
from lab_helpers.serve.answers import Page
from lab_helpers.serve.line import Line

_HERE = Path(__file__).resolve().parent
_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_GROUP = 4  # digits of a digest that the eye takes at once


def pages(line: Line) -> dict[str, Page]:
    """The files of the page, by name; the page itself has none."""
    text = (_HERE / "screen.html").read_text()
    for name, value in {
        "LINE": _for_eyes(line), "PLAIN": escape(line.curl), "PYTHON": escape(line.python),
        "SWITCH": look.SWITCH,
    }.items():  # fmt: skip
        text = text.replace(f"<!--{name}-->", value)
    drawn = io.BytesIO()
    code(line).save(drawn, kind="svg", border=4, light="white", omitsize=True)
    return {
        "": Page("text/html; charset=utf-8", text.encode()),
        "line.svg": Page("image/svg+xml", drawn.getvalue()),
        **{
            path.name: Page(_KINDS[path.suffix], path.read_bytes())
            for path in (look.CSS, look.SCRIPT, _HERE / "screen.css", _HERE / "screen.js")
        },
    }


def code(line: Line) -> segno.QRCode:
    """The line as a QR code: the whole of it, as an address could be answered by anybody."""
    return segno.make_qr(line.curl, error="m")


def in_the_terminal(line: Line) -> str:
    """The QR code, in letters."""
    drawn = io.StringIO()
    code(line).terminal(drawn, border=2, compact=True)
    return drawn.getvalue()


def _for_eyes(line: Line) -> str:
    """The line as HTML, in rows that may be typed as they are; the digest in groups of digits."""
    digits = [line.digest[at : at + _GROUP] for at in range(0, len(line.digest), _GROUP)]
    groups = "".join(f"<b>{group}</b>" for group in digits)
    shown = escape(line.curl).replace(line.digest, groups)
    # A shell takes a new row after each of these for a part of the same line.
    for end, begin in ((";", "("), ("|", "grep"), ("||", "!")):
        shown = shown.replace(end + begin, f"{end}\n{begin}")
    return "".join(f"<span>{row}</span>" for row in shown.split("\n"))
