"""A dashboard is right if its panels show what is asked for, as it is asked for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lab_helpers.grading.bench import WEEK, Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.grading.judges.dashboard import program
from lab_helpers.grading.judges.dashboard.colours import thresholds
from lab_helpers.grading.judges.dashboard.grid import grid
from lab_helpers.grading.judges.dashboard.legend import legend
from lab_helpers.grading.judges.dashboard.marks import marks
from lab_helpers.grading.judges.dashboard.model import Board, Panel
from lab_helpers.grading.judges.dashboard.queries import Queries
from lab_helpers.grading.judges.dashboard.view import views
from lab_helpers.grading.judges.dashboard.wanted import NUMBER, Choice, Marks, Wanted
from lab_helpers.promql.client import PromQLClient
from lab_helpers.promql.explain.asking import prometheus_at

#: What kinds of panels show.
KINDS = {
    "timeseries": "a graph over time",
    "stat": "a number",
    "gauge": "a number on a dial",
    "bargauge": "a bar for each series",
    "table": "a table",
    "heatmap": "a heatmap",
    "text": "words",
    "graph": "a graph of Grafana 7, which later ones do not have",
    "singlestat": "a number of Grafana 6, which later ones do not have",
}


@dataclass(frozen=True)
class SameDashboard:
    """Judges a Python program by the dashboard that it makes, and that by what it shows.

    panels: the panels that are asked for; there may be others.
    at: the instants at which their queries are asked, UTC.
    choices, marks: the variables and annotations that are asked for.
    """

    panels: tuple[Wanted, ...]
    at: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    marks: Marks | None = None
    services: Services = field(default_factory=lambda: WEEK)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Run the program, and look at its dashboard on the week of history."""
        board = program.run(answer)
        if isinstance(board, Verdict):
            return board
        client = PromQLClient(bench.week.url)
        return next(self._findings(board, client), solved())

    def _findings(self, board: Board, client: Any) -> Iterator[Verdict]:
        shown = board.all_panels()
        pairs = self._paired(shown)
        if isinstance(pairs, Verdict):
            yield pairs
            return
        seen = views(board, self.choices, self.at[0], client)
        if isinstance(seen, Verdict):
            yield seen
            return
        for panel, wanted in pairs:
            single = [view for view in seen if all(len(v) == 1 for v in view.chosen.values())]
            shown_in = single if wanted.repeat and single else seen
            with prometheus_at(client.url) as prometheus:
                queries = Queries(panel, wanted, shown_in, self.at, client, prometheus)
                finding = _panel(board, queries)
            if finding:
                named = f"The panel {wanted.title!r}: " if len(self.panels) > 1 else ""
                yield missed(finding.diagnosis, f"{named}{finding.message}")
        if len(self.panels) > 1:
            yield from filter(None, [grid(shown)])
        if self.marks:
            yield from filter(None, [marks(board, self.marks, client)])

    def _paired(self, shown: Sequence[Panel]) -> list[tuple[Panel, Wanted]] | Verdict:
        """Each panel that is asked for, with the one of this title."""
        if len(self.panels) == 1:
            (wanted,) = self.panels
            fitting = [panel for panel in shown if panel.type in wanted.kinds] or shown
            if len(fitting) == 1:
                return [(fitting[0], wanted)]
            if not fitting:
                return missed("panel missing", "There is no panel on the dashboard.")
        titles = {panel.title.strip().casefold(): panel for panel in shown}
        for wanted in self.panels:
            if wanted.title.casefold() not in titles:
                there = ", ".join(repr(panel.title) for panel in shown[:6]) or "no panel at all"
                return missed(
                    "panel missing", f"No panel is called {wanted.title!r}. There is {there}."
                )
        return [(titles[wanted.title.casefold()], wanted) for wanted in self.panels]


def _panel(board: Board, queries: Queries) -> Verdict | None:
    """What is wrong with a panel, the gravest first."""
    panel, wanted = queries.panel, queries.wanted
    if panel.type not in wanted.kinds:
        what = KINDS.get(panel.type, f"{panel.type!r}")
        asked = " or ".join(KINDS[kind] for kind in wanted.kinds)
        return missed("wrong panel type", f"This is {what}; what is asked for is {asked}.")
    sources = [panel.datasource, *(target.datasource for target in panel.shown())]
    if wanted.repeat and (finding := _repeated(panel, wanted.repeat)):
        return finding
    if source := board.other_source(sources):
        return missed("wrong data source", f"It asks the data source {source!r}.")
    if panel.type not in NUMBER and any(target.instant for target in panel.shown()):
        return missed(
            "instant query",
            "A query that is `instant` is asked for one moment: no line comes of it.",
        )
    finding = queries.finding()
    if not finding and panel.type in NUMBER:
        finding = _latest(panel)
    if not finding and wanted.legend is not None:
        finding = legend(panel, wanted.legend, queries.views[-1], queries.at[0], queries.client)
    if not finding and wanted.colours:
        finding = thresholds(panel, wanted.colours, queries.scale)
    return finding


def _repeated(panel: Panel, name: str) -> Verdict | None:
    """A panel that is not there once for each value of a variable, or always by the same title."""
    found = (panel.repeat or "").strip("${}[]")
    if found != name:
        seen = f"repeated for {found!r}" if found else "not repeated"
        return missed(
            "not repeated",
            f"The panel is {seen}: what is chosen is all in one graph. Grafana makes one panel for "
            f"each value of ${name}, if the panel says so.",
        )
    if not re.search(rf"\$(?:{name}\b|\{{{name}\b)|\[\[{name}\]\]", panel.title):
        return missed(
            "one title for all",
            f"Each of the panels is called {panel.title!r}: nobody knows which is which. A title "
            "may have the variable in it.",
        )
    return None


def _latest(panel: Panel) -> Verdict | None:
    """A number that is not the latest, of a query that is asked over the time range."""
    reduce = panel.options.reduce_options if panel.options else None
    calcs = reduce.calcs if reduce else ["lastNotNull"]
    instant = all(target.instant for target in panel.shown())
    if instant or set(calcs) <= {"last", "lastNotNull"}:
        return None
    return missed(
        "not the latest",
        f"Over the time range that is shown, the number is its {', '.join(calcs)}, not how it "
        "stands now.",
    )
