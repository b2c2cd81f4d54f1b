"""A query that was taken apart, as a tree on a page: it folds without any script."""

import re
from html import escape

from lab_helpers.promql.explain.parts import Part
from lab_helpers.promql.explain.saying import facts, size, troubles

# No colour but the page's own, thinned out: light, dark and on paper it is readable, and what is
# empty or refused is told by its words and its dashed edge.
_EDGE = "border-left:{width} currentColor;padding-left:.7em;margin:.35em 0 .35em .3em"
_SMALL = "opacity:.8;font-size:92%"
_WRAP = "overflow-wrap:anywhere;white-space:normal"


def as_html(top: Part, when: str) -> str:
    """The whole tree."""
    return (
        f'<div style="max-width:100%;{_WRAP};line-height:1.45">'
        f'<div style="{_SMALL}">{escape(when)}</div>{_part(top, None)}</div>'
    )


def _part(part: Part, outer: float | None) -> str:
    wrong = part.is_empty or part.refused
    edge = _EDGE.format(width="3px dashed" if wrong else "1px solid")
    behind = f" · {part.type}" if size(part) else part.type
    mark = "∅ " if part.is_empty else "✗ " if part.refused else ""
    said = "".join(f"<div>{_code(each)}</div>" for each in facts(part, outer))
    bad = "".join(f"<div><b>! {_code(each)}</b></div>" for each in troubles(part))
    below = "".join(_part(each, part.at) for each in part.parts)
    return (
        f'<details open style="{edge}">'
        f'<summary style="cursor:pointer"><code style="{_WRAP};background:none">'
        f"{escape(part.head)}</code>&emsp;<b>{mark}{escape(size(part))}</b>{behind}</summary>"
        f'<div style="{_SMALL}">{said}</div>{bad}{below}</details>'
    )


def _code(words: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words, quote=False))
