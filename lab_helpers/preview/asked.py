"""A dashboard's questions, asked as Grafana would ask: variables filled in, intervals reckoned."""

import time
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab_helpers.dashboards.migration import normal
from lab_helpers.errors import PrometheusAway, WorkshopError
from lab_helpers.preview import filling
from lab_helpers.preview.annotations import Mark, marks
from lab_helpers.preview.answer import Answer, Outcome, PanelFailed
from lab_helpers.preview.choices import Choices, Values
from lab_helpers.preview.datasources import PROMETHEUS, kind_of, refusal
from lab_helpers.preview.filling import Chosen
from lab_helpers.preview.intervals import Spacing, as_duration, as_interval, rounded
from lab_helpers.preview.naming import auto_legends, legend_of
from lab_helpers.preview.queries import Sql, ask_sql, labels_of, lines_of
from lab_helpers.preview.spans import moment_of
from lab_helpers.preview.variables import options_of
from lab_helpers.promql.answers import PromQLWarning
from lab_helpers.promql.durations import seconds, seconds_since_1970

if TYPE_CHECKING:
    from lab_helpers.services.prometheus import PrometheusContainer

_AT_ONCE = 8  # questions to Prometheus side by side
_SQL = ("mysql", "postgres", "grafana-postgresql-datasource", "mssql")
_NOTHING: dict[str, Any] = {}


