"""The condition of a rule of Grafana's, reckoned as Grafana does: queries, and expressions."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab_helpers.errors import PrometheusAway, PromQLError
from lab_helpers.grading.judges.grafana.file import Refused

Numbers = dict[frozenset[tuple[str, str]], float]
#: A series is its values over the query's time range; a number is one value.
Values = dict[frozenset[tuple[str, str]], list[float]]

_EXPRESSIONS = ("__expr__", "-100", "-- Grafana --")
_REDUCERS: dict[str, Callable[[list[float]], float]] = {
    "last": lambda values: values[-1],
    "mean": lambda values: math.fsum(values) / len(values),
    "max": max,
    "min": min,
    "sum": math.fsum,
    "count": lambda values: float(len(values)),
}
_COMPARED = {
    "gt": lambda value, limits: value > limits[0],
    "lt": lambda value, limits: value < limits[0],
    "within_range": lambda value, limits: min(limits) < value < max(limits),
    "outside_range": lambda value, limits: not min(limits) <= value <= max(limits),
}  # fmt: skip
_MATH = re.compile(r"\s*\$\{?(\w+)\}?\s*(>=|<=|==|>|<)\s*(\d+(?:\.\d+)?)\s*")
_MATHS: dict[str, Callable[[float, float], bool]] = {
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b,
}


@dataclass(frozen=True)
class Condition:
    """What a rule asks at one instant.

    client: the Prometheus with the data; at: Unix seconds; uid: what Grafana calls it.
    """

    rule: dict[str, Any]
    client: Any
    at: float
    uid: str

    def holds(self) -> bool:
        """Whether the condition holds for any series.

        Raises:
            Refused: Grafana would report the rule as one that cannot be evaluated.
        """
        found, is_series = self._value(self.rule["condition"], ())
        if is_series:
            raise Refused(
                "not reduced",
                f"{self.rule['condition']} is a series over time, and an alert needs one number: "
                "have the query ask for now alone, or reduce its series.",
            )
        return any(value[0] and value[0] == value[0] for value in found.values())

    def query(self) -> dict[str, Any]:
        """The only query among the rule's data."""
        found = [one for one in self.rule["data"] if one.get("datasourceUid") not in _EXPRESSIONS]
        if len(found) != 1:
            raise Refused(
                "query missing", f"One query to Prometheus is asked for, not {len(found)}."
            )
        return dict(found[0])

    def _value(self, ref: str, above: tuple[str, ...]) -> tuple[Values, bool]:
        """What an entry of `data` answers, and whether that is series over time."""
        known = {one["refId"]: one for one in self.rule["data"]}
        if ref not in known or ref in above:
            listed = ", ".join(known)
            raise Refused("no such refId", f"There is no {ref!r} to ask; there is {listed}.")
        one = known[ref]
        source, model = one.get("datasourceUid"), one["model"]
        if source == self.uid:
            return self._asked(one, model)
        if source not in _EXPRESSIONS:
            raise Refused(
                "wrong data source",
                f"Grafana has no data source whose uid is {source!r}. An expression's is "
                f"`__expr__`, Prometheus's is `{self.uid}`.",
            )
        return self._expression(model, (*above, ref))

    def _asked(self, one: dict[str, Any], model: dict[str, Any]) -> tuple[Values, bool]:
        expr = str(model.get("expr") or "")
        if not expr.strip():
            raise Refused("query missing", "The query has no `expr`.")
        instant = str(model.get("instant")).lower() == "true"
        try:
            if instant:
                rows = self.client.raw("query", query=expr, time=f"{self.at:.0f}")
                found = _vector(rows)
                return {labels: [value] for labels, value in found.items()}, False
            length = _length(one.get("relativeTimeRange"))
            lines = self.client.raw(
                "query_range", query=expr, start=self.at - length, end=self.at, step=60
            )["result"]
        except PrometheusAway:
            raise
        except PromQLError as problem:
            raise Refused("query refused", f"{problem}") from None
        return {_labels(s["metric"]): [float(v) for _, v in s["values"]] for s in lines}, True

    def _expression(self, model: dict[str, Any], above: tuple[str, ...]) -> tuple[Values, bool]:
        kind, of = model.get("type"), str(model.get("expression") or "")
        if kind == "math":
            found = _MATH.fullmatch(of)
            if not found:
                raise Refused(
                    "expression not read", f"Of `math` the check reads $A > 1; not {of!r}."
                )
            values, series = self._value(found[1], above)
            compare, limit = _MATHS[found[2]], float(found[3])
            made = {k: [float(compare(v, limit)) for v in vs] for k, vs in values.items()}
            return made, series
        if kind not in ("reduce", "threshold"):
            raise Refused(
                "expression not read",
                f"The check reads reduce, threshold and math; not the type {kind!r}.",
            )
        values, series = self._value(of, above)
        if kind == "reduce":
            reducer = _REDUCERS.get(str(model.get("reducer")))
            if reducer is None:
                raise Refused("expression not read", f"`reducer` is one of {', '.join(_REDUCERS)}.")
            return {k: [reducer(vs)] for k, vs in values.items() if vs}, False
        compare_, limits = _threshold(model)
        return {k: [float(compare_(v, limits)) for v in vs] for k, vs in values.items()}, series


def _threshold(model: dict[str, Any]) -> tuple[Any, list[float]]:
    try:
        evaluator = model["conditions"][0]["evaluator"]
        compare, limits = _COMPARED[evaluator["type"]], [float(p) for p in evaluator["params"]]
        return compare, [limits[0], *limits[1:]]
    except (KeyError, IndexError, TypeError, ValueError):
        raise Refused(
            "expression not read",
            "A threshold has `conditions`, the first with an `evaluator`: its `type` (gt, lt, "
            "within_range, outside_range) and its `params`, a list of numbers.",
        ) from None


def _length(span: Any) -> float:
    """Seconds that a query over time looks back; Grafana's default are ten minutes."""
    try:
        return min(max(float(span["from"]), 60.0), 86_400.0)
    except (KeyError, TypeError, ValueError):
        return 600.0


def _vector(data: dict[str, Any]) -> Numbers:
    if data["resultType"] == "scalar":
        return {frozenset(): float(data["result"][1])}
    if data["resultType"] != "vector":
        raise Refused("query refused", "The query answers a range: an alert needs numbers of now.")
    return {_labels(one["metric"]): float(one["value"][1]) for one in data["result"]}


def _labels(metric: dict[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset((name, value) for name, value in metric.items() if name != "__name__")
