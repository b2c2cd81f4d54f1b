"""Short words for grafanalib's panels, with the workshop's habits."""

import re
from collections.abc import Sequence
from typing import Any

from grafanalib import core

#: The data sources, as labs/07_grafana/provisioning/datasources names them.
PROMETHEUS = {"type": "prometheus", "uid": "prometheus"}
MYSQL = {"type": "mysql", "uid": "mysql"}

UNITS = {  # Grafana's words for the units that are used here
    "bytes", "Bps", "currencyEUR", "dtdurations", "none", "ops", "percentunit", "reqps", "s",
    "short",
}  # fmt: skip

Target = str | tuple[str, str]  # PromQL, or PromQL and the legend
_REFS = "ABCDEFGH"


def graph(
    title: str, *targets: Target, unit: str, limits: Sequence[float] = (), **more: Any
) -> Any:
    """Lines over time. ``limits``: from where on it is a warning, and from where on bad.

    ``repeat``: the variable for each of whose values there is one such graph, side by side;
    ``soft_max``: how high the axis goes at least.
    """
    return core.TimeSeries(
        **_panel(title, targets, more),
        unit=unit,
        thresholds=steps(*limits),
        thresholdsStyleMode="line" if limits else "off",
        fillOpacity=more.get("fillOpacity", 8),
        valueMin=more.get("valueMin", 0),
        overrides=[_of_numbers("custom.axisSoftMax", more["soft_max"])]
        if "soft_max" in more
        else [],
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
    """One bar a series, for comparing them now; an only bar keeps its name."""
    legend = "" if isinstance(target, str) else target[1]
    name = re.sub(r"\{\{\s*(\w+)\s*\}\}", r"${__field.labels.\1}", legend)
    return core.BarGauge(
        **_panel(title, [target], more, instant=True),
        format=unit,
        thresholds=steps(*limits),
        calc="lastNotNull",
        displayMode="basic",
        min=0,
        max=more.get("max"),
        extraJson={"fieldConfig": {"defaults": {"displayName": name}}} if name else None,
    )


def table(title: str, target: Target, unit: str, limits: Sequence[float] = (), **more: Any) -> Any:
    """One row a series: its labels, and its value now, coloured where there are ``limits``."""
    coloured = _of_numbers("custom.cellOptions", {"type": "color-text"})
    return core.Table(
        **_panel(title, [target], more, instant=True, format="table"),
        unit=unit,
        thresholds=steps(*limits),
        overrides=[coloured] if limits else [],
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


def comparison(
    title: str,
    by: str,
    columns: dict[str, tuple[str, str]],
    limits: dict[str, Sequence[float]] | None = None,
    link: str = "",
    **more: Any,
) -> Any:
    """One row for each value of the label ``by``, and a column for each query.

    columns: PromQL, summed by that label, and its unit, by the column's name.
    limits: from where on a column's values are a warning, and from where on bad.
    link: what a click on the label opens; ``${__value.text}`` in it is the label's value.
    """
    queries = [expr for expr, _ in columns.values()]
    names = {f"Value #{ref}": name for ref, name in zip(_REFS, columns, strict=False)}
    opens = [{"title": "Open ${__value.text}", "url": link}]
    overrides = [_override(by, "links", opens)] if link else []
    for name, (_, unit) in columns.items():
        overrides.append(_override(name, "unit", unit))
        if found := (limits or {}).get(name):
            colours = {"mode": "absolute", "steps": steps(*found)}
            overrides.append(_override(name, "thresholds", colours))
            overrides.append(_override(name, "custom.cellOptions", {"type": "color-text"}))
    organize = {"excludeByName": {"Time": True}, "renameByName": names}
    return core.Table(
        **_panel(title, queries, more, instant=True, format="table"),
        unit="short",
        overrides=overrides,
        transformations=[{"id": "merge", "options": {}}, {"id": "organize", "options": organize}],
    )


def _of_numbers(what: str, value: Any) -> dict[str, Any]:
    """What all series or columns of numbers have, and grafanalib has no word for."""
    matcher = {"id": "byType", "options": "number"}
    return {"matcher": matcher, "properties": [{"id": what, "value": value}]}


def _override(name: str, what: str, value: Any) -> dict[str, Any]:
    """What one column has of its own."""
    matcher = {"id": "byName", "options": name}
    return {"matcher": matcher, "properties": [{"id": what, "value": value}]}


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
    for ref, target in zip(_REFS, targets, strict=False):
        expr, legend = (target, "") if isinstance(target, str) else target
        made.append(
            core.Target(expr=expr, legendFormat=legend, refId=ref, datasource=PROMETHEUS, **options)
        )
    return {
        "title": title,
        "description": more.get("about"),
        **({"repeat": core.Repeat("h", more["repeat"])} if "repeat" in more else {}),
        "dataSource": PROMETHEUS,
        "targets": made,
    }
