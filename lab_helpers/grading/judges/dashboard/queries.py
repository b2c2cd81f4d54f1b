"""A panel's queries: do they answer what is asked, whatever the reader chooses?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ....preview.units import words
from ....promql import seconds_since_1970
from ...exercise import Verdict, missed
from ..promql import SameAnswer
from ..promql.asking import Answer, Prometheus, Refused
from ..promql.case import same
from .model import Panel
from .units import WORDS, factor
from .view import View
from .wanted import Wanted

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
                f"It has {len(shown)} queries; asked for are {len(lines)}.",
            )
        pairs = self._paired(shown)
        for look in (self._deaf, self._wrong, self._unit, self._fickle):
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
        asked, truth = view.asked.fill(expr), _scaled(view.truth(line), scale)
        try:
            return all(
                _alike(self._ask(asked, at), self._ask(truth, at))
                for at in map(seconds_since_1970, self.at)
            )
        except Refused:
            return False

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
        if factor(unit, self.wanted.quantity) and self._same(expr, line, self.views[0], self.scale):
            return None
        if unit in ("", "none"):
            return missed("unit missing", f"It has no unit; its values are {quantity}.")
        answer = self._ask(self.views[0].asked.fill(expr), seconds_since_1970(self.at[0]))
        value = next(iter(answer.series.values()))
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
            count = ", ".join(f"{len(values)} of ${name}" for name, values in view.chosen.items())
            return missed(
                view.trouble,
                f"With one value chosen it is right. With {count}, what is sent is "
                f"`{_short(view.asked.fill(expr))}`, and that answers something else.",
            )
        return None

    def _compared(self, expr: str, line: str, view: View) -> Verdict:
        truth = _scaled(view.truth(line), self.scale)
        return SameAnswer(truth, self.at).compare(view.asked.fill(expr), self.client)


def _alike(found: Answer, truth: Answer) -> bool:
    """Whether a panel shows the same: labels that tell no two lines apart do not count."""
    names = truth.label_names()
    series = {
        frozenset(label for label in labels if label[0] in names): value
        for labels, value in found.series.items()
    }
    alike = same(Answer(truth.kind, series), truth, _TOLERANCE)
    return alike and len(series) == len(found.series) and found.kind in ("vector", "scalar")


def _scaled(truth: str, scale: float) -> str:
    return truth if scale == 1 else f"({truth}) / {scale!r}"


def _short(expr: str, most: int = 160) -> str:
    line = " ".join(expr.split())
    return line if len(line) <= most else f"{line[:most]} …"
