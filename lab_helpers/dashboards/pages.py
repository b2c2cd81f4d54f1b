"""A dashboard of panels: their places, its variables and its annotations."""

from collections.abc import Sequence
from typing import Any

from grafanalib import core

from lab_helpers.dashboards.model import COLUMNS
from lab_helpers.dashboards.panels import PROMETHEUS


def variable(name: str, metric: str, label: str | None = None, **more: Any) -> Any:
    """A variable whose values are those that a label has; all of them at first."""
    query = f"label_values({metric}, {label or name})"
    many = more.get("multi", True)
    return core.Template(
        name, query, dataSource=PROMETHEUS, label=more.get("title", name), refresh=2, sort=1,
        multi=many, includeAll=many, default="All" if many else more.get("default"),
    )  # fmt: skip


def releases() -> dict[str, Any]:
    """Marks the moment at which each process of the web app started, with its version."""
    expr = "1000 * process_start_time_seconds * on (instance) group_left (version) shop_build_info"
    return _annotation("releases", "blue", expr, "{{version}}", useValueForTime=True)


def alerts() -> dict[str, Any]:
    """Marks the time for which each alert of Prometheus's fired; Watchdog always does."""
    firing = 'ALERTS{alertstate="firing",alertname!="Watchdog"}'
    return _annotation("alerts", "red", firing, "{{alertname}}")


def _annotation(name: str, colour: str, expr: str, title: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "datasource": PROMETHEUS,
        "enable": True,
        "iconColor": colour,
        "expr": expr,
        "titleFormat": title,
        "step": "1s",
        **more,
    }


def page(
    title: str,
    *rows: tuple[int, list[Any]],
    uid: str,
    variables: Sequence[Any] = (),
    annotations: Sequence[Any] = (),
    links: Sequence[Any] = (),
    tags: Sequence[str] = (),
) -> Any:
    """A dashboard: rows of panels, each row with its height; its panels share the width.

    A panel with a share of its own is written as a pair: ``(panel, columns)``.
    """
    placed, y = [], 0
    for height, panels in rows:
        fixed = sum(entry[1] for entry in panels if isinstance(entry, tuple))
        free = sum(not isinstance(entry, tuple) for entry in panels)
        x = 0
        for entry in panels:
            panel, width = entry if isinstance(entry, tuple) else (entry, (COLUMNS - fixed) // free)
            panel.gridPos = core.GridPos(h=height, w=width, x=x, y=y)
            placed.append(panel)
            x += width
        y += height
    others = core.DashboardLink(
        title="workshop", type="dashboards", tags=["workshop"], asDropdown=True, includeVars=False
    )
    return core.Dashboard(
        title=title, uid=uid, panels=placed, tags=["workshop", *tags], links=[others, *links],
        templating=core.Templating(list=list(variables)),
        annotations=core.Annotations(list=list(annotations)),
        time=core.Time("now-5m", "now"), refresh="5s", timezone="browser",
    ).auto_panel_ids()  # fmt: skip
