"""What a dashboard marks on its graphs."""

import warnings
from typing import Any, Protocol

from lab_helpers.errors import PrometheusAway, WorkshopError
from lab_helpers.preview.answer import Answer
from lab_helpers.preview.datasources import PROMETHEUS, kind_of
from lab_helpers.preview.intervals import rounded
from lab_helpers.promql.answers import PromQLWarning
from lab_helpers.promql.durations import seconds

Mark = tuple[Any, Any, str, str]
_STEP = "60s"  # between two samples that are looked at, where an annotation does not say


class Asking(Protocol):
    """Who puts the questions: a dashboard, with its variables chosen."""

    model: dict[str, Any]
    until: float
    last: float
    notes: set[str]

    def fill(self, text: str) -> str: ...

    def ask(self, target: dict[str, Any], panel: dict[str, Any]) -> Answer: ...


def marks(asked: Asking) -> list[Mark]:
    """From, until (None: a moment), words, colour of each mark of the annotations.

    Raises:
        WorkshopError: the query of one is refused.
    """
    found: list[Mark] = []
    for one in (asked.model.get("annotations") or {}).get("list") or []:
        if one.get("enable", True) and one.get("expr") and _is_of_prometheus(one, asked):
            found += _of(one, asked)
    return found


def tolerant_marks(asked: Asking) -> list[Mark]:
    """The same; an annotation that is refused is noted, and left out."""
    found: list[Mark] = []
    for one in (asked.model.get("annotations") or {}).get("list") or []:
        builtin = one.get("builtIn") or (one.get("datasource") or "") == "-- Grafana --"
        if not one.get("enable", True) or builtin:
            continue
        name = one.get("name") or "without a name"
        if not one.get("expr") or not _is_of_prometheus(one, asked):
            if kind_of(one, {}, asked.model) not in ("-- Grafana --",):
                asked.notes.add(f"the annotations {name!r} are left out")
            continue
        try:
            found += _of(one, asked)
        except PrometheusAway:
            raise
        except WorkshopError as problem:
            first = str(problem).splitlines()[0]
            asked.notes.add(f"the annotations {name!r} are left out: {first}")
    return found


def _is_of_prometheus(one: dict[str, Any], asked: Asking) -> bool:
    return kind_of(one, {}, asked.model) == PROMETHEUS


def _of(one: dict[str, Any], asked: Asking) -> list[Mark]:
    import pandas as pd

    step = max(_length(asked.fill(str(one.get("step") or _STEP))), rounded(asked.last / 11000))
    title = one.get("titleFormat") or one.get("name") or ""
    target = {"expr": one["expr"], "legendFormat": title, "interval": f"{step:g}s"}
    points = {"maxDataPoints": asked.last / step}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PromQLWarning)
        frame = asked.ask(target, points).lines
    assert frame is not None
    begin = pd.Timestamp(asked.until - asked.last, unit="s", tz="UTC")
    colour = str(one.get("iconColor") or "blue")
    found: list[Mark] = []
    for name in dict.fromkeys(frame.columns):
        column = frame[name]
        column = (column if column.ndim == 1 else column.max(axis=1)).dropna()
        if one.get("useValueForTime") in (True, "on"):
            moments = pd.to_datetime(sorted(column.unique()), unit="ms", utc=True)
            before = begin
            for at in moments:  # the kernel's clock moves a little: once is enough
                if at > before:
                    found.append((at, None, name, colour))
                    before = at + pd.Timedelta("2s")
            continue
        gaps = column.index.to_series().diff() > pd.Timedelta(seconds=1.5 * step)
        for _, span in column.groupby(gaps.cumsum()):
            found.append((span.index[0], span.index[-1], name, colour))
    return found


def _length(text: str) -> float:
    try:
        return seconds(text)
    except WorkshopError:
        return seconds(_STEP)
