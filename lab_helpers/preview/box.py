"""A panel's place on the page."""

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLE = 0.3  # inches
INK, PALE, BAD = "#222222", "#666666", "#C4162A"
LETTER = 0.085  # inches that a letter of a title takes


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
        fitting = shortened(text, max(int((self.width - 0.2) / LETTER), 6))
        self.figure.text(x, y, fitting, fontsize=10, weight="bold", va="center", color=INK, **PLAIN)

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
        lines = wrapped.splitlines()
        most = max(int((self.height - TITLE) / 0.17), 1)
        if len(lines) > most:
            lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
        place: Any = {"ha": "center", "va": "center", "fontsize": 9.5}
        self.blank().text(0.5, 0.5, "\n".join(lines), color=BAD if bad else PALE, **place, **PLAIN)

    def remark(self, text: str) -> None:
        """Write a sentence at the foot of the panel, below what is drawn."""
        wide, high = self.figure.get_size_inches()
        fitting = shortened(text, max(int((self.width - 0.1) / 0.058), 12))
        x, y = (self.left + 0.06) / wide, (self.bottom + 0.07) / high
        self.figure.text(x, y, fitting, fontsize=7, va="center", color=BAD, **PLAIN)


#: Texts are written as they are: a dollar sign begins no formula.
PLAIN: dict[str, Any] = {"parse_math": False}


def shortened(text: str, most: int) -> str:
    """A text on one line, cut off with an ellipsis where it is longer than so many letters."""
    line = " ".join(text.splitlines()).strip()
    return line if len(line) <= most else f"{line[: max(most - 1, 1)]}…"
