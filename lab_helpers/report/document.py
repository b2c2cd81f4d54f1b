"""What a report consists of, before it is a page, a PDF or an e-mail."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import escape


@dataclass(frozen=True)
class Paragraph:
    """Sentences. small: those that explain, rather than tell."""

    text: str
    small: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a title. Columns from `numbers` on are numbers, and stand on the right."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int = 1

    @property
    def wide(self) -> list[bool]:
        """Of each column whether it has text that needs more than one line."""
        columns = zip(self.head, *self.rows, strict=True)
        return [max(map(len, cells)) > 24 for cells in columns]


@dataclass(frozen=True, repr=False)
class Picture:
    """A picture with a title, and what it shows in words; drawn when it is first looked at."""

    name: str
    title: str
    alt: str
    drawn: Callable[[str], bytes]
    """Draws it in one of its forms: light, dark, vector."""

    @cached_property
    def light(self) -> bytes:
        """As PNG, for a white page."""
        return self.drawn("light")

    @cached_property
    def dark(self) -> bytes:
        """As PNG, for a black page."""
        return self.drawn("dark")

    @cached_property
    def vector(self) -> str:
        """As SVG, for paper."""
        return self.drawn("vector").decode()

    def __repr__(self) -> str:
        return f"“{self.title}”. {self.alt}"

    def _repr_png_(self) -> bytes:
        """How a notebook shows it where HTML is not shown."""
        return self.light

    def _repr_html_(self) -> str:
        """How a notebook shows it."""
        source = base64.b64encode(self.light).decode()
        return f'<img alt="{escape(repr(self))}" width="620" src="data:image/png;base64,{source}">'


Block = Paragraph | Table | Picture


@dataclass(frozen=True)
class Section:
    """A heading, and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A report."""

    title: str
    subtitle: str
    summary: tuple[str, ...]
    """Sentences for those who read no further."""
    sections: tuple[Section, ...]

    @property
    def pictures(self) -> dict[str, Picture]:
        """Its pictures, by name."""
        blocks = (block for section in self.sections for block in section.blocks)
        return {block.name: block for block in blocks if isinstance(block, Picture)}
