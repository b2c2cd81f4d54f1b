"""A dashboard's page: its panels in the dashboard's own grid."""

import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab_helpers.pictures import alt
from lab_helpers.pictures.plots import use_style
from lab_helpers.preview.annotations import tolerant_marks
from lab_helpers.preview.answer import Outcome
from lab_helpers.preview.asked import Asked
from lab_helpers.preview.box import PALE, PLAIN, Box, shortened
from lab_helpers.preview.choices import Values
from lab_helpers.preview.fields import configure
from lab_helpers.preview.frames import frames_of
from lab_helpers.preview.layout import laid_out
from lab_helpers.preview.mappings import mapped
from lab_helpers.preview.panels import KINDS, refusal
from lab_helpers.preview.panels.view import View
from lab_helpers.preview.queries import Sql
from lab_helpers.preview.transformations import transform

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from lab_helpers.services.prometheus import PrometheusContainer

WIDTH, ROW, GAP, HEAD = 13.0, 0.36, 0.07, 0.42  # inches: page, row of the grid, between, header
_FOOT = 0.17  # inches a line of the foot
_LETTERS = 190  # of a line of the foot


@dataclass
class Page:
    """A drawn dashboard. ``verdicts`` says of each panel: drawn, in part, or refused; and why."""

    figure: "Figure"
    verdicts: list[tuple[dict[str, Any], str, str]] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)


def preview(
    dashboard: Any,
    prometheus: "PrometheusContainer",
    *,
    last: Any = None,
    until: Any = None,
    variables: Values | None = None,
    sql: Sql | None = None,
    scrape_interval: Any = 1.0,
) -> "Figure":
    """Draw a dashboard from live data.

    Args:
        dashboard: of grafanalib; its JSON decoded, whatever Grafana from 5 to 13 has exported it;
            or the Path of its file.
        prometheus: who answers its PromQL.
        last: how far back it looks, "1m" or seconds; by default as the dashboard says.
        until: from when it looks back, such as "2026-03-04 12:00" (UTC); by default from now.
        variables: values for its variables, by name: one or a list. By default as it stands.
        sql: what runs its SQL, such as ``mysql.sql``; without, those panels say that they need it.
        scrape_interval: what the data source is told; `$__rate_interval` is at least four of it.

    A panel that cannot be drawn says why in its own place, and a query that is refused shows its
    message there. What is not drawn as Grafana would is said in one line at the foot.

    Raises:
        WorkshopError: ``variables`` names one that the dashboard does not have; or that is no
            dashboard.
        PrometheusAway: Prometheus does not answer at all.
    """
    options: dict[str, Any] = {"sql": sql, "last": last, "until": until, "variables": variables}
    asked = Asked.of(dashboard, prometheus, scrape_interval=scrape_interval, **options)
    return drawn(asked).figure


def drawn(asked: Asked) -> Page:
    """Draw a dashboard whose variables are chosen."""
    import matplotlib.pyplot as plt

    use_style()
    panels = laid_out(asked.model, asked.choices.chosen if asked.choices else {})
    for panel in panels:
        panel["heading"] = asked.title(panel)
    marks = tolerant_marks(asked)
    drawable = [panel for panel in panels if panel["type"] in KINDS]
    outcomes = dict(zip(map(id, drawable), asked.outcomes(drawable), strict=True))
    for name, problem in asked.problems.items():
        asked.notes.add(f"the values of ${name} cannot be had: {problem.splitlines()[0]}")
    rows = max((p["gridPos"]["y"] + p["gridPos"]["h"] for p in panels), default=2)
    most = len(textwrap.wrap("; ".join(asked.notes), _LETTERS)) + 2
    height = HEAD + rows * ROW + GAP + most * _FOOT
    figure = plt.figure(figsize=(WIDTH, height), dpi=80, facecolor="#F4F5F5")
    plt.close(figure)  # the caller shows it; pyplot must not show it a second time
    figure.set_layout_engine("none")
    page = Page(figure, notes=asked.notes)
    if asked.model.get("tabs"):
        page.notes.add("tabs stand one below the other")
    _header(figure, asked, height)
    for panel in panels:
        box = _box(figure, panel["gridPos"], height)
        page.verdicts.append((panel, *_draw(box, panel, outcomes.get(id(panel)), asked, marks)))
    if not panels:
        Box(figure, GAP, height - HEAD - 2 * ROW, WIDTH - 2 * GAP, 2 * ROW).say(
            "This dashboard has no panels."
        )
    _footer(page, height)
    alt.say(figure, _in_words(page, asked))
    return page


def _in_words(page: Page, asked: Asked) -> str:
    """The picture's text: the dashboard, its span, each panel with what became of it."""
    parts = []
    for panel, verdict, why in page.verdicts:
        told = f": {why}" if verdict == "refused" else ""
        parts.append(f"{panel['heading'] or 'untitled'} ({panel['type']}{told})")
    return (
        f"Dashboard “{asked.title(asked.model)}”, {_span(asked)}. "
        f"{len(parts)} {'panel' if len(parts) == 1 else 'panels'}: {', '.join(parts) or 'none'}."
    )


def _box(figure: "Figure", place: dict[str, float], height: float) -> Box:
    column = WIDTH / 24
    return Box(
        figure,
        left=place["x"] * column + GAP,
        bottom=height - HEAD - (place["y"] + place["h"]) * ROW + GAP / 2,
        width=place["w"] * column - (2 if place["x"] + place["w"] >= 24 else 1) * GAP,
        height=place["h"] * ROW - GAP,
    )


