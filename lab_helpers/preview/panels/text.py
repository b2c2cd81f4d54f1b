"""Words, as Markdown or HTML; their marks are left out."""

import html
import re
import textwrap

from lab_helpers.preview.box import INK, PLAIN, TITLE
from lab_helpers.preview.panels.view import View


def text(view: View) -> None:
    """Write the panel's words."""
    content = str(view.option("content") or "")
    plain = _plain(content)
    if not plain:
        view.box.say("A text without words." if not content else "A picture, or other HTML.")
        view.notes.add("pictures and HTML in texts are left out")
        return
    axes = view.box.blank(top=TITLE if view.panel.get("title") else 0.12)
    width = max(int(view.box.width / 0.08), 10)
    lines = [part for line in plain.splitlines() for part in textwrap.wrap(line, width) or [""]]
    most = max(int((view.box.height - 0.2) / 0.18), 1)
    if len(lines) > most:
        lines = [*lines[: most - 1], "…"]
    shown = "\n".join(lines)
    axes.text(0, 1, shown, va="top", fontsize=10, color=INK, linespacing=1.3, **PLAIN)


def _plain(content: str) -> str:
    """The words of Markdown or HTML."""
    content = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", "", content, flags=re.S | re.I)
    content = re.sub(r"</(p|div|h\d|li|tr)>|<br\s*/?>", "\n", content, flags=re.I)
    content = html.unescape(re.sub(r"<[^>]+>", "", content))
    content = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", content)
    content = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", content)
    content = re.sub(r"\*\*|__|`+|^#+ *|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)", "", content, flags=re.M)
    return re.sub(r"\n{3,}", "\n\n", content).strip()
