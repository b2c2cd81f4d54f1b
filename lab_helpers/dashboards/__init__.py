"""Dashboards as code: short words for grafanalib's panels, their files, and a linter.

    python -m lab_helpers.dashboards     writes the JSON beside each NAME.dashboard.py

A dashboard is a file `labs/07_grafana/dashboards/NAME.dashboard.py`, whose variable `dashboard` is
one of grafanalib's, as its own command `generate-dashboard` expects.
"""

from lab_helpers.dashboards.files import FOLDER, json_text, load, names
from lab_helpers.dashboards.linter import lint
from lab_helpers.dashboards.model import answered, as_json, panels_of, portable
from lab_helpers.dashboards.pages import alerts, page, releases, variable
from lab_helpers.dashboards.panels import (
    MYSQL,
    PROMETHEUS,
    UNITS,
    bars,
    comparison,
    gauge,
    graph,
    heatmap,
    sql,
    stat,
    steps,
    table,
    text,
    up,
)

__all__ = [
    "FOLDER", "MYSQL", "PROMETHEUS", "UNITS", "alerts", "answered", "as_json", "bars",
    "comparison", "gauge", "graph", "heatmap", "json_text", "lint", "load", "names", "page",
    "panels_of", "portable", "releases", "sql", "stat", "steps", "table", "text", "up", "variable",
]  # fmt: skip
