"""The areas below lines, drawn together: one by one they take most of a page's time."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes

    Numbers = np.ndarray[Any, Any]


@dataclass
class Areas:
    """Areas of one graph, each between two lines, in a colour."""

    outlines: "list[Numbers]" = field(default_factory=list)
    colours: list[Any] = field(default_factory=list)

    def add(self, at: "Numbers", top: "Numbers", below: Any, colour: Any, steps: str = "") -> None:
        """Fill from ``below`` to ``top``; where one is missing, there is a hole.

        steps: "post" or "pre", where the line goes in steps.
        """
        import numpy as np

        base = np.broadcast_to(np.asarray(below, dtype="float64"), top.shape)
        there = np.isfinite(top) & np.isfinite(base)
        edges = np.flatnonzero(np.diff(np.concatenate(([False], there, [False])).astype("int8")))
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            x, high, low = (part[begin:end] for part in (at, top, base))
            if steps:
                x, high, low = _in_steps(x, high, low, steps)
            outline = np.concatenate((np.stack((x, high), 1), np.stack((x, low), 1)[::-1]))
            self.outlines.append(outline)
            self.colours.append(colour)

    def draw(self, axes: "Axes") -> None:
        """Put them on the graph, behind its lines."""
        from matplotlib.collections import PolyCollection

        if self.outlines:
            found = PolyCollection(self.outlines, facecolors=self.colours, linewidths=0, zorder=1)
            axes.add_collection(found, autolim=False)


def _in_steps(x: Any, high: Any, low: Any, steps: str) -> Any:
    import numpy as np

    twice = np.repeat(x, 2)
    if steps == "post":
        return twice[1:], np.repeat(high, 2)[:-1], np.repeat(low, 2)[:-1]
    return twice[:-1], np.repeat(high, 2)[1:], np.repeat(low, 2)[1:]
