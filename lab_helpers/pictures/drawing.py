"""A lab's architecture as a picture, drawn from what runs: who scrapes, alerts and calls whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from lab_helpers.pictures import alt, plots
from lab_helpers.services.base import Service
from lab_helpers.services.exporters import ExporterContainer
from lab_helpers.services.prometheus import PrometheusContainer

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 2.3, 0.5
COLUMN, ROW = 4.0, 0.72
UP, DOWN, ALERT, CALL = "#0072B2", "#D55E00", "#CC79A7", "#777777"


@dataclass(frozen=True)
class Box:
    """A service's place in the picture: the middle of its box, and how it is."""

    name: str
    x: float
    y: float
    state: str  # running, stopped, or stranger: a target that is no service of the lab


@dataclass(frozen=True)
class Scrape:
    """An arrow from a Prometheus server to one of its targets; ``health`` is Prometheus's word.

    asks: whom the target asks for it, where that comes with the scrape (``/probe?target=…``).
    """

    server: str
    target: str
    health: str
    asks: str = ""


def scrapes(services: Iterable[Service]) -> list[Scrape]:
    """Who scrapes whom, as the Prometheus servers among ``services`` tell it."""
    found: list[Scrape] = []
    for server in services:
        if not isinstance(server, PrometheusContainer) or not server.is_running:
            continue
        for target in server.targets().itertuples():
            name = urlsplit(target.scrape_url).hostname or target.instance
            name = server.name if name in {"localhost", "127.0.0.1"} else name
            found.append(Scrape(server.name, name, target.health, _probed(target.scrape_url)))
    return found


def _probed(scrape_url: str) -> str:
    """The host that an exporter is told to ask, as in ``/probe?target=http://nginx/``."""
    (asked,) = parse_qs(urlsplit(scrape_url).query).get("target", [""])[:1]
    return urlsplit(asked if "//" in asked else f"//{asked}").hostname or ""


def calls(services: Iterable[Service], arrows: Iterable[Scrape]) -> list[tuple[str, str]]:
    """Who calls whom: what the services say themselves, and whom their scrapes make them ask."""
    own = [(service.name, name) for service in services for name in service.calls]
    probes = [(arrow.target, arrow.asks) for arrow in arrows if arrow.asks]
    return list(dict.fromkeys(own + probes))


def alerts(services: Iterable[Service]) -> list[tuple[str, str]]:
    """Who sends alerts to whom: a Prometheus server and an Alertmanager that it has found."""
    found: list[tuple[str, str]] = []
    for server in services:
        if isinstance(server, PrometheusContainer) and server.is_running:
            for one in server.raw("alertmanagers")["activeAlertmanagers"]:
                found.append((server.name, urlsplit(one["url"]).hostname or ""))
    return found


def layout(services: Sequence[Service], arrows: Iterable[Scrape]) -> dict[str, Box]:
    """Three columns: Prometheus, what it scrapes (and every exporter), and what stands behind.

    What stands behind is in the order of those in the middle that it calls, or that call it.
    """
    arrows = list(arrows)
    scraped = {arrow.target for arrow in arrows}
    columns: list[list[tuple[str, str]]] = [[], [], []]
    for service in services:
        state = "running" if service.is_running else "stopped"
        if isinstance(service, PrometheusContainer):
            columns[0].append((service.name, state))
        elif isinstance(service, ExporterContainer) or service.name in scraped:
            columns[1].append((service.name, state))
        else:
            columns[2].append((service.name, state))
    known = {service.name for service in services}
    strangers = dict.fromkeys(arrow.target for arrow in arrows if arrow.target not in known)
    columns[1].extend((name, "stranger") for name in strangers)
    middle_rows = {name: row for row, (name, _) in enumerate(columns[1])}
    near: dict[str, list[int]] = {}
    for pair in calls(services, arrows):
        for one, other in (pair, pair[::-1]):
            if other in middle_rows:
                near.setdefault(one, []).append(middle_rows[other])
    columns[2].sort(key=lambda box: fmean(near.get(box[0], [len(middle_rows)])))
    filled = [column for column in columns if column]
    tallest = max(map(len, filled), default=1)
    boxes = {}
    for x, column in enumerate(filled):
        for y, (name, state) in enumerate(column):
            middle = (tallest - 1) / 2 - (len(column) - 1) / 2 + y
            boxes[name] = Box(name, x * COLUMN, -middle * ROW, state)
    return boxes


