"""A panel's place on the page, and how its values are written and coloured.

Colours stand with a mark beside them: ● fine, ◆ warning, ■ bad.
"""

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .preview_data import Answer
from .preview_units import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLE = 0.3  # inches
INK, PALE = "#222222", "#666666"
HUES = {
    "green": "#009E73", "orange": "#E69F00", "yellow": "#E69F00", "red": "#D55E00",
    "blue": "#0072B2",
}  # fmt: skip
_MARKS = {"green": "●", "orange": "◆", "yellow": "◆", "red": "■"}


@dataclass
class Box:
    """A panel's place on the page, in inches from its lower left corner."""

    figure: "Figure"
    left: float
    bottom: float
    width: float
    height: float

    def title(self, text: str, frame: bool = True) -> None:
        """Draw the panel's frame, and its title in it."""
        from matplotlib.patches import Rectangle

        wide, high = self.figure.get_size_inches()
        if frame:
            corner = (self.left / wide, self.bottom / high)
            size = (self.width / wide, self.height / high)
            sheet = Rectangle(corner, *size, facecolor="white", edgecolor="#CCCCCC", linewidth=0.8)
            sheet.set(transform=self.figure.transFigure, zorder=-1)
            self.figure.add_artist(sheet)
        x, y = (self.left + 0.1) / wide, (self.bottom + self.height - 0.16) / high
        self.figure.text(x, y, text, fontsize=10, weight="bold", va="center", color=INK)

    def axes(
        self, left: float = 0.1, right: float = 0.1, bottom: float = 0.1, top: float = TITLE
    ) -> "Axes":
        """Axes inside the panel; the margins are inches."""
        wide, high = self.figure.get_size_inches()
        return self.figure.add_axes(
            (
                (self.left + left) / wide,
                (self.bottom + bottom) / high,
                max(self.width - left - right, 0.1) / wide,
                max(self.height - top - bottom, 0.1) / high,
            )
        )

    def blank(self, **margins: float) -> "Axes":
        """Axes without lines and ticks, from 0 to 1."""
        axes = self.axes(**margins)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.axis("off")
        return axes

    def say(self, text: str, bad: bool = False) -> None:
        """Write a sentence instead of a picture."""
        wrapped = "\n".join(
            "\n".join(textwrap.wrap(line, max(int(self.width / 0.085), 12)))
            for line in text.splitlines()
        )
        colour = HUES["red"] if bad else PALE
        axes = self.blank()
        axes.text(0.5, 0.5, wrapped, ha="center", va="center", fontsize=9.5, color=colour)


def fields_of(panel: dict[str, Any]) -> dict[str, Any]:
    """What a panel says of all its fields: unit, limits, thresholds."""
    found: dict[str, Any] = (panel.get("fieldConfig") or {}).get("defaults") or {}
    return found


def unit_of(panel: dict[str, Any]) -> str:
    """The panel's unit, in Grafana's words."""
    return str(fields_of(panel).get("unit") or "short")


def steps_of(panel: dict[str, Any]) -> list[tuple[float, str]]:
    """The panel\'s thresholds, the lowest first: from where on, and the colour\'s name."""
    found = (fields_of(panel).get("thresholds") or {}).get("steps") or []
    return [(-math.inf if s.get("value") is None else s["value"], s["color"]) for s in found]


def state_of(value: float, panel: dict[str, Any]) -> tuple[str, str]:
    """The colour and the mark of the threshold that a value has reached."""
    reached = [colour for limit, colour in steps_of(panel) if value >= limit]
    colour = reached[-1] if reached else ""
    mark = _MARKS.get(colour, "") if len(steps_of(panel)) > 1 else ""
    return HUES.get(colour, colour or INK), mark


def write(value: float, panel: dict[str, Any]) -> str:
    """A value in the panel\'s unit, or the words that the panel maps it to."""
    fields = fields_of(panel)
    for mapping in fields.get("mappings") or []:
        result = (mapping.get("options") or {}).get(f"{value:g}")
        if mapping.get("type") == "value" and result:
            return str(result["text"])
    return words(value, unit_of(panel), fields.get("decimals"))


def latest(answers: list[Answer]) -> dict[str, float]:
    """The last value of every series, by its legend."""
    found: dict[str, float] = {}
    for answer in answers:
        if answer.lines is not None:
            for number, name in enumerate(answer.lines.columns):
                values = answer.lines.iloc[:, number].dropna()
                if len(values):
                    found[str(name)] = float(values.iloc[-1])
        elif answer.rows is not None:
            numbers = answer.rows.select_dtypes("number")
            column = "value" if "value" in numbers else numbers.columns[0]
            pairs = zip(answer.rows.index, numbers[column], strict=True)
            found |= {str(name): float(value) for name, value in pairs}
    return found
