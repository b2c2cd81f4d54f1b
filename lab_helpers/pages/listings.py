"""Two versions of a program side by side, with what changed marked."""

import difflib
from collections.abc import Iterator
from html import escape

from lab_helpers.sources import Source, read

_CHANGED = {
    "before": "#FBE3D6",
    "after": "#DCEBF7",
}  # told apart in grey by the sign before the line
_CELL = "vertical-align:top;text-align:left"
_CODE = "font-size:75%;line-height:1.35;margin:0"


class SideBySide:
    """A program before and after: a table in a notebook, a unified diff as text.

    Args:
        before, after: where each file is, or its text.
        names: what stands above them.
    """

    def __init__(
        self, before: Source, after: Source, names: tuple[str, str] = ("before", "after")
    ) -> None:
        self.before = read(before).decode().splitlines()
        self.after = read(after).decode().splitlines()
        self.names = names

    def rows(self) -> Iterator[tuple[str | None, str | None, bool]]:
        """The lines opposite each other, and whether they differ; None where a side has none."""
        matcher = difflib.SequenceMatcher(None, self.before, self.after, autojunk=False)
        for kind, b0, b1, a0, a1 in matcher.get_opcodes():
            for n in range(max(b1 - b0, a1 - a0)):
                left = self.before[b0 + n] if b0 + n < b1 else None
                right = self.after[a0 + n] if a0 + n < a1 else None
                yield left, right, kind != "equal"

    def __str__(self) -> str:
        lines = difflib.unified_diff(self.before, self.after, *self.names, lineterm="")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        def listing(place: int, side: str, sign: str) -> str:
            lines = []
            for row in self.rows():
                line, changed = row[place] or "", row[2]
                mark = sign if changed and row[place] is not None else " "
                text = escape(f"{mark} {line}".rstrip())
                shade = f"background:{_CHANGED[side]};color:#000000"
                lines.append(f'<span style="{shade}">{text}</span>' if mark.strip() else text)
            return f'<td style="{_CELL}"><pre style="{_CODE}">' + "\n".join(lines) + "</pre></td>"

        heads = "".join(f'<th style="text-align:left">{escape(name)}</th>' for name in self.names)
        body = listing(0, "before", "-") + listing(1, "after", "+")
        return f"<table><thead><tr>{heads}</tr></thead><tbody><tr>{body}</tr></tbody></table>"
