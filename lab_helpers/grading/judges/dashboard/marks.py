"""Annotations: what a dashboard marks on its graphs, and when."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pandas as pd

from ....errors import PrometheusAway, WorkshopError
from ....preview import Asked
from ...exercise import Verdict, missed
from .model import Annotation, Board
from .view import SCRAPE_INTERVAL
from .wanted import Marks

#: How far around a moment is looked.
AROUND = pd.Timedelta("90min")
#: More annotations than anybody reads; each asks Prometheus several times.
MOST = 20
#: A mark of a moment may begin a scrape before it, and five after.
EARLY, LATE = pd.Timedelta("-1min"), pd.Timedelta("5min")
#: A mark that is longer than this is no mark of a moment.
LONG = pd.Timedelta("30min")

Mark = tuple[Any, Any, str, str]  # from, until (None: a moment), words, colour


def marks(board: Board, wanted: Marks, client: Any) -> Verdict | None:
    """Say what is wrong with the annotations of a dashboard.

    client: who answers its PromQL.
    """
    enabled = [one for one in board.annotations.annotations if one.enable and one.expr]
    if not enabled:
        return missed(
            "no annotation", "The dashboard has no annotation with an `expr` that is enabled."
        )
    if len(enabled) > MOST:
        return missed("too many annotations", f"More than {MOST} annotations hide the graph.")
    if source := board.other_source(one.datasource for one in enabled):
        return missed("wrong data source", f"An annotation asks the data source {source!r}.")
    try:
        for moment, words in wanted.moments.items():
            found = _around(enabled, moment, client)
            if finding := _at(found, pd.Timestamp(moment), words):
                return finding
        for moment, verdict in wanted.quiet.items():
            if _around(enabled, moment, client):
                return missed(*verdict)
    except PrometheusAway:
        raise
    except (WorkshopError, ValueError) as problem:
        return missed("annotation refused", f"Its marks cannot be had. {problem}")
    return None


def _around(annotations: Sequence[Annotation], moment: str, client: Any) -> list[Mark]:
    """What is marked around a moment, each mark with the words of its title and text."""
    shown = [
        {
            **msgspec.to_builtins(one),
            "titleFormat": f"{one.title_format or one.name} {one.text_format or ''}".strip(),
        }
        for one in annotations
    ]
    model = {"panels": [], "annotations": {"list": shown}, "templating": {"list": []}}
    asked = Asked.of(
        model,
        client,
        last=2 * AROUND,
        until=pd.Timestamp(moment) + AROUND,
        scrape_interval=SCRAPE_INTERVAL,
    )
    return asked.marks()


def _at(found: Sequence[Mark], moment: pd.Timestamp, words: str) -> Verdict | None:
    """Whether this moment is marked, and nothing else around it."""
    if not found:
        return missed("nothing marked", f"At {moment:%A %H:%M}, nothing is marked.")
    for begin, end, name, _ in found:
        if end is not None and end - begin > LONG:
            return missed(
                "marks everything",
                f"{name!r} is marked from {begin:%H:%M} to {end:%H:%M}, without end: an annotation "
                "marks every instant at which its query has a sample, whatever its value.",
            )
    near = [mark for mark in found if EARLY <= mark[0] - moment <= LATE]
    if not near or len(near) < len(found):
        begin = next(mark[0] for mark in found if mark not in near)
        return missed(
            "marked elsewhere", f"A mark is at {begin:%A %H:%M}, when nothing of the kind happened."
        )
    names = [name for _, _, name, _ in near]
    if not any(words in name for name in names):
        return missed(
            "mark without words", f"The mark says {names[0]!r}, and not what has happened."
        )
    return None
