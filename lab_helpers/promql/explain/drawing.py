"""A query that was taken apart, as an aligned tree of text."""

import textwrap
from collections.abc import Iterator

from lab_helpers.promql.explain.parts import Part
from lab_helpers.promql.explain.saying import facts, size, troubles

#: Characters of a line of text, of which the PromQL of a part takes half.
_WIDTH, _HEAD = 100, 58


def as_text(top: Part, when: str) -> str:
    """The whole tree."""
    rows = list(_rows(top, "", ""))
    wide = min(max(len(first) for first, _, _ in rows), _HEAD)
    lines = [when]
    for first, behind, below in rows:
        lines += [f"{first:{wide}}  {behind}", *below]
    return "\n".join(lines)


def _rows(
    part: Part, first: str, other: str, outer: float | None = None
) -> Iterator[tuple[str, str, list[str]]]:
    """A part's line, what stands behind it, and the lines below, then the same of those below."""
    inner = other + ("│  " if part.parts else "   ")
    lines = facts(part, outer) + [f"! {trouble}" for trouble in troubles(part)]
    yield (
        first + " ".join(part.head.split()),
        f"{part.type}  {size(part)}".rstrip(),
        [
            row
            for line in lines
            for row in textwrap.wrap(
                line,
                _WIDTH,
                initial_indent=inner,
                subsequent_indent=f"{inner}  ",
                break_on_hyphens=False,
            )
        ],
    )
    for number, below in enumerate(part.parts, start=1):
        is_last = number == len(part.parts)
        branch, onwards = ("└─ ", "   ") if is_last else ("├─ ", "│  ")
        yield from _rows(below, other + branch, other + onwards, part.at)