def draw(services: Sequence[Service]) -> "Figure":
    """Draw the services as boxes, scrapes as bold arrows, and calls as thin ones.

    What Prometheus tells an Alertmanager is a dotted arrow.

    A target that is up has a solid blue arrow, one that is down a dashed orange one with a cross.
    A service that does not run has a dashed box.

    Returns:
        The figure, which a notebook shows when it is a cell's last line.
    """
    import matplotlib.pyplot as plt

    plots.use_style()
    arrows = scrapes(services)
    boxes = layout(services, arrows)
    width = max(box.x for box in boxes.values()) + WIDTH + 1.4
    height = max(-box.y for box in boxes.values()) + HEIGHT + 1.1
    figure, axes = plt.subplots(figsize=(width * 0.95, height * 0.95))
    for box in boxes.values():
        _draw_box(axes, box)
    for arrow in arrows:
        _draw_scrape(axes, boxes[arrow.server], boxes[arrow.target], arrow.health)
    asked = [pair for pair in calls(services, arrows) if boxes.keys() >= set(pair)]
    for caller, called in asked:
        _draw_call(axes, boxes[caller], boxes[called])
    told = [pair for pair in alerts(services) if pair[1] in boxes]
    for server, receiver in told:
        _draw_alerts(axes, boxes[server], boxes[receiver])
    _draw_legend(axes, arrows, told, asked)
    axes.set_xlim(-WIDTH / 2 - 0.9, width - WIDTH / 2 - 0.9)
    axes.set_ylim(-height + 0.6, 0.6)
    axes.set_aspect("equal")
    axes.axis("off")
    plt.close(figure)  # the caller shows it; pyplot must not show it a second time
    alt.say(figure, _in_words(boxes, arrows, asked, told))
    return figure


def _in_words(
    boxes: dict[str, Box],
    arrows: Sequence[Scrape],
    asked: Sequence[tuple[str, str]],
    told: Sequence[tuple[str, str]],
) -> str:
    """The picture's text: every arrow in it, and what does not run."""
    sentences = []
    drawn = {name for arrow in arrows for name in (arrow.server, arrow.target)} | {*sum(told, ())}
    for server in {arrow.server: None for arrow in arrows}:
        whom = [
            f"{'itself' if arrow.target == server else arrow.target} ({arrow.health})"
            for arrow in arrows if arrow.server == server
        ]  # fmt: skip
        sentences.append(f"{server} scrapes {', '.join(dict.fromkeys(whom))}.")
    for caller in dict.fromkeys(caller for caller, _ in asked):
        called = [other for one, other in asked if one == caller]
        sentences.append(f"{caller} calls {', '.join(called)}.")
        drawn |= {caller, *called}
    sentences += [f"{server} sends alerts to {receiver}." for server, receiver in told]
    if alone := [name for name in boxes if name not in drawn]:
        sentences.append(f"Beside them: {', '.join(alone)}.")
    if stopped := [box.name for box in boxes.values() if box.state == "stopped"]:
        sentences.append(f"Stopped: {', '.join(stopped)}.")
    return f"Drawing of the lab: {' '.join(sentences)}"


def _draw_box(axes: "Axes", box: Box) -> None:
    from matplotlib.patches import FancyBboxPatch

    running = box.state == "running"
    patch = FancyBboxPatch(
        (box.x - WIDTH / 2, box.y - HEIGHT / 2),
        WIDTH,
        HEIGHT,
        boxstyle="round,pad=0.02,rounding_size=0.1",
        facecolor="white" if running else "#f0f0f0",
        edgecolor="black",
        linestyle="-" if running else "--",
        zorder=3,
    )
    axes.add_patch(patch)
    words = {"running": box.name, "stopped": f"{box.name} (stopped)"}
    text = words.get(box.state, f"{box.name} (not in this lab)")
    axes.text(box.x, box.y, text, ha="center", va="center", fontsize=9, zorder=4)


