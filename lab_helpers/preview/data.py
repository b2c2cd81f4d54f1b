"""What a dashboard's panels show, asked for as Grafana would ask.

Variables are resolved from Prometheus, Grafana's own (`$__rate_interval`, `$__range`) reckoned, and
every query of every panel put to its data source.
"""

import io
import re
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab_helpers.dashboards import as_json, panels_of
from lab_helpers.errors import WorkshopError
from lab_helpers.preview.answer import Answer
from lab_helpers.promql.answers import PromQLWarning
from lab_helpers.promql.durations import seconds, seconds_since_1970

if TYPE_CHECKING:
    from pandas import DataFrame

    from lab_helpers.services.prometheus import PrometheusContainer

Sql = Callable[[str], str]
Values = Mapping[str, str | list[str]]
_NAME = re.compile(r"\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)\]\]|\$(\w+)")
_RELATIVE = re.compile(r"now-(\w+)")


class PanelFailed(WorkshopError):
    """A panel's query was refused, or not answered; the message names the panel."""


@dataclass
class Asked:
    """A dashboard's questions, to be put at one time, with one set of values for its variables."""

    model: dict[str, Any]
    prometheus: "PrometheusContainer"
    sql: Sql | None = None
    last: float = 60.0
    scrape_interval: float = 1.0
    until: float = 0.0
    chosen: dict[str, list[str]] = field(default_factory=dict)
    all_of: set[str] = field(default_factory=set)

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
        model = as_json(dashboard)
        if last is None:
            found = _RELATIVE.fullmatch((model.get("time") or {}).get("from", "now-5m"))
            last = found[1] if found else "5m"
        asked = cls(model, prometheus, sql, seconds(last), seconds(scrape_interval))
        asked.until = float(int(time.time() if until is None else seconds_since_1970(until)))
        asked._choose(dict(variables or {}))
        return asked

    @property
    def step(self) -> float:
        """Seconds between two points, as `$__interval`: at most 300 of them."""
        return float(max(1, round(self.last / 300)))

    # Variables

    def _choose(self, given: dict[str, str | list[str]]) -> None:
        names = [v["name"] for v in self.model.get("templating", {}).get("list", [])]
        if unknown := set(given) - set(names):
            raise WorkshopError(
                f"The dashboard has no variable {', '.join(sorted(unknown))}. "
                f"It has: {', '.join(names) or 'none'}."
            )
        for variable in self.model.get("templating", {}).get("list", []):
            name = variable["name"]
            value = given.get(name, (variable.get("current") or {}).get("value", "$__all"))
            values = [value] if isinstance(value, str) else list(value)
            if values in (["$__all"], ["All"]):
                self.all_of.add(name)
                every = variable.get("allValue")
                values = [every] if every else self.values(variable)
            self.chosen[name] = values

    def _is_many(self, name: str) -> bool:
        found = {v["name"]: v for v in self.model["templating"]["list"]}[name]
        return bool(found.get("multi") or found.get("includeAll"))

    def _is_pattern(self, name: str) -> bool:
        found = {v["name"]: v for v in self.model["templating"]["list"]}[name]
        return name in self.all_of and bool(found.get("allValue"))

    def values(self, variable: dict[str, Any]) -> list[str]:
        """What a variable may be, sorted: of a query, what Prometheus has now."""
        query = variable.get("query") or ""
        query = query.get("query", "") if isinstance(query, dict) else query
        if variable["type"] != "query":
            return [part.strip() for part in query.split(",") if part.strip()]
        found = re.fullmatch(r"label_values\((?:(.+),)?\s*(\w+)\s*\)", self.fill(query))
        if not found:
            raise WorkshopError(f"${variable['name']}: only label_values(…) is known, not {query}.")
        metric, label = found.groups()
        since = {"start": f"{self.until - self.last:.0f}", "end": f"{self.until:.0f}"}
        match = {"match[]": metric} if metric else {}
        names = self.prometheus.raw(f"label/{label}/values", **match, **since)
        kept = [re.fullmatch(variable.get("regex") or ".*", name) for name in names]
        return sorted(match[1] if match.re.groups else match[0] for match in kept if match)

    def fill(self, text: str) -> str:
        """A query or title with every variable replaced."""
        scrape = self.scrape_interval
        own = {
            "__interval": f"{self.step:g}s",
            "__rate_interval": f"{max(self.step + scrape, 4 * scrape):g}s",
            "__range": f"{self.last:g}s",
            "__range_s": f"{self.last:g}",
        }

        def value(found: re.Match[str]) -> str:
            name = found[1] or found[3] or found[4]
            if name in own:
                return own[name]
            if name not in self.chosen:
                return found[0]
            values = self.chosen[name]
            if found[2] in ("csv", "raw") or self._is_pattern(name):
                return ",".join(values)
            if not self._is_many(name):
                return values[0]
            escaped = [re.sub(r"([.+*?^$()\[\]{}|\\])", r"\\\\\1", value) for value in values]
            return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"

        return _NAME.sub(value, text)

    # Questions

    def panel(self, panel: dict[str, Any]) -> list[Answer]:
        """Put a panel's queries, those that are hidden left out.

        Raises:
            PanelFailed: a data source refuses one; the message is its own.
        """
        answers = []
        for target in panel.get("targets") or []:
            if target.get("hide"):
                continue
            try:
                with warnings.catch_warnings():
                    # Exporters' names do not all end in _total; a dashboard is no place to say so.
                    warnings.simplefilter("ignore", PromQLWarning)
                    answers.append(self.ask(target))
            except WorkshopError as problem:
                title = panel.get("title") or f"number {panel.get('id')}"
                raise PanelFailed(f"Panel {title!r}, query {target['refId']}: {problem}") from None
        return answers

    def ask(self, target: dict[str, Any]) -> Answer:
        """Put one query."""
        if target.get("rawSql"):
            return self._ask_sql(target)
        expr = self.fill(target.get("expr", ""))
        answer = Answer(target.get("refId", "A"), expr)
        if target.get("instant"):
            answer.rows = self.prometheus.query(expr, at=self.until)
            names = [self._legend(target, row) for row in answer.rows.to_dict("records")]
            answer.rows.index = names if target.get("format") != "table" else answer.rows.index
            return answer
        span = {"start": self.until - self.last, "end": self.until, "step": self.step}
        # Not query_range, whose columns are named by the labels that differ: a legend may want any.
        found = self.prometheus.raw("query_range", query=expr, **span)["result"]
        answer.lines, answer.step = self._lines(target, found), self.step
        return answer

    def _lines(self, target: dict[str, Any], found: list[dict[str, Any]]) -> "DataFrame":
        import pandas as pd

        columns = []
        for series in found:
            moments, values = zip(*series["values"], strict=True)
            columns.append(pd.Series([float(value) for value in values], index=moments))
        frame = pd.concat(columns, axis=1).sort_index() if columns else pd.DataFrame()
        frame.index = pd.to_datetime(frame.index, unit="s", utc=True)
        frame.columns = [self._legend(target, series["metric"]) for series in found]
        return frame

    def _legend(self, target: dict[str, Any], labels: dict[str, Any]) -> str:
        labels = {str(k): v for k, v in labels.items() if k not in (None, "value", "timestamp")}
        if form := target.get("legendFormat"):
            found = re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda m: str(labels.get(m[1], "")), form)
            return self.fill(found)
        name = labels.pop("__name__", "")
        inside = ", ".join(f'{k}="{v}"' for k, v in labels.items() if v != "" and v == v)
        return f"{name}{{{inside}}}" if inside else str(name) or "value"

    def _ask_sql(self, target: dict[str, Any]) -> Answer:
        import pandas as pd

        query = self.fill(target["rawSql"])
        since, until = int(self.until - self.last), int(self.until)
        query = re.sub(
            r"\$__timeFilter\(([\w.]+)\)",
            rf"\1 BETWEEN FROM_UNIXTIME({since}) AND FROM_UNIXTIME({until})",
            query,
        )
        query = re.sub(
            r"\$__timeGroupAlias\(([\w.]+),\s*'(\w+)'\)",
            lambda m: f"UNIX_TIMESTAMP({m[1]}) DIV {seconds(m[2]):g} * {seconds(m[2]):g} AS `time`",
            query,
        )
        answer = Answer(target.get("refId", "A"), query)
        if self.sql is None:
            raise WorkshopError("it asks the database: hand preview() its sql=mysql.sql.")
        frame = pd.read_csv(io.StringIO(self.sql(query)), sep="\t")
        if target.get("format") == "time_series":
            frame.index = pd.to_datetime(frame.pop("time"), unit="s", utc=True)
            answer.lines = frame
        else:
            answer.rows = frame
        return answer

    # Annotations

    def marks(self) -> "list[tuple[Any, Any, str, str]]":
        """What the dashboard's annotations mark: from, until (None: a moment), words, colour."""
        import pandas as pd

        found: list[tuple[Any, Any, str, str]] = []
        begin = pd.Timestamp(self.until - self.last, unit="s", tz="UTC")
        for one in (self.model.get("annotations") or {}).get("list", []):
            if not one.get("enable", True) or not one.get("expr"):
                continue
            target = {"expr": one["expr"], "legendFormat": one.get("titleFormat")}
            frame = self.ask(target).lines
            assert frame is not None
            for name in dict.fromkeys(frame.columns):
                column = frame[name]
                column = (column if column.ndim == 1 else column.max(axis=1)).dropna()
                if one.get("useValueForTime"):
                    moments = pd.to_datetime(sorted(column.unique()), unit="ms", utc=True)
                    before = begin
                    for at in moments:  # the kernel's clock moves a little: once is enough
                        if at > before:
                            found.append((at, None, name, one["iconColor"]))
                            before = at + pd.Timedelta("2s")
                    continue
                gaps = column.index.to_series().diff() > pd.Timedelta(seconds=1.5 * self.step)
                for _, span in column.groupby(gaps.cumsum()):
                    found.append((span.index[0], span.index[-1], name, one["iconColor"]))
        return found


def empty_panels(dashboard: Any, prometheus: "PrometheusContainer", **options: Any) -> list[str]:
    """The queries that have no answer, as "panel / refId: query"; an empty list is good news.

    options: as for `lab_helpers.preview.preview`.

    Raises:
        PanelFailed: a data source refuses one.
    """
    asked = Asked.of(dashboard, prometheus, **options)
    return [
        f"{panel.get('title')} / {answer.ref}: {answer.question}"
        for panel in panels_of(asked.model)
        for answer in asked.panel(panel)
        if answer.is_empty
    ]
