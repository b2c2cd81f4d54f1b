"""The debrief: an incident's true timeline over what somebody looked at, and when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from lab_helpers.errors import WorkshopError
from lab_helpers.incident.answer import Answer
from lab_helpers.incident.journal import Journal
from lab_helpers.incident.scene import Scene
from lab_helpers.incident.score import in_minutes, time_of_day
from lab_helpers.incident.truth import Truth
from lab_helpers.pictures import alt, plots

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: colour and hatch of each kind of row: told apart in grey print as well
STYLES = {
    "fault": ("#D55E00", "//"),
    "false lead": ("#56B4E9", ".."),
    "pending": ("#FFFFFF", ""),
    "firing": ("#000000", ""),
    "message": ("#CC79A7", ""),
    "look with a hypothesis": ("#0072B2", ""),
    "look without": ("#FFFFFF", "xx"),
}
_WIDEST = 46  # letters of a row's name


@dataclass(frozen=True)
class Bar:
    """A span of time in a row, Unix seconds; `note` stands behind it."""

    row: str
    kind: str
    begin: float
    end: float
    note: str = ""


def bars(scene: Scene, truth: Truth, journal: Journal) -> list[Bar]:
    """All that is drawn, from the top."""
    now = scene.now()
    return [
        *_happenings(truth, now),
        *_alerts(scene),
        *(
            Bar("messages", "message", message["arrived"], message["arrived"])
            for message in scene.messages()
        ),
        *_looks(journal),
    ]


def _happenings(truth: Truth, now: float) -> Iterator[Bar]:
    for one in (*truth.faults, *truth.leads):
        kind = "fault" if one.kind == "fault" else "false lead"
        end = now if one.ended is None else one.ended.timestamp()
        row = f"{kind}: {one.name} ({', '.join(one.where)})"
        yield Bar(row, kind, one.began.timestamp(), end)


def _alerts(scene: Scene) -> Iterator[Bar]:
    """Each alert's states, from ALERTS, second by second."""
    expr = 'max by (alertname, alertstate) (ALERTS{alertname!="Watchdog"})'
    span = {"start": f"{scene.begin:.0f}", "end": f"{scene.now():.0f}", "step": "1"}
    found = scene.prometheus.raw("query_range", query=expr, **span)["result"]
    ordered = sorted(found, key=lambda s: (s["metric"]["alertname"], s["metric"]["alertstate"]))
    for series in ordered:
        labels = series["metric"]
        for begin, end in _unbroken(float(at) for at, _ in series["values"]):
            yield Bar(f"alert: {labels['alertname']}", labels["alertstate"], begin, end)


def _unbroken(moments: Iterable[float]) -> Iterator[tuple[float, float]]:
    """The spans that whole seconds make which follow each other."""
    for _, run in groupby(enumerate(moments), key=lambda each: each[1] - each[0]):
        those = [at for _, at in run]
        yield those[0], those[-1] + 1


def _looks(journal: Journal) -> Iterator[Bar]:
    for number, look in enumerate(journal.looks, start=1):
        kind = "look without" if look.thought is None else "look with a hypothesis"
        what = " ".join(look.what.split())
        row = f"{number}. {what}" if look.kind in ("query", "graph") else f"{number}. {look.kind}"
        if look.kind in ("dashboard", "explain", "trace", "series", "page"):
            row += f": {what}"
        yield Bar(row, kind, look.begin, look.end, f"after {in_minutes(look.at)}")


def drawn(scene: Scene, truth: Truth, journal: Journal, answer: Answer) -> "Figure":
    """The picture. Of a look it shows the span of time that was looked at, and when that was."""
    import matplotlib.dates as dates
    import matplotlib.pyplot as plt
    from matplotlib.patches import Patch

    plots.use_style()
    found = bars(scene, truth, journal)
    if not found:
        raise WorkshopError("Nothing happened, and nothing was looked at.")
    names = list(dict.fromkeys(bar.row for bar in found))
    figure, axes = plt.subplots(figsize=(10, 1.6 + 0.3 * len(names)))

    def when(at: float) -> Any:
        return dates.date2num(datetime.fromtimestamp(at, UTC))

    for bar in found:
        begin, end = when(max(bar.begin, scene.begin)), when(min(bar.end, scene.now()))
        colour, hatch = STYLES[bar.kind]
        place = names.index(bar.row)
        if end > begin:
            axes.barh(place, end - begin, 0.62, begin, color=colour, hatch=hatch,
                      edgecolor="black", lw=0.5)  # fmt: skip
        else:  # a moment, which as a bar could not be seen
            axes.plot(begin, place, "D", ms=7, mfc=colour, mec="black", clip_on=False, zorder=4)
        if bar.note:
            axes.annotate(bar.note, (1.02, place), xycoords=("axes fraction", "data"), fontsize=8.5,
                          va="center", annotation_clip=False)  # fmt: skip
    began = min(fault.began.timestamp() for fault in truth.faults)
    for at, dashes in ((began, "-"), (answer.since, "--")):
        axes.axvline(when(at), color="#000000", lw=1.2, linestyle=dashes, zorder=3)
    axes.set_xlim(when(scene.begin), when(scene.now()))
    axes.xaxis.set_major_locator(dates.AutoDateLocator(tz=UTC, maxticks=6))
    axes.xaxis.set_major_formatter(dates.DateFormatter("%H:%M:%S"))
    axes.set_axisbelow(True)
    axes.set_yticks(range(len(names)), [_short(name) for name in names], fontsize=9)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_title("What happened, and what was looked at")
    axes.set_xlabel("time of the incident (UTC)")
    axes.grid(axis="y", visible=False)
    used = {bar.kind for bar in found}
    handles: list[Any] = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="black", lw=0.5, label=kind)
        for kind, (colour, hatch) in STYLES.items()
        if kind in used
    ]
    handles += axes.plot([], [], color="#000000", lw=1.2, linestyle="-", label="it began")
    handles += axes.plot([], [], color="#000000", lw=1.2, linestyle="--", label="your answer")
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False)
    plt.close(figure)  # the caller shows it; pyplot must not show it a second time
    alt.say(figure, in_words(found, began, answer.since))
    return figure


def in_words(found: list[Bar], began: float, said: float) -> str:
    """The picture's text."""
    sentences = []
    for row, those in groupby(found, key=lambda bar: bar.row):
        spans = ", ".join(
            f"{bar.kind} {time_of_day(bar.begin)} to {time_of_day(bar.end)}"
            if bar.end > bar.begin
            else f"{bar.kind} at {time_of_day(bar.begin)}"
            for bar in those
        )
        sentences.append(f"{row}: {spans}.")
    return (
        "Bars “What happened, and what was looked at”, over the time of the incident (UTC). "
        f"It began at {time_of_day(began)}; the answer says {time_of_day(said)}. "
        + " ".join(sentences)
    )


def _short(name: str) -> str:
    return name if len(name) <= _WIDEST else name[: _WIDEST - 1] + "…"