def _draw(
    box: Box, panel: dict[str, Any], outcome: Outcome | None, asked: Asked, marks: Any
) -> tuple[str, str]:
    """Draw one panel; whether it is drawn, in part or refused, and why."""
    kind = panel["type"]
    if kind == "row":
        hidden = panel.get("panels") or []
        collapsed = bool(panel.get("collapsed")) and hidden
        sign = "▸" if collapsed else "▾"
        count = f"  ({len(hidden)} panel{'s' if len(hidden) != 1 else ''})" if collapsed else ""
        box.title(f"{sign} {panel['heading']}{count}", frame=False)
        return "row", ""
    if not panel.get("transparent"):
        box.title(panel["heading"])
    else:
        box.title(panel["heading"], frame=False)
    if outcome is None:
        reason = refusal(panel)
        box.say(reason)
        return "refused", reason
    if outcome.problems and not outcome.answers:
        box.say("\n".join(outcome.problems), bad=True)
        return "refused", outcome.problems[0]
    before = set(asked.notes)
    reason = _draw_answers(box, panel, outcome, asked, marks)
    if reason:
        return "refused", reason
    if outcome.problems:
        box.remark(outcome.problems[0])
        return "in part", outcome.problems[0]
    new = sorted(asked.notes - before)
    return ("in part", new[0]) if new else ("drawn", "")


def _draw_answers(
    box: Box, panel: dict[str, Any], outcome: Outcome, asked: Asked, marks: Any
) -> str:
    """Draw what was answered; an empty text, or why that cannot be done."""
    full = [answer for answer in outcome.answers if answer.has_series]
    if panel["type"] != "text" and not full:
        box.say(_of_nothing(panel))
        return ""
    if panel["type"] == "text":
        panel["options"]["content"] = asked.legend(str(panel["options"].get("content") or ""))
    kept = set(asked.notes)
    axes = list(box.figure.axes)
    try:
        frames = transform(frames_of(full), panel, asked.notes)
        frames = [frame for frame in frames if frame.fields]
        configure(frames, panel, lambda text: asked.legend(text, panel), asked.notes)
        if panel["type"] != "text" and not frames:
            box.say("No data is left after the panel's transformations.")
            return ""
        view = View(box, panel, frames, asked.span_of(panel), marks, asked.notes)
        KINDS[panel["type"]](view)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError) as fault:
        # Exports hold what no Grafana would write. One such panel must not end the page.
        for one in box.figure.axes[len(axes) :]:
            one.remove()
        asked.notes.intersection_update(kept)
        reason = f"This {panel['type']} panel cannot be drawn: {type(fault).__name__}: {fault}"
        box.say(reason, bad=True)
        return reason
    return ""


def _of_nothing(panel: dict[str, Any]) -> str:
    """What a panel says where there is no series: what it maps nothing to, or that."""
    if not any(not t.get("hide") for t in panel.get("targets") or []):
        return "This panel asks nothing."
    defaults = panel["fieldConfig"].get("defaults") or {}
    found = mapped(defaults.get("mappings") or [], None) if panel["type"] in _OF_ONE else None
    return str((found or {}).get("text") or defaults.get("noValue") or "No data")


_OF_ONE = ("stat", "gauge", "bargauge")


def _span(asked: Asked) -> str:
    import time

    begin, end = (asked.until - asked.last, asked.until)
    day = "%Y-%m-%d %H:%M" if asked.last > 86400 else "%H:%M:%S"
    return " to ".join(time.strftime(day, time.gmtime(moment)) for moment in (begin, end)) + " UTC"


def _header(figure: "Figure", asked: Asked, height: float) -> None:
    top = 1 - 0.6 * HEAD / height
    title = shortened(asked.title(asked.model), 70)
    figure.text(GAP / WIDTH, top, title, fontsize=13, weight="bold", va="center", **PLAIN)
    shown = []
    for variable in asked.model["templating"]["list"]:
        chosen = asked.choices.chosen.get(variable["name"]) if asked.choices else None
        if chosen is None or variable.get("hide") == 2 or variable["type"] in ("adhoc", "groupby"):
            continue
        words = "All" if chosen.is_all else " + ".join(chosen.texts) or "none"
        shown.append(f"{variable.get('label') or variable['name']}: {shortened(words, 30)}")
    room = 155 - int(len(title) * 1.5)
    words = "   |   ".join([shortened("   |   ".join(shown), max(room - 24, 20)), _span(asked)])
    figure.text(
        1 - GAP / WIDTH, top, words.removeprefix("   |   "),
        fontsize=10, ha="right", va="center", color="#444444", **PLAIN,
    )  # fmt: skip


def _footer(page: Page, height: float) -> None:
    """In one line, or as many as it takes: what is not drawn as Grafana would."""
    if not page.notes:
        return
    text = f"Not as in Grafana: {'; '.join(sorted(page.notes))}."
    lines = "\n".join(textwrap.wrap(text, _LETTERS))
    place: Any = {"va": "bottom", "fontsize": 7.5}
    page.figure.text(GAP / WIDTH, 0.03 / height, lines, color=PALE, **place, **PLAIN)
