"""Rows and columns, each column in its unit, its cells coloured where the panel says so."""

import math
from typing import Any

from lab_helpers.preview.box import INK, PALE, PLAIN, TITLE, shortened
from lab_helpers.preview.colours import readable_on
from lab_helpers.preview.fields import Shown, ends, show
from lab_helpers.preview.frames import Field, Frame
from lab_helpers.preview.panels.view import View, hidden

ROW = 0.29  # inches: 36 pixels of Grafana's, as the page is 13 inches for 1600 pixels
_LETTER = 0.07  # inches


def table(view: View) -> None:
    """Draw the first table; Grafana has a choice where there are several."""
    number = view.option("frameIndex")
    number = number if isinstance(number, int) and 0 <= number < len(view.frames) else 0
    frame = view.frames[number]
    if len(view.frames) > 1:
        view.notes.add("of several tables in one panel the first is shown; Grafana lets one choose")
    fields = [f for f in frame.fields if not _is_hidden(f)]
    if not fields or not len(frame):
        view.box.say("No data")
        return
    places = _order(view, frame)
    fitting = max(int((view.box.height - TITLE - 0.06) / ROW) - 1, 1)
    cells = [[show(f, f.values[p]) for p in places[:fitting]] for f in fields]
    axes = view.box.blank(bottom=0.06)
    edges = _edges(fields, cells, view.box.width - 0.2)
    line = ROW / max(view.box.height - TITLE - 0.06, ROW)
    for (x, width), one, column in zip(edges, fields, cells, strict=True):
        most = max(int(width * (view.box.width - 0.2) / _LETTER) - 1, 1)
        right = _is_right(one)
        place: Any = {"x": x + (width - 0.006 if right else 0), "ha": "right" if right else "left"}
        head = shortened(one.called or one.name, most)
        look: Any = {"fontsize": 9, "va": "center"}
        axes.text(y=1 - line / 2, s=head, weight="bold", color="#1F60C4", **place, **look, **PLAIN)
        for row, cell in enumerate(column, start=1):
            y = 1 - (row + 0.5) * line
            colour, sign = _decorate(
                axes, one, cell, (x, y - line / 2, width, line), places[row - 1]
            )
            text = shortened(f"{cell.text} {sign}".strip(), most)
            axes.text(y=y, s=text, color=colour, **place, **look, **PLAIN)
    if len(places) > fitting:
        more = f"and {len(places) - fitting} more"
        axes.text(1, 0, more, fontsize=8.5, ha="right", color=PALE)


def _custom(one: Field) -> dict[str, Any]:
    found = one.config.get("custom")
    return found if isinstance(found, dict) else {}


def _is_hidden(one: Field) -> bool:
    return bool(_custom(one).get("hidden")) or hidden(one, "viz")


def _is_right(one: Field) -> bool:
    align = _custom(one).get("align")
    return bool(align == "right" or (align in (None, "", "auto") and one.kind == "number"))


def _order(view: View, frame: Frame) -> list[int]:
    """The rows in the order that the panel asks for."""
    places = list(range(len(frame)))
    wanted = next(iter(view.option("sortBy") or []), None)
    if not isinstance(wanted, dict):
        return places
    by = next((f for f in frame.fields if wanted.get("displayName") in (f.called, f.name)), None)
    if by is None:
        return places

    def key(place: int) -> tuple[int, Any]:
        value = by.values[place]
        if value is None or value != value:
            return (-1, 0)
        return (1, value.lower()) if isinstance(value, str) else (0, value)

    return sorted(places, key=key, reverse=bool(wanted.get("desc")))


def _edges(
    fields: list[Field], cells: list[list[Shown]], inches: float
) -> list[tuple[float, float]]:
    """Where each column begins, and how wide it is, as shares of the panel."""
    needed = []
    for one, column in zip(fields, cells, strict=True):
        longest = max([len(one.called or one.name), *(len(cell.text) + 2 for cell in column)])
        pixels = _custom(one).get("width")
        asked = pixels * 13 / 1600 if isinstance(pixels, int | float) and pixels > 0 else None
        needed.append(asked or min((longest + 2) * _LETTER, inches * 0.6))
    total = sum(needed)
    found, x = [], 0.0
    for width in needed:
        share = width / total if total else 1
        found.append((x, share))
        x += share
    return found


def _decorate(
    axes: Any, one: Field, cell: Shown, place: tuple[float, float, float, float], row: int
) -> tuple[Any, str]:
    """Draw what is behind a cell's text; the text's colour, and the mark beside it."""
    from matplotlib.patches import Rectangle

    look = _custom(one).get("cellOptions") or {}
    kind = look.get("type")
    x, y, width, height = place
    if kind == "color-background":
        sheet = Rectangle((x, y), width, height, color=cell.colour, linewidth=0)
        axes.add_patch(sheet)
        return readable_on(cell.colour), ""
    if kind == "gauge":
        value = one.values[row]
        low, high = ends(one)
        if isinstance(value, int | float) and math.isfinite(value) and high > low:
            share = min(max((value - low) / (high - low), 0), 1)
            inner = Rectangle((x, y + height * 0.15), width * 0.6 * share, height * 0.7)
            inner.set(color=cell.colour, linewidth=0)
            axes.add_patch(inner)
    if kind in ("color-text", "gauge"):
        return cell.colour, cell.mark
    return INK, ""