def _arrow(
    axes: "Axes", start: tuple[float, float], end: tuple[float, float], **style: Any
) -> None:
    axes.annotate("", xy=end, xytext=start, zorder=2, arrowprops={"arrowstyle": "-|>", **style})


def _draw_scrape(axes: "Axes", server: Box, target: Box, health: str) -> None:
    up = health == "up"
    style = {"color": UP if up else DOWN, "linestyle": "-" if up else "--", "linewidth": 1.8}
    if server.name == target.name:  # it scrapes itself: a loop at its left
        left = server.x - WIDTH / 2
        start, end = (left, server.y + HEIGHT / 3), (left, server.y - HEIGHT / 3)
        _arrow(axes, start, end, connectionstyle="arc3,rad=1.8", **style)
        middle = (left - 0.4, server.y)
    else:
        start, end = (server.x + WIDTH / 2, server.y), (target.x - WIDTH / 2, target.y)
        _arrow(axes, start, end, **style)
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    if not up:
        axes.plot(*middle, marker="X", markersize=11, color=DOWN, zorder=5)


def _draw_call(axes: "Axes", caller: Box, called: Box) -> None:
    style: dict[str, Any] = {"color": CALL, "linewidth": 1.0}
    if caller.x == called.x:  # the same column: around its right side
        right = caller.x + WIDTH / 2
        bend = 0.35 if called.y < caller.y else -0.35
        _arrow(
            axes,
            (right, caller.y),
            (right, called.y + (0.08 if called.y < caller.y else -0.08)),
            connectionstyle=f"arc3,rad={-bend}",
            **style,
        )
    elif called.x > caller.x + COLUMN:  # past the column between: through the gap between its rows
        gap = caller.y + (ROW / 2 if called.y > caller.y else -ROW / 2)
        passed = (caller.x + COLUMN - WIDTH / 2 - 0.3, caller.x + COLUMN + WIDTH / 2 + 0.3)
        axes.plot([caller.x + WIDTH / 2, *passed], [caller.y, gap, gap], zorder=2, **style)
        _arrow(axes, (passed[1], gap), (called.x - WIDTH / 2, called.y), shrinkA=0, **style)
    else:
        side = WIDTH / 2 if called.x > caller.x else -WIDTH / 2
        _arrow(axes, (caller.x + side, caller.y), (called.x - side, called.y), **style)


def _draw_alerts(axes: "Axes", server: Box, receiver: Box) -> None:
    below = 0.14  # the scrape of the Alertmanager has the middle
    start = (server.x + WIDTH / 2, server.y - below)
    end = (receiver.x - WIDTH / 2, receiver.y - below)
    _arrow(axes, start, end, color=ALERT, linestyle=":", linewidth=1.8)


def _draw_legend(
    axes: "Axes",
    arrows: Sequence[Scrape],
    told: Sequence[tuple[str, str]],
    asked: Sequence[tuple[str, str]],
) -> None:
    """Explain the kinds of arrows that are drawn, and no others."""
    from matplotlib.lines import Line2D

    up = Line2D([], [], color=UP, linewidth=1.8, label="scrapes, up")
    down = Line2D([], [], color=DOWN, linewidth=1.8, linestyle="--", marker="X")
    down.set_label("scrapes, down")
    alert = Line2D([], [], color=ALERT, linewidth=1.8, linestyle=":", label="sends alerts")
    call = Line2D([], [], color=CALL, linewidth=1.0, label="calls")
    health = {arrow.health == "up" for arrow in arrows}
    drawn = {up: True in health, down: False in health, alert: bool(told), call: bool(asked)}
    handles = [handle for handle, is_there in drawn.items() if is_there]
    if handles:
        axes.legend(handles=handles, loc="lower left", ncols=4, frameon=False, fontsize=8)
