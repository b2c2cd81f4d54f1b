"""A panel's place on the page."""

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLE = 0.3  # inches
INK, PALE = "#222222", "#666666"
HUES = {
    "green": "#009E73", "orange": "#E69F00", "yellow": "#E69F00", "red": "#D55E00",
    "blue": "#0072B2",
}  # fmt: skip


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
