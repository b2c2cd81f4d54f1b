"""The look of the workshop's own pages: one style, and the switch between dark and light.

`look.css` says which classes there are. A page takes both files along in itself (`page`), so that
it needs no network and no server; or a server hands them out (`CSS`, `SCRIPT`), where a page's
security policy allows nothing that is written in it.
"""

from html import escape
from pathlib import Path

_HERE = Path(__file__).resolve().parent

CSS = _HERE / "look.css"
SCRIPT = _HERE / "look.js"
#: The switch: it cycles through "as the system", dark and light, and is hidden without scripts.
SWITCH = '<button type="button" class="switch" hidden>Colours</button>'


def page(title: str, body: str, head: str = "") -> str:
    """A whole HTML page that looks as the workshop's do, with all that it needs in it.

    Args:
        title: as plain text.
        body, head: HTML; the body has the page's `<main>`, and `SWITCH` where it is wanted.
    """
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{CSS.read_text()}</style>\n"
        f"<script>\n{SCRIPT.read_text()}</script>\n{head}</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