@dataclass
class Asked:
    """A dashboard's questions, to be put at one time, with one set of values for its variables.

    ``model`` is the dashboard in today's form, ``chosen`` what its variables are, ``problems`` why
    the values of one cannot be had, ``notes`` what is not asked as Grafana would.
    """

    model: dict[str, Any]
    prometheus: "PrometheusContainer"
    sql: Sql | None = None
    last: float = 60.0
    scrape_interval: float = 1.0
    until: float = 0.0
    choices: Choices | None = None
    notes: set[str] = field(default_factory=set)

    @classmethod
    def of(
        cls,
        dashboard: Any,
        prometheus: "PrometheusContainer",
        *,
        sql: Sql | None = None,
        last: Any = None,
        until: Any = None,
        variables: Values | None = None,
        scrape_interval: Any = 1.0,
    ) -> "Asked":
        """Resolve the variables; see `lab_helpers.preview.preview` for the arguments."""
        model = normal(dashboard)
        asked = cls(model, prometheus, sql, scrape_interval=seconds(scrape_interval))
        asked._span(last, until)
        asked.choices = Choices(model, asked._label_api, dict(variables or {}))
        asked.notes = asked.choices.notes
        asked.choices.resolve(asked.fill, asked._auto)
        return asked

    def _span(self, last: Any, until: Any) -> None:
        """The time that is looked at: as given, or as the dashboard says."""
        times, now = self.model.get("time") or {}, time.time()
        begin, end = times.get("from") or "now-6h", times.get("to") or "now"
        if until is None:
            shown = moment_of(end, now, end=True) if last is None else now
            self.until = float(int(min(shown, now)))
        else:
            self.until = float(int(seconds_since_1970(until)))
        if last is None:
            moved = now if str(begin).startswith("now") else self.until
            span = moment_of(end, moved, end=True) - moment_of(begin, moved)
            self.last = float(max(1, round(span))) if span > 0 else 3600.0
        else:
            self.last = seconds(last)

    @property
    def step(self) -> float:
        """Seconds between two points, as `$__interval`: at most 300 of them, or nearly so."""
        return self._spacing(_NOTHING, _NOTHING).step

    @property
    def chosen(self) -> dict[str, list[str]]:
        """The values of each variable."""
        found = self.choices.chosen if self.choices else {}
        return {name: list(one.values) for name, one in found.items()}

    @property
    def problems(self) -> dict[str, str]:
        """Why the values of a variable cannot be had, by its name."""
        return self.choices.problems if self.choices else {}

    def values(self, variable: dict[str, Any]) -> list[str]:
        """What a variable may be: of a query, what Prometheus has now.

        Raises:
            WorkshopError: its query is none of Grafana's, or is refused.
        """
        return [value for _, value in options_of(variable, self._label_api, self.fill)]

    # Texts

    def fill(self, text: str, panel: dict[str, Any] = _NOTHING, target: Any = _NOTHING) -> str:
        """A query with every variable replaced, as for this query of this panel."""
        return filling.for_query(text, self._look(panel, target))

    def title(self, panel: dict[str, Any]) -> str:
        """A panel's title as its reader sees it."""
        return filling.for_title(str(panel.get("title") or ""), self._look(panel, _NOTHING))

    def legend(self, text: str, panel: dict[str, Any] = _NOTHING) -> str:
        """A legend, a display name or another text, with every variable replaced."""
        return filling.for_legend(text, self._look(panel, _NOTHING))

    def _look(self, panel: dict[str, Any], target: dict[str, Any]) -> filling.Look:
        own: dict[str, str] = {}

        def look(name: str) -> Chosen | None:
            if name.startswith("__"):
                if not own:
                    own.update(self._own(panel, target))
                return Chosen.one(own[name]) if name in own else None
            if (scoped := (panel.get("scopedVars") or {}).get(name)) is not None:
                return Chosen((scoped[1],), (scoped[0],), bool(scoped[2]))
            return self.choices.chosen.get(name) if self.choices else None

        return look

    def _own(self, panel: dict[str, Any], target: dict[str, Any]) -> dict[str, str]:
        """Grafana's own variables."""
        spacing = self._spacing(panel, target)
        begin, end = self.span_of(panel)
        length = round(end - begin)
        return {
            "__interval": as_interval(spacing.step),
            "__interval_ms": f"{spacing.step * 1000:.0f}",
            "__rate_interval": as_duration(spacing.rate),
            "__rate_interval_ms": f"{spacing.rate * 1000:.0f}",
            "__range": f"{length}s",
            "__range_s": f"{length}",
            "__range_ms": f"{length * 1000}",
            "__from": f"{begin * 1000:.0f}",
            "__to": f"{end * 1000:.0f}",
            "__dashboard": self.model.get("title") or "",
            "__org": "1",
        }

    def _spacing(self, panel: dict[str, Any], target: dict[str, Any]) -> Spacing:
        begin, end = self.span_of(panel)

        def plain(text: str) -> str:
            chosen = self.choices.chosen if self.choices else {}
            return filling.for_query(text, chosen.get)

        return Spacing.of(end - begin, self.scrape_interval, panel, target, plain)

    def _auto(self, count: int, least: str) -> str:
        return as_interval(max(rounded(self.last / max(count, 1)), seconds(least)))

    def span_of(self, panel: dict[str, Any]) -> tuple[float, float]:
        """From when to when a panel looks, which may be other than the page."""
        end, length = self.until, self.last
        if text := panel.get("timeFrom"):
            word = str(text)
            begin = moment_of(word if word.startswith("now") else f"now-{word}", end)
            length = end - begin
        if text := panel.get("timeShift"):
            end = moment_of(f"now-{text}", end)
        return end - length, end

    # Questions

    def panel(self, panel: dict[str, Any]) -> list[Answer]:
        """Put a panel's queries, those that are hidden left out.

        Raises:
            PanelFailed: a data source refuses one; the message is its own.
        """
        outcome = self.outcome(panel)
        if outcome.problems:
            raise PanelFailed(outcome.problems[0])
        return outcome.answers

    def outcomes(self, panels: Sequence[dict[str, Any]]) -> list[Outcome]:
        """Put the queries of many panels, side by side.

        Raises:
            PrometheusAway: nobody answers at all.
        """
        with warnings.catch_warnings(), ThreadPoolExecutor(_AT_ONCE) as pool:
            # Exporters' names do not all end in _total; a dashboard is no place to say so.
            warnings.simplefilter("ignore", PromQLWarning)
            return list(pool.map(self._outcome, panels))

    def outcome(self, panel: dict[str, Any]) -> Outcome:
        """Put a panel's queries."""
        return self.outcomes([panel])[0]

    def _outcome(self, panel: dict[str, Any]) -> Outcome:
        found = Outcome()
        title = panel.get("title") or f"number {panel.get('id')}"
        where = f"Panel {title!r}"
        for target in panel.get("targets") or []:
            if target.get("hide"):
                continue
            try:
                found.answers += self._target(target, panel)
            except PrometheusAway:
                raise
            except WorkshopError as problem:
                message = f"{where}, query {target.get('refId')}: {problem}"
                found.problems.append(message)
        return found

    def _target(self, target: dict[str, Any], panel: dict[str, Any]) -> list[Answer]:
        kind = kind_of(target, panel, self.model)
        if kind == "-- Dashboard --":
            return self._of_panel(target.get("panelId"))
        if target.get("rawSql") and kind in (*_SQL, PROMETHEUS):
            query = self.fill(target["rawSql"], panel, target)
            return [ask_sql(query, target, self.sql, self.span_of(panel))]
        if kind != PROMETHEUS:
            raise WorkshopError(refusal(kind, target))
        if not str(target.get("expr") or "").strip():
            return []
        missing = filling.names_in(str(target["expr"])) & self.problems.keys()
        for name in sorted(missing):
            if not any(self.chosen.get(name, [])):
                raise WorkshopError(f"${name} has no value: {self.problems[name]}")
        return [self.ask(target, panel)]

    def _of_panel(self, number: Any) -> list[Answer]:
        """What another panel has asked already."""
        from lab_helpers.dashboards import panels_of

        for panel in panels_of(self.model):
            if panel.get("id") == number and panel.get("targets"):
                shown = [t for t in panel["targets"] if not t.get("hide")]
                return [a for t in shown for a in self._target(t, panel)]
        raise WorkshopError(
            f"it shows the data of panel {number}, and there is none of that number."
        )

    def ask(self, target: dict[str, Any], panel: dict[str, Any] = _NOTHING) -> Answer:
        """Put one query to Prometheus."""
        expr = self.fill(str(target.get("expr") or ""), panel, target)
        answer = Answer(str(target.get("refId") or "A"), expr, target=target)

        def legends(labels: list[dict[str, str]]) -> list[str]:
            answer.labels = labels
            answer.legends = [
                legend_of(target, one, expr, lambda text: self.legend(text, panel))
                for one in labels
            ]
            names = auto_legends(labels)
            if target.get("legendFormat") == "__auto" and any(labels):
                answer.legends = [*names]
            return [a if a is not None else b for a, b in zip(answer.legends, names, strict=True)]

        begin, end = self.span_of(panel)
        if target.get("instant"):
            if target.get("range"):
                self.notes.add("queries that are both instant and range are asked for now alone")
            rows = self.prometheus.query(expr, at=end)
            answer.rows = rows
            names = legends([labels_of(row) for row in rows.to_dict("records")])
            rows.index = names if target.get("format") != "table" else rows.index
            return answer
        step = self._spacing(panel, target).step
        begin, end = (moment // step * step for moment in (begin, end))
        span = {"start": begin, "end": end, "step": step}
        # Not query_range, whose columns are named by the labels that differ: a legend may want any.
        found = self.prometheus.raw("query_range", query=expr, **span)["result"]
        answer.lines, answer.step = lines_of(found), step
        names = legends([series["metric"] for series in found])
        answer.lines.columns = names
        return answer

    def _label_api(self, path: str, **params: Any) -> Any:
        """Ask Prometheus for names and values, in the span that the page shows."""
        if path == "query":
            return self.prometheus.raw(path, time=f"{self.until:.0f}", **params)
        since = {"start": f"{self.until - self.last:.0f}", "end": f"{self.until:.0f}"}
        return self.prometheus.raw(path, **params, **since)

    def marks(self) -> list[Mark]:
        """What the dashboard's annotations mark: from, until (None: a moment), words, colour."""
        return marks(self)
