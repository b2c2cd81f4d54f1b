"""The pie of the plug-in `grafana-piechart-panel`, as the `piechart` of today."""

from typing import Any

_CALCS = {"current": "lastNotNull", "avg": "mean", "total": "sum", "min": "min", "max": "max"}


def piechart_of(panel: dict[str, Any]) -> None:
    """Turn an old pie into one of today."""
    panel["type"] = "piechart"
    overrides = [
        {
            "matcher": {"id": "byName", "options": alias},
            "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}],
        }
        for alias, colour in (panel.get("aliasColors") or {}).items()
        if colour
    ]
    defaults = {"unit": panel.get("format"), "decimals": panel.get("decimals") or 0}
    legend = panel.get("legend") if isinstance(panel.get("legend"), dict) else {}
    assert isinstance(legend, dict)
    values = [
        word for word, key in (("value", "values"), ("percent", "percentage")) if legend.get(key)
    ]
    panel["fieldConfig"] = {"defaults": defaults, "overrides": overrides}
    panel["options"] = {
        "pieType": "donut" if panel.get("pieType") == "donut" else "pie",
        "reduceOptions": {"calcs": [_CALCS.get(str(panel.get("valueName")), "lastNotNull")]},
        "legend": {
            "showLegend": bool(legend.get("show", True) and values),
            "displayMode": "table",
            "placement": "bottom" if panel.get("legendType") == "Under graph" else "right",
            "values": values,
            "calcs": [],
        },
    }
    if panel.get("legendType") == "On graph":
        panel["options"]["legend"]["showLegend"] = False
        panel["options"]["displayLabels"] = ["name", *values]
