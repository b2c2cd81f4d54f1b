"""Legends: below a graph, or at its right; as a list, or as a table with calculations."""

import math
from dataclasses import dataclass
from typing import Any

from lab_helpers.preview.box import INK, PALE, PLAIN, Box, shortened
from lab_helpers.preview.fields import series_colour, show
from lab_helpers.preview.frames import Field
from lab_helpers.preview.panels.view import View, hidden
from lab_helpers.preview.reducers import COUNTS, canonical, is_known, name_of, reduce
from lab_helpers.preview.units import words

_LINE, _LETTER = 0.19, 0.072  # inches of a line, and of a letter
_MOST = 0.4  # of the panel's height that a legend below may take, at most


@dataclass(frozen=True)
class Legend:
    """What a legend shows, and how much room it takes, in inches."""

    rows: list[tuple[Field, list[str]]]
    heads: list[str]
    across: int
    below: float
    beside: float

    @classmethod
    def of(cls, view: View, fields: list[Field]) -> "Legend":
        """The legend of a panel for these series."""
        options = view.option("legend") or {}
        named = [f for f in fields if not hidden(f, "legend")]
        if options.get("showLegend") is False or not named:
            return cls([], [], 1, 0, 0)
        calcs = [canonical(c) for c in options.get("calcs") or [] if is_known(str(c))]
        rows = _sorted([(f, [_cell(f, c) for c in calcs]) for f in named], calcs, options)
        box = view.box
        as_table = options.get("displayMode") == "table"
        heads = [name_of(c) for c in calcs]
        if options.get("placement") == "right":
            longest = max(
                len(f.called or f.name) + sum(max(len(c), 5) + 2 for c in cells)
                for f, cells in rows
            )
            beside = min(0.35 + _LETTER * longest, 0.45 * box.width)
            fitting = max(int((box.height - 0.4) / _LINE), 1)
            return cls(_fitting(rows, fitting), heads, 1, 0, beside)
        across = 1 if as_table and heads else max(1, int(box.width / 2.1))
        lines = math.ceil(len(rows) / across)
        most = max(int(_MOST * box.height / _LINE), 1)
        shown = _fitting(rows, min(lines, most) * across)
        head = 1 if as_table and heads else 0
        return cls(shown, heads, across, _LINE * (math.ceil(len(shown) / across) + head), 0)

    def draw(self, view: View, bottom: float) -> None:
        """Write it. ``bottom``: inches from the panel's foot to the legend's."""
        if not self.rows:
            return
        box = view.box
        as_table = view.option("legend", "displayMode") == "table" and bool(self.heads)
        if self.beside:
            left, top = box.left + box.width - self.beside + 0.1, box.bottom + box.height - 0.42
            width = self.beside - 0.15
        else:
            left, top, width = box.left + 0.12, box.bottom + bottom + self.below - 0.1, box.width
        if as_table:
            _columns(box, self, left, top, width - (0 if self.beside else 0.3))
            return
        column = width / self.across
        for number, (one, cells) in enumerate(self.rows):
            x = left + column * (number % self.across)
            y = top - _LINE * (number // self.across)
            _swatch(box, x, y, series_colour(one))
            text = shortened(
                "  ".join([one.called or one.name, *cells]), max(int((column - 0.3) / _LETTER), 4)
            )
            _write(box, x + 0.24, y, text)


def _cell(one: Field, calc: str) -> str:
    value = reduce(one.values, calc)
    if calc in COUNTS or calc == "diffperc":
        return words(value, "percent" if calc == "diffperc" else "none")
    return show(one, value).text


def _sorted(rows: Any, calcs: list[str], options: dict[str, Any]) -> Any:
    """In the order of a calculation, where the panel asks for one."""
    by = str(options.get("sortBy") or "")
    names = [name_of(c) for c in calcs]
    if by in names:
        calc = calcs[names.index(by)]

        def key(row: Any) -> float:
            value = reduce(row[0].values, calc)
            return value if isinstance(value, int | float) and value == value else -math.inf

        return sorted(rows, key=key, reverse=bool(options.get("sortDesc")))
    return rows


def _fitting(rows: Any, most: int) -> Any:
    return rows[: max(most, 1)]


def _columns(box: Box, legend: Legend, left: float, top: float, width: float) -> None:
    """A table: names at the left, what is calculated in columns at the right."""
    wide = [
        max(len(head), *(len(cells[n]) for _, cells in legend.rows)) * _LETTER + 0.15
        for n, head in enumerate(legend.heads)
    ]
    ends = [left + width - sum(wide[n + 1 :]) for n in range(len(wide))]
    for end, head in zip(ends, legend.heads, strict=True):
        _write(box, end, top, head, ha="right", color="#1F60C4")
    most = max(int((width - sum(wide) - 0.3) / _LETTER), 4)
    for number, (one, cells) in enumerate(legend.rows, start=1):
        y = top - _LINE * number
        _swatch(box, left, y, series_colour(one))
        _write(box, left + 0.24, y, shortened(one.called or one.name, most))
        for end, cell in zip(ends, cells, strict=True):
            _write(box, end, y, cell, ha="right")


def _swatch(box: Box, x: float, y: float, colour: Any) -> None:
    from matplotlib.lines import Line2D

    wide, high = box.figure.get_size_inches()
    line = Line2D([x / wide, (x + 0.16) / wide], [y / high] * 2, color=colour, linewidth=3.5)
    line.set(transform=box.figure.transFigure, figure=box.figure, solid_capstyle="butt")
    box.figure.add_artist(line)


def _write(box: Box, x: float, y: float, text: str, **options: Any) -> None:
    wide, high = box.figure.get_size_inches()
    options = {"color": INK if text else PALE, "va": "center_baseline"} | options
    box.figure.text(x / wide, y / high, text, fontsize=8.5, **options, **PLAIN)
