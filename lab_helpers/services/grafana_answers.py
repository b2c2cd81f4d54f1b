"""What Grafana's API answers: its own words, and the data of a query as a table."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame


def message_of(found: Any) -> str:
    """Grafana's own words, wherever in an answer they are."""
    if isinstance(found, dict):
        for result in (found.get("results") or {}).values():
            if result.get("error"):
                return str(result["error"])
        words = [str(found[key]) for key in ("message", "error") if found.get(key)]
        if words:
            return ": ".join(dict.fromkeys(words))
    if isinstance(found, list) and found and isinstance(found[0], dict):  # of its forms
        return "; ".join(str(one.get("message") or one) for one in found)
    return json.dumps(found)[:300]


def table_of(result: dict[str, Any]) -> "DataFrame":
    """The answer of a query: frames since Grafana 8, series and tables before."""
    import pandas as pd

    parts = []
    for frame in result.get("frames") or ():
        fields = frame["schema"]["fields"]
        columns: dict[str, Any] = {
            field["name"]: values
            for field, values in zip(fields, frame["data"]["values"], strict=True)
        }
        labels: dict[str, str] = next(
            (field["labels"] for field in fields if field.get("labels")), {}
        )
        parts.append(pd.DataFrame(columns | labels))
    for series in result.get("series") or ():
        points = [(moment, value) for value, moment in series["points"]]
        columns = dict(zip(("Time", "Value"), zip(*points, strict=True), strict=True))
        parts.append(pd.DataFrame(columns | (series.get("tags") or {})))
    for table in result.get("tables") or ():
        names = [column["text"] for column in table["columns"]]
        parts.append(pd.DataFrame(table["rows"], columns=names))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
