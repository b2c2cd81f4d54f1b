"""The rows of Grafana 4 and older (schema 15 and older), turned into places in the grid."""

import math
from typing import Any

COLUMNS = 24
_CELL = 38  # pixels: 30 of a row of the grid, 8 between two
_LOWEST = 90  # pixels of a panel
_ROW, _SPAN = 250, 4  # pixels of a row, twelfths of a panel, where they say nothing


def in_a_grid(rows: list[Any], others: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The panels of old rows, each with its place, behind those that are in the grid already.

    A row has a heading of its own if any is collapsed, repeated or shows its title.
    """
    rows = [row for row in rows if isinstance(row, dict) and not row.get("repeatIteration")]
    headed = any(row.get("collapse") or row.get("showTitle") or row.get("repeat") for row in rows)
    found, y = list(others), 0
    for row in rows:
        high = _cells(row.get("height") or _ROW)
        heading: dict[str, Any] | None = None
        if headed:
            heading = {
                "type": "row",
                "title": row.get("title") or "",
                "collapsed": bool(row.get("collapse")),
                "repeat": row.get("repeat"),
                "panels": [],
                "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1},
            }
            found.append(heading)
            y += 1
        area = _Area(high, y)
        for panel in row.get("panels") or []:
            if isinstance(panel, dict):
                area.place(panel)
                (heading["panels"] if heading and heading["collapsed"] else found).append(panel)
        y = area.y if heading and heading["collapsed"] else area.y + high
    return found


def _cells(height: Any) -> int:
    """Rows of the grid in a height: pixels as a number, or as the text "250px"."""
    text = str(height).removesuffix("px").strip()
    try:
        pixels = float(text)
    except ValueError:
        pixels = _ROW
    return math.ceil(max(pixels, _LOWEST) / _CELL)


class _Area:
    """One row, filled from the left; what does not fit beside the others begins a line below."""

    def __init__(self, height: int, y: int) -> None:
        self.height, self.y = height, y
        self.filled = [0] * COLUMNS

    def place(self, panel: dict[str, Any]) -> None:
        span = panel.pop("span", None) or _SPAN
        if least := panel.get("minSpan"):
            panel["minSpan"] = min(COLUMNS, 2 * least)
        width = min(max(math.floor(float(span)) * 2, 1), COLUMNS)
        high = _cells(panel["height"]) if panel.get("height") else self.height
        start = self._free(width)
        if start is None:
            self.y += self.height
            self.filled = [0] * COLUMNS
            start = 0
        y = max(self.filled[start:], default=0)
        panel["gridPos"] = {"x": start, "y": self.y + y, "w": width, "h": high}
        for column in range(start, min(start + width, COLUMNS)):
            self.filled[column] = max(self.filled[column], y + high)

    def _free(self, width: int) -> int | None:
        """Where the free columns at the right begin, if there are as many as are needed."""
        start, end = None, None
        for column in reversed(range(COLUMNS)):
            if self.filled[column] >= self.height:
                break
            if end is None:
                end = start = column
            elif self.filled[column] <= self.filled[column + 1]:
                start = column
            else:
                break
        if start is None or end is None or end - start < width - 1:
            return None
        return start
