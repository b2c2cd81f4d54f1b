"""Designs of alerts side by side: the same weeks, the same yardsticks."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab_helpers.pictures import plots
from lab_helpers.service_levels.score import Score, together
from lab_helpers.service_levels.week import Week

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Comparison:
    """The scores of designs by their names, one for each of the weeks."""

    scores: Mapping[str, tuple[Score, ...]]
    seeds: tuple[int, ...]

    @property
    def table(self) -> pd.DataFrame:
        """All weeks together, a row a design: see `Score.row`."""
        return self._frame({name: together(scores) for name, scores in self.scores.items()})

    def week(self, seed: int) -> pd.DataFrame:
        """The week of one seed, a row a design."""
        number = self.seeds.index(seed)
        return self._frame({name: scores[number] for name, scores in self.scores.items()})

    def __or__(self, other: Comparison) -> Comparison:
        """With further designs, scored in the same weeks."""
        return Comparison({**self.scores, **other.scores}, self.seeds)

    def plot(self) -> Figure:
        """The trade-off: what is caught against what is right, and how soon against how long."""
        import matplotlib.pyplot as plt
        from matplotlib.ticker import FuncFormatter, NullLocator

        figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.4))
        left.set_title("Right, and complete")
        left.set(xlabel="precision: right alerts, of all", ylabel="recall: caught events, of all")
        left.set(xlim=(-0.05, 1.12), ylim=(-0.05, 1.12))
        right.set_title("Soon, and not for long")
        right.set(
            xlabel="from an event's beginning to its alert",
            ylabel="from an event's end to the alert's end",
        )
        right.set(xscale="log", yscale="log", xlim=(0.5, 2880), ylim=(0.5, 2880))
        for axis in (right.xaxis, right.yaxis):
            axis.set_ticks([1, 10, 60, 360, 1440])
            axis.set_major_formatter(FuncFormatter(_shown))
            axis.set_minor_locator(NullLocator())
        row = self.table
        for number, name in enumerate(row.index):
            style = {
                "color": plots.COLOURS[number % len(plots.COLOURS)],
                "marker": _MARKERS[number % len(_MARKERS)],
                "s": 90,
            }
            one = row.loc[name]
            left.scatter(one["precision"], one["recall"], label=name, zorder=3, **style)
            right.scatter(one["detected after (min)"], one["reset after (min)"], zorder=3, **style)
        figure.legend(loc="outside right center")
        plt.close(figure)
        return figure

    @staticmethod
    def _frame(scores: Mapping[str, Score]) -> pd.DataFrame:
        import pandas as pd

        table = pd.DataFrame({name: score.row for name, score in scores.items()}).T
        return table.astype({"alerts": int}).rename_axis("design")


_MARKERS = "osD^vP*Xh"


def _shown(minutes: float, _: object) -> str:
    """A length of time for an axis."""
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes >= size:
            return f"{minutes / size:.2g} {unit}"
    return f"{minutes:.2g} min"


def compare(designs: Mapping[str, str], weeks: list[Week]) -> Comparison:
    """Score rules files, by their names, in each of the weeks; the weeks side by side.

    Raises:
        ConfigurationRefused, WorkshopError: see `Replay.__call__`.
    """

    def scores(week: Week) -> list[Score]:
        return [week.score(rules) for rules in designs.values()]

    with ThreadPoolExecutor(len(weeks)) as pool:
        found = list(pool.map(scores, weeks))
    each = zip(*found, strict=True)
    return Comparison(dict(zip(designs, each, strict=True)), tuple(week.seed for week in weeks))
