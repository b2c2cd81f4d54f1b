"""A panel's queries: do they answer what is asked, whatever the reader chooses?"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import promql_parser as promql

from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.dashboard.model import Panel
from lab_helpers.grading.judges.dashboard.units import WORDS, factor
from lab_helpers.grading.judges.dashboard.view import View
from lab_helpers.grading.judges.dashboard.wanted import Wanted
from lab_helpers.grading.judges.promql import SameAnswer
from lab_helpers.grading.judges.promql.case import same
from lab_helpers.grading.judges.promql.rewriting import changed
from lab_helpers.preview.units import words
from lab_helpers.promql.durations import seconds_since_1970
from lab_helpers.promql.explain.asking import Answer, Labels, Prometheus, Refused
from lab_helpers.promql.explain.tree import Node, children, parsed, text

_WINDOW = re.compile(r"\[\s*(\w+)\s*\]")
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Queries:
    """The queries of a panel beside those that are wanted.

    views: what a reader may choose; in the first, one value of each variable.
    at: the instants at which both are asked, UTC.
    client, prometheus: who is asked: for the labels of series too, and within limits.
    """

    panel: Panel
    wanted: Wanted
    views: Sequence[View]
    at: tuple[str, ...]
    client: Any
    prometheus: Prometheus
    _known: dict[tuple[str, float], Answer] = field(default_factory=dict)

    def finding(self) -> Verdict | None:
        """What is wrong with the queries, or with the unit in which they are shown."""
        shown = [target.expr for target in self.panel.shown() if target.expr]
        lines = self.wanted.lines
        if not shown:
            return missed("no query", "It has no query: a Target with an `expr`.")
        if len(shown) != len(lines):
            return missed(
                "query missing" if len(shown) < len(lines) else "query too many",
                f"Queries in it: {len(shown)}; asked for: {len(lines)}.",
            )
        self._limit()
        pairs = self._paired(shown)
        for look in (self._deaf, self._wrong, self._unit, self._fickle, self._empty):
            for expr, line in pairs:
                if finding := look(expr, line):
                    return finding
        return None

    @property
    def scale(self) -> float:
        """How much of the base unit the panel shows as one; 1 if its unit is missing or wrong."""
        return factor(self._unit_name, self.wanted.quantity) or 1

    @property
    def _unit_name(self) -> str:
        return self.panel.field_config.defaults.unit or ""

    # Right, and right in which unit

    def _paired(self, shown: list[str]) -> list[tuple[str, str]]:
        """Each query with the line that it is: those that answer right, then the rest in order."""
        left, lines, pairs = list(shown), list(self.wanted.lines), []
        for expr in shown:
            for line in lines:
                if self._answers(expr, line, self.views[0]):
                    left.remove(expr)
                    lines.remove(line)
                    pairs.append((expr, line))
                    break
        return [*zip(left, lines, strict=True), *pairs]

    def _answers(self, expr: str, line: str, view: View) -> bool:
        """Whether a query answers as a line does, be it in the panel's unit or in the base unit."""
        return self._same(expr, line, view, self.scale) or self._same(expr, line, view, 1)

    def _same(self, expr: str, line: str, view: View, scale: float) -> bool:
        for at in map(seconds_since_1970, self.at):
            truth = self._ask(_scaled(view.truth(line), scale), at)
            try:
                found = self._ask(view.asked.fill(expr), at)
            except Refused:
                return False
            if not _alike(found, truth):
                return False
        return True

    def _limit(self) -> None:
        """Let no query take much longer than those that are right."""
        begun = time.monotonic()
        for line in self.wanted.lines:
            self._ask(self.views[0].truth(line), seconds_since_1970(self.at[0]))
        self.prometheus.limit(time.monotonic() - begun)

    def _ask(self, expr: str, at: float) -> Answer:
        if (expr, at) not in self._known:
            self._known[expr, at] = self.prometheus.ask(expr, at)
        return self._known[expr, at]

    # What may be wrong, in the order in which it is looked for

    def _deaf(self, expr: str, line: str) -> Verdict | None:
        """A query that does not listen to a variable."""
        for name in re.findall(r"\$([a-z]\w*)", line):
            if not re.search(rf"\$(?:{name}\b|\{{{name}\b)|\[\[{name}\]\]", expr):
                return missed(
                    "variable not used",
                    f"`{_short(expr)}` has no ${name} in it: whatever the reader chooses, it shows "
                    "the same.",
                )
        return None

    def _wrong(self, expr: str, line: str) -> Verdict | None:
        """A query that does not answer what is asked."""
        view = self.views[0]
        if self._answers(expr, line, view):
            return None
        windows = set(_WINDOW.findall(expr))
        if "$__rate_interval" in line and len(windows) == 1 and "$__" not in expr:
            (window,) = windows
            if self._answers(expr, line.replace("$__rate_interval", window), view):
                return missed(
                    "hard-coded window",
                    f"`[{window}]` suits one time range and one scrape interval, and the reader "
                    "chooses the first. There is a window that suits them all.",
                )
        return self._compared(expr, line, view)

    def _unit(self, expr: str, line: str) -> Verdict | None:
        """A query that is right, shown in a unit that says something else."""
        unit, quantity = self._unit_name, WORDS[self.wanted.quantity]
        if factor(unit, self.wanted.quantity) and not any(
            self._same(expr, line, view, 1) and not self._same(expr, line, view, self.scale)
            for view in self.views
        ):
            return None
        if unit in ("", "none"):
            return missed("unit missing", f"It has no unit; its values are {quantity}.")
        asked = [view.asked.fill(expr) for view in self.views]
        moments = [seconds_since_1970(at) for at in self.at]
        answers = [self._ask(query, at) for query in asked for at in moments]
        value = max((value for answer in answers for value in answer.series.values()), key=abs)
        return missed(
            "wrong unit",
            f"Its values are {quantity}: at one moment {value:.4g}, which the unit {unit!r} makes "
            f"{words(value, unit)!r}.",
        )

    def _fickle(self, expr: str, line: str) -> Verdict | None:
        """A query that is right for one choice, and wrong for another."""
        for view in self.views[1:]:
            if self._same(expr, line, view, self.scale):
                continue
            if not view.trouble:
                return self._compared(expr, line, view)
            return missed(
                view.trouble,
                f"With one value chosen it is right. With {view.choice}, what is sent is "
                f"`{_short(view.asked.fill(expr))}`, and that answers something else.",
            )
        return None

    def _empty(self, expr: str, _: str) -> Verdict | None:
        """A query that has no answer as long as certain series are not there."""
        tree = parsed(self.views[0].asked.fill(expr))
        if not self.wanted.late or tree is None:
            return None
        at = seconds_since_1970(self.at[0])

        def unborn(node: Node) -> str | None:
            is_range = isinstance(node, promql.MatrixSelector)
            if not is_range and not isinstance(node, promql.VectorSelector):
                return None
            selector = text(children(node)[0] if is_range else node)
            others = self._ask(f"{selector} unless {self.wanted.late}", at)
            if others.series or not self._ask(selector, at).series:
                return None
            return "never_was[5m]" if is_range else "never_was"

        try:
            found = self._ask(changed(tree, unborn), at)
        except Refused:
            return None
        if any(value == 0 for value in found.series.values()):
            return None
        return missed(
            "no data before the first",
            f"As long as there is no series `{self.wanted.late}`, it has no answer: the panel says "
            "*No data*, which reads like trouble. It should say 0.",
        )

    def _compared(self, expr: str, line: str, view: View) -> Verdict | None:
        truth = _scaled(view.truth(line), self.scale)
        asked = self._without_idle_labels(view.asked.fill(expr), truth)
        misreadings = {
            _scaled(view.truth(query), self.scale): misreading
            for query, misreading in self.wanted.misreadings.items()
        }
        verdict = SameAnswer(truth, self.at, misreadings).compare(asked, self.client)
        if verdict.solved:
            return None
        chosen = f"With {view.choice} chosen: " if view.chosen else ""
        return missed(verdict.diagnosis, f"{chosen}{verdict.message}")

    def _without_idle_labels(self, asked: str, truth: str) -> str:
        """A query without the labels that tell no two of its lines apart: they do no harm."""
        at = seconds_since_1970(self.at[0])
        names = self._ask(truth, at).label_names()
        try:
            found = self._ask(asked, at)
        except Refused:
            return asked
        if found.label_names() <= names or len(_told_apart(found, names)) < len(found.series):
            return asked
        return f"sum by ({', '.join(sorted(names))}) (\n{asked}\n)"


def _alike(found: Answer, truth: Answer) -> bool:
    """Whether a panel shows the same: labels that tell no two lines apart do not count."""
    series = _told_apart(found, truth.label_names())
    alike = same(Answer(truth.kind, series), truth, _TOLERANCE)
    return alike and len(series) == len(found.series) and found.kind in ("vector", "scalar")


def _told_apart(found: Answer, names: set[str]) -> dict[Labels, float]:
    """The series of an answer, by these labels alone."""
    return {
        frozenset(label for label in labels if label[0] in names): value
        for labels, value in found.series.items()
    }


def _scaled(truth: str, scale: float) -> str:
    return truth if scale == 1 else f"({truth}) / {scale!r}"


def _short(expr: str, most: int = 160) -> str:
    line = " ".join(expr.split())
    return line if len(line) <= most else f"{line[:most]} …"
