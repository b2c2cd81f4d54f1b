"""The stations of an alert, from the sample to the inbox, as a table and as a picture."""

from dataclasses import dataclass, field
from html import escape
from textwrap import fill
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

COLUMNS = ("step", "time", "after", "what")


@dataclass(frozen=True)
class Step:
    """One station of an alert: what happened there, from when, and to when if that is known.

    ``begin`` and ``end`` are Unix seconds; None means not at all, or still.
    """

    name: str
    what: str
    begin: float | None = None
    end: float | None = None


@dataclass
class Timeline:
    """What `lab_helpers.timeline.why_paged` found: a verdict, a table and a picture.

    Attributes:
        verdict: one sentence.
        labels: the alert's labels.
        steps: the stations, in order.
    """

    verdict: str
    labels: dict[str, str]
    steps: list[Step] = field(default_factory=list)
    now: float = 0.0

    @property
    def paged(self) -> bool:
        """Whether a message that says *firing* arrived."""
        return self.took is not None

    @property
    def took(self) -> float | None:
        """Seconds from when the condition first held to the first message that says *firing*."""
        for step in self.steps:
            if step.name == "delivered" and step.begin and step.what.startswith("firing"):
                return round(step.begin - (self.zero or step.begin), 1)
        return None

    def lasted(self, name: str) -> float:
        """For how many seconds a step has lasted so far; 0 if there is none of this name."""
        found = [s for s in self.steps if s.name == name and s.begin is not None]
        return sum((s.end or self.now) - (s.begin or self.now) for s in found)

    @property
    def zero(self) -> float | None:
        """When the condition first held, Unix seconds."""
        return next((step.begin for step in self.steps if step.begin is not None), None)

    @property
    def table(self) -> "DataFrame":
        """One row a step: step, time (UTC), after (seconds since the first one), what."""
        import pandas as pd

        rows = []
        for step in self.steps:
            at = step.begin
            since = None if at is None or self.zero is None else round(at - self.zero, 1)
            rows.append((step.name, at, since, step.what))
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        times = pd.to_datetime(frame["time"].astype("float64"), unit="s", utc=True)
        frame["time"] = times.dt.floor("100ms").dt.strftime("%H:%M:%S.%f").str[:-5].fillna("")
        frame["after"] = frame["after"].astype("float64")
        return frame

    def __str__(self) -> str:
        table = self.table
        for column in ("step", "what"):
            table[column] = table[column].str.ljust(table[column].str.len().max())
        return f"{self.verdict}\n{table.to_string(index=False, na_rep='', justify='left')}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        import pandas as pd

        with pd.option_context("display.max_colwidth", None):
            table = self.table.to_html(index=False, na_rep="", border=0, justify="left")
        return f"<b>{escape(self.verdict)}</b>{table}"

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the steps over time: a bar from begin to end, a mark for what takes no time."""
        import matplotlib.pyplot as plt

        from lab_helpers.pictures import alt, plots

        plots.use_style()
        drawn = [step for step in self.steps if step.begin is not None]
        axes = ax
        if axes is None:
            figure, axes = plt.subplots(figsize=(9, 0.8 + 0.42 * max(len(drawn), 1)))
            alt.say(figure, self._in_words())
        axes.set_title(fill(self.verdict, 84), fontsize=11)
        zero = self.zero or 0.0
        for row, step in enumerate(drawn):
            _draw(axes, row, step, zero, self.now - zero)
        axes.set_yticks(range(len(drawn)), [step.name for step in drawn])
        axes.set_ylim(len(drawn) - 0.4, -0.6)
        axes.set_xlim(0, (self.now - zero) * 1.02 + 0.1)
        axes.set_xlabel("seconds since the condition first held")
        axes.grid(axis="y", visible=False)
        return axes

    def _in_words(self) -> str:
        """The picture's text: the verdict, and each step with its seconds."""
        zero, steps = self.zero or 0.0, []
        for step in self.steps:
            if step.begin is not None:
                end = "" if step.end is None else f" to {step.end - zero:.1f}"
                steps.append(f"{step.name} {step.begin - zero:.1f}{end}")
        since = "Steps of the alert, in seconds since its condition first held"
        return f"Timeline “{self.verdict}” {since}: {', '.join(steps) or 'none'}."


def _draw(axes: "Axes", row: int, step: Step, zero: float, now: float) -> None:
    """Draw one step; without an end it lasts until now."""
    from lab_helpers.pictures.plots import COLOURS

    looks = {
        "sample": (COLOURS[3], ""),
        "pending": (COLOURS[1], "//"),
        "firing": (COLOURS[4], ""),
        "waits": (COLOURS[6], "\\\\"),
        "inhibited": ("#BBBBBB", ".."),
        "muted": ("#BBBBBB", "--"),
        "silenced": ("#BBBBBB", "xx"),
        "failed": (COLOURS[5], "++"),
    }
    assert step.begin is not None
    at = step.begin - zero
    if step.name in looks:
        colour, hatch = looks[step.name]
        until = now if step.end is None else step.end - zero
        axes.barh(row, max(until - at, 0.1), left=at, height=0.55, color=colour, hatch=hatch,
                  edgecolor="white", linewidth=0)  # fmt: skip
        axes.annotate(
            f"{at:.1f} s",
            (at, row),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1},
        )
        return
    mark = {"grouped": "D", "delivered": "*"}.get(step.name, "o")
    axes.plot(at, row, mark, color=COLOURS[0], markersize=13 if mark == "*" else 8)
    late = at > now * 0.45  # the words go where there is room
    axes.annotate(
        f"{at:.1f} s  {step.what.partition(';')[0]}",
        (at, row),
        xytext=(-10 if late else 10, 0),
        textcoords="offset points",
        va="center",
        ha="right" if late else "left",
        fontsize=9,
    )
