"""The heatmap of Grafana 8 and older, whose settings lay beside its queries."""

from typing import Any

from lab_helpers.dashboards.migration.fields import number

_BOUNDS = {"upper": "ge", "lower": "le", "middle": "unknown"}


def heatmap_of_today(panel: dict[str, Any]) -> None:
    """Bring an old heatmap's settings into `options`; one of today is left as it is."""
    if panel.get("options") or not {"yAxis", "dataFormat"} & panel.keys():
        return
    axis = panel.get("yAxis") or {}
    colour = panel.get("color") if isinstance(panel.get("color"), dict) else {}
    assert isinstance(colour, dict)
    panel["options"] = {
        "calculate": panel.get("dataFormat") != "tsbuckets",
        "color": {
            "mode": "opacity" if colour.get("mode") == "opacity" else "scheme",
            "scheme": str(colour.get("colorScheme") or "Oranges").removeprefix("interpolate"),
            "fill": colour.get("cardColor"),
            "min": colour.get("min"),
            "max": colour.get("max"),
        },
        "yAxis": {
            "unit": axis.get("format"),
            "decimals": number(axis.get("decimals")),
            "reverse": bool(panel.get("reverseYBuckets")),
        },
        "rowsFrame": {"layout": _BOUNDS.get(str(panel.get("yBucketBound")), "auto")},
        "legend": {"show": bool((panel.get("legend") or {}).get("show"))},
    }
    panel["fieldConfig"] = {"defaults": {}, "overrides": []}
