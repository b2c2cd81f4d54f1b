"""Annotations: what a dashboard marks on its graphs, and when."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
import pandas as pd

from lab_helpers.errors import PrometheusAway, WorkshopError
from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.dashboard.model import Annotation, Board
from lab_helpers.grading.judges.dashboard.view import SCRAPE_INTERVAL
from lab_helpers.grading.judges.dashboard.wanted import Marks
from lab_helpers.preview import Asked
from lab_helpers.promql.explain.tree import parsed, selectors

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
            last = max(begin if end is None else end for begin, end, _, _ in found)
            if moment in wanted.until and last < pd.Timestamp(wanted.until[moment]):
                return missed(
                    "mark too short",
                    f"The mark of {pd.Timestamp(moment):%A %H:%M} ends at {last:%H:%M}, and what "
                    "it is about went on.",
                )
        for moment, verdict in wanted.quiet.items():
            if _around(enabled, moment, client):
                return missed(*verdict)
    except PrometheusAway:
        raise
    except (WorkshopError, ValueError) as problem:
        if "duplicate series" in str(problem):
            return missed(
                "many-to-many join",
                "Both sides of the operator find several series with the same values of the labels "
                "that are compared. Here each replica has two versions for five minutes after a "
                "release, the old one and the new: on one side at least, each must be alone.\n\n"
                f"{problem}",
            )
        return missed("annotation refused", f"Its marks cannot be had. {problem}")
    findings = (_only_this(one, wanted) for one in enabled)
    return next(filter(None, findings), None)


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
            span = f"{name!r} is marked from {begin:%H:%M} to {end:%H:%M}"
            if begin >= moment + EARLY and end < moment + AROUND + EARLY:
                return missed(
                    "mark too long",
                    f"{span}: that is no mark of a moment. How far back does the query look?",
                )
            return missed(
                "marks everything",
                f"{span}: an annotation marks every instant at which its query has a sample, "
                "whatever its value.",
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


def _only_this(annotation: Annotation, wanted: Marks) -> Verdict | None:
    """Whether a mark that is still to come would not be there, or by the name of this one."""
    form = f"{annotation.title_format} {annotation.text_format}"
    if word := next((word for word in wanted.moments.values() if word in form), None):
        return missed(
            "only this one",
            f"The mark says {word!r} whatever it is about. The name is the value of a label: the "
            "text can ask for it, as a legend does.",
        )
    for selector in selectors(parsed(re.sub(r"\$\w+", "5m", annotation.expr or ""))):
        for matcher in selector.matchers.matchers:
            for coming in wanted.coming.get(matcher.name, ()):
                if not _finds(matcher, coming):
                    return missed(
                        "only this one",
                        f"`{matcher}` lets this one through, and shuts out others, such as "
                        f"{coming!r}. They must be marked, too.",
                    )
    return None


def _finds(matcher: Any, value: str) -> bool:
    """Whether a matcher of PromQL lets a value through."""
    kind = str(matcher.op).partition(".")[2]
    try:
        same = matcher.value == value if "Equal" in kind else re.fullmatch(matcher.value, value)
    except re.error:
        return True  # Prometheus's patterns know a few words that Python's do not
    return bool(same) != kind.startswith("Not")
