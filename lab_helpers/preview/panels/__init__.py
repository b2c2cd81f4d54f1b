"""How each kind of panel is drawn."""

from collections.abc import Callable

from lab_helpers.preview.panels.bars import barchart, bargauge, histogram
from lab_helpers.preview.panels.bignumbers import gauge, stat
from lab_helpers.preview.panels.heatmap import heatmap
from lab_helpers.preview.panels.pie import piechart
from lab_helpers.preview.panels.states import states
from lab_helpers.preview.panels.table import table
from lab_helpers.preview.panels.text import text
from lab_helpers.preview.panels.timeseries import timeseries
from lab_helpers.preview.panels.view import View

KINDS: dict[str, Callable[[View], None]] = {
    "barchart": barchart,
    "bargauge": bargauge,
    "gauge": gauge,
    "heatmap": heatmap,
    "histogram": histogram,
    "piechart": piechart,
    "stat": stat,
    "state-timeline": states,
    "status-history": states,
    "table": table,
    "text": text,
    "timeseries": timeseries,
    "trend": timeseries,
}
#: Panels that show what Grafana itself has, not what a data source answers.
OF_GRAFANA = {
    "alertlist": "Grafana's alerts", "dashlist": "Grafana's dashboards", "news": "a news feed",
    "annolist": "Grafana's annotations", "welcome": "Grafana's welcome",
    "gettingstarted": "Grafana's first steps", "pluginlist": "Grafana's plug-ins",
    "grafana-clock-panel": "a clock",
}  # fmt: skip


def refusal(panel: dict[str, object]) -> str:
    """Why a panel is not drawn, in a sentence."""
    kind = str(panel.get("type"))
    if kind in OF_GRAFANA:
        return f"This panel ({kind}) shows {OF_GRAFANA[kind]}, which are not in the dashboard."
    if kind == "library-panel" or (panel.get("libraryPanel") and not panel.get("targets")):
        return "This panel is kept in Grafana's library: the file has its name alone."
    if kind == "missing":
        what = panel.get("missing") or "its type"
        return f"The file does not say what this panel is: {what} is missing."
    return f"The preview does not draw panels of the type {kind!r}."
