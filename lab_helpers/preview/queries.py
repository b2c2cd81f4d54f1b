"""Answers of data sources as frames: series of Prometheus, tables of a database."""

import io
import re
from collections.abc import Callable
from typing import Any

from lab_helpers.errors import WorkshopError
from lab_helpers.preview.answer import Answer
from lab_helpers.promql.durations import seconds

Sql = Callable[[str], str]


def labels_of(row: dict[Any, Any]) -> dict[str, str]:
    """The labels of a row of an instant's frame."""
    return {
        str(k): str(v)
        for k, v in row.items()
        if k not in (None, "value", "timestamp") and v == v and v != ""
    }


def lines_of(found: list[dict[str, Any]]) -> Any:
    """Series over time, a column each."""
    import pandas as pd

    columns = []
    for series in found:
        if "values" not in series:
            raise WorkshopError(
                "its answer has native histograms, which are not drawn here: ask for a number of "
                "them, such as histogram_quantile(0.9, …)."
            )
        moments, values = zip(*series["values"], strict=True)
        columns.append(pd.Series([float(value) for value in values], index=moments))
    frame = pd.concat(columns, axis=1).sort_index() if columns else pd.DataFrame()
    frame.index = pd.to_datetime(frame.index, unit="s", utc=True)
    return frame


def ask_sql(
    query: str, target: dict[str, Any], sql: Sql | None, span: tuple[float, float]
) -> Answer:
    """Put a query to the database, with Grafana's words for times filled in."""
    import pandas as pd

    since, until = map(int, span)
    query = re.sub(
        r"\$__timeFilter\(([\w.]+)\)",
        rf"\1 BETWEEN FROM_UNIXTIME({since}) AND FROM_UNIXTIME({until})",
        query,
    )
    query = re.sub(
        r"\$__timeGroupAlias\(([\w.]+),\s*'(\w+)'\)",
        lambda m: f"UNIX_TIMESTAMP({m[1]}) DIV {seconds(m[2]):g} * {seconds(m[2]):g} AS `time`",
        query,
    )
    answer = Answer(str(target.get("refId") or "A"), query, target=target)
    if sql is None:
        raise WorkshopError("it asks the database: hand preview() its sql=mysql.sql.")
    frame = pd.read_csv(io.StringIO(sql(query)), sep="\t")
    if target.get("format") == "time_series":
        frame.index = pd.to_datetime(frame.pop("time"), unit="s", utc=True)
        answer.lines = frame
        answer.labels = [{} for _ in frame]
        answer.legends = [str(name) for name in frame]
    else:
        answer.rows = frame
    return answer
