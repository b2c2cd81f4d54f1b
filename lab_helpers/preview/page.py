"""A dashboard's page: its panels in the dashboard's own grid."""

from typing import TYPE_CHECKING, Any

from lab_helpers.errors import WorkshopError
from lab_helpers.pictures.plots import use_style
from lab_helpers.preview.box import Box
from lab_helpers.preview.data import Asked, Sql, Values
from lab_helpers.preview.panels import KINDS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from lab_helpers.services.prometheus import PrometheusContainer

WIDTH, ROW, GAP, HEAD = 13.0, 0.36, 0.07, 0.42  # inches: page, row of the grid, between, header


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
        dashboard: of grafanalib, or its JSON decoded (an export of Grafana's, for instance).
        prometheus: who answers its PromQL.
        last: how far back it looks, "1m" or seconds; by default as the dashboard says.
        until: from when it looks back, such as "2026-03-04 12:00" (UTC); by default from now.
        variables: values for its variables, by name: one or a list. By default as it stands.
        sql: what runs its SQL, such as ``mysql.sql``; without, those panels say that they need it.
        scrape_interval: what the data source is told; `$__rate_interval` is at least four of it.

    A query that is refused shows its message in its panel, as in Grafana.

    Raises:
        WorkshopError: ``variables`` names one that the dashboard does not have.
        PromQLError: Prometheus does not answer at all.
    """
    import matplotlib.pyplot as plt

    use_style()
    options: dict[str, Any] = {"sql": sql, "last": last, "until": until, "variables": variables}
    asked = Asked.of(dashboard, prometheus, scrape_interval=scrape_interval, **options)
    rows = max((_end(panel) for panel in asked.model.get("panels", [])), default=1)
    height = HEAD + rows * ROW + GAP
    figure = plt.figure(figsize=(WIDTH, height), dpi=80, facecolor="#F4F5F5")
    plt.close(figure)  # the caller shows it; pyplot must not show it a second time
    figure.set_layout_engine("none")
    marks = asked.marks()
    _header(figure, asked, height)
    for panel in asked.model.get("panels", []):
        place = panel.get("gridPos") or {"x": 0, "y": 0, "w": 24, "h": 1}
        column = WIDTH / 24
        box = Box(
            figure,
            left=place["x"] * column + GAP,
            bottom=height - HEAD - (place["y"] + place["h"]) * ROW + GAP / 2,
            width=place["w"] * column - (2 if place["x"] + place["w"] == 24 else 1) * GAP,
            height=place["h"] * ROW - GAP,
        )
        _draw(box, panel, asked, marks)
    return figure


def _draw(box: Box, panel: dict[str, Any], asked: Asked, marks: Any) -> None:
    kind = panel.get("type", "")
    box.title(asked.fill(panel.get("title", "")), frame=kind != "row")
    draw = KINDS.get(kind)
    if kind == "row":
        return
    if draw is None:
        box.say(f"The preview does not draw panels of the type {kind!r}.")
        return
    try:
        answers = asked.panel(panel)
    except WorkshopError as problem:
        box.say(str(problem), bad=True)
        return
    if kind != "text" and all(answer.is_empty for answer in answers):
        box.say("No data")
        return
    full = [answer for answer in answers if not answer.is_empty]
    draw(box, panel, full, span=(asked.until - asked.last, asked.until), marks=marks)


def _end(panel: dict[str, Any]) -> int:
    place = panel.get("gridPos") or {"y": 0, "h": 1}
    return int(place["y"] + place["h"])


def _header(figure: "Figure", asked: Asked, height: float) -> None:
    import time

    top = 1 - 0.6 * HEAD / height
    begin, end = (
        time.strftime("%H:%M:%S", time.gmtime(moment))
        for moment in (asked.until - asked.last, asked.until)
    )
    title = asked.model.get("title", "")
    figure.text(GAP / WIDTH, top, title, fontsize=13, weight="bold", va="center")
    shown = []
    for variable in asked.model.get("templating", {}).get("list", []):
        name = variable["name"]
        words = "All" if name in asked.all_of else " + ".join(asked.chosen[name])
        shown.append(f"{variable.get('label') or name}: {words}")
    figure.text(
        1 - GAP / WIDTH, top, "   |   ".join([*shown, f"{begin} to {end} UTC"]),
        fontsize=10, ha="right", va="center", color="#444444",
    )  # fmt: skip
