"""Dashboards as code: short words for grafanalib's panels, their files, and a linter.

    python -m lab_helpers.dashboards     writes the JSON beside each NAME.dashboard.py

A dashboard is a file `labs/07_grafana/dashboards/NAME.dashboard.py`, whose variable `dashboard` is
one of grafanalib's, as its own command `generate-dashboard` expects.
"""

import json
import runpy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grafanalib import core

from .dashboard_json import as_json
from .errors import WorkshopError
from .images import ROOT

FOLDER = ROOT / "labs" / "07_grafana" / "dashboards"
#: The data sources, as labs/07_grafana/provisioning/datasources names them.
PROMETHEUS = {"type": "prometheus", "uid": "prometheus"}
MYSQL = {"type": "mysql", "uid": "mysql"}

COLUMNS = 24  # of Grafana's grid
UNITS = {  # Grafana's words for the units that are used here
    "bytes", "Bps", "currencyEUR", "dtdurations", "none", "ops", "percentunit", "reqps", "s",
    "short",
}  # fmt: skip

Target = str | tuple[str, str]  # PromQL, or PromQL and the legend


# Panels


def graph(
    title: str, *targets: Target, unit: str, limits: Sequence[float] = (), **more: Any
) -> Any:
    """Lines over time. ``limits``: from where on it is a warning, and from where on bad."""
    return core.TimeSeries(
        **_panel(title, targets, more),
        unit=unit,
        thresholds=steps(*limits),
        thresholdsStyleMode="line" if limits else "off",
        fillOpacity=more.get("fillOpacity", 8),
        valueMin=more.get("valueMin", 0),
        stacking=more.get("stacking", {}),
        legendCalcs=["lastNotNull"],
        showPoints="never",
    )


def stat(title: str, *targets: Target, unit: str, limits: Sequence[float] = (), **more: Any) -> Any:
    """One large number, the latest, in the colour of the threshold that it has reached."""
    return core.Stat(
        **_panel(title, targets, more),
        format=unit,
        thresholds=steps(*limits, **more.get("colours", {})),
        reduceCalc="lastNotNull",
        decimals=more.get("decimals"),
        mappings=more.get("mappings", []),
    )


def up(title: str, metric: str) -> Any:
    """Whether a service answers its exporter, which says so by 1 or 0."""
    words = {"0": {"text": "down"}, "1": {"text": "up"}}
    colours, mapping = {"low": "red", "high": "green"}, {"type": "value", "options": words}
    return stat(title, metric, unit="none", limits=(1,), colours=colours, mappings=[mapping])


def gauge(title: str, target: Target, unit: str, limits: Sequence[float], **more: Any) -> Any:
    """How full something is, between ``min`` (0) and ``max`` (1)."""
    return core.GaugePanel(
        **_panel(title, [target], more),
        format=unit,
        thresholds=steps(*limits),
        calc="lastNotNull",
        min=more.get("min", 0),
        max=more.get("max", 1),
    )


def bars(title: str, target: Target, unit: str, limits: Sequence[float] = (), **more: Any) -> Any:
    """One bar a series, for comparing them now."""
    return core.BarGauge(
        **_panel(title, [target], more, instant=True),
        format=unit,
        thresholds=steps(*limits),
        calc="lastNotNull",
        displayMode="basic",
        min=0,
        max=more.get("max"),
    )


def table(title: str, target: Target, unit: str, limits: Sequence[float] = (), **more: Any) -> Any:
    """One row a series: its labels, and its value now."""
    return core.Table(
        **_panel(title, [target], more, instant=True, format="table"),
        unit=unit,
        thresholds=steps(*limits),
        transformations=[
            {
                "id": "organize",
                "options": {
                    "excludeByName": dict.fromkeys(more.get("hide", ["Time"]), True),
                    "renameByName": {"Value": more.get("value", "value")},
                },
            }
        ],
    )


def heatmap(title: str, buckets: str, unit: str, **more: Any) -> Any:
    """How a histogram's buckets fill over time. ``buckets``: PromQL, summed by ``le``."""
    panel = _panel(title, [(buckets, "{{le}}")], more, format="heatmap")
    return core.Heatmap(**panel, yAxis=core.YAxis(format=unit), dataFormat="tsbuckets")


def text(content: str, title: str = "") -> Any:
    """A few words of Markdown."""
    return core.Text(title=title, content=content)


def sql(title: str, query: str, unit: str, kind: str = "table", legend: str = "") -> Any:
    """Ask the shop's database. ``kind``: "table", "timeseries" or "stat"."""
    form = "time_series" if kind == "timeseries" else "table"
    target = core.SqlTarget(rawSql=query, format=form, refId="A", datasource=MYSQL)
    common = {"title": title, "dataSource": MYSQL, "targets": [target]}
    if kind == "stat":
        return core.Stat(**common, format=unit, thresholds=steps(), reduceCalc="lastNotNull")
    if kind == "table":
        return core.Table(**common, unit=unit, thresholds=steps())
    return core.TimeSeries(**common, unit=unit, fillOpacity=8, valueMin=0, showPoints="never")


def steps(*limits: float, low: str = "green", middle: str = "orange", high: str = "red") -> Any:
    """Thresholds: the lowest colour, then from one limit on the highest, or from two, both."""
    colours = [middle, high][-len(limits) :] if limits else []
    found: list[dict[str, Any]] = [{"color": low, "value": None}]
    pairs = zip(colours, limits, strict=True)
    return found + [{"color": colour, "value": limit} for colour, limit in pairs]


def _panel(
    title: str, targets: Sequence[Target], more: dict[str, Any], **options: Any
) -> dict[str, Any]:
    made = []
    for ref, target in zip("ABCDEFGH", targets, strict=False):
        expr, legend = (target, "") if isinstance(target, str) else target
        made.append(
            core.Target(expr=expr, legendFormat=legend, refId=ref, datasource=PROMETHEUS, **options)
        )
    return {
        "title": title,
        "description": more.get("about"),
        "dataSource": PROMETHEUS,
        "targets": made,
    }


# A dashboard of them


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
    """Marks the time for which each alert of Prometheus's fired."""
    return _annotation("alerts", "red", 'ALERTS{alertstate="firing"}', "{{alertname}}")


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


# Files


def names() -> list[str]:
    """The dashboards of the workshop."""
    return sorted(file.name.removesuffix(".dashboard.py") for file in FOLDER.glob("*.dashboard.py"))


def load(name: str | Path) -> Any:
    """The dashboard of one of `names`, or of a file ``NAME.dashboard.py``.

    Raises:
        WorkshopError: there is no such file, or it makes no dashboard.
    """
    file = name if isinstance(name, Path) else FOLDER / f"{name}.dashboard.py"
    if not file.exists():
        raise WorkshopError(f"There is no dashboard {name}. There are: {', '.join(names())}.")
    found = runpy.run_path(str(file)).get("dashboard")
    if found is None:
        raise WorkshopError(f"{file.name} makes no variable `dashboard`.")
    return found


def json_text(dashboard: Any) -> str:
    """The text of a dashboard's JSON file."""
    return json.dumps(as_json(dashboard), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write() -> None:
    """Write the JSON of every dashboard beside its Python."""
    for name in names():
        (FOLDER / f"{name}.json").write_text(json_text(load(name)))


if __name__ == "__main__":
    write()
