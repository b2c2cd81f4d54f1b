"""A Prometheus whose answers are known, and pages of panels, for the preview's tests."""

from typing import Any

import numpy as np
import pandas as pd

from lab_helpers import dashboards
from lab_helpers.dashboards import as_json
from lab_helpers.errors import PromQLError
from lab_helpers.preview import preview


class Known:
    """A Prometheus in which every query has the same two series, or what the query's name says."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def raw(self, path: str, **params: Any) -> Any:
        if path.startswith("label/"):
            return ["/", "/cart", "/a.b"]
        expr = params["query"]
        self.asked.append(expr)
        if "refused" in expr:
            raise PromQLError("Prometheus says: parse error")
        times = np.arange(params["start"], params["end"] + 1, params["step"])
        if "nothing" in expr:
            return {"result": []}
        key, names = ("le", ["0.1", "+Inf", "0.5"]) if "bucket" in expr else ("job", ["a", "b"])
        return {
            "result": [
                {
                    "metric": {"__name__": "m", key: name, "zone": "x"},
                    "values": [[t, str(n + 1)] for t in times],
                }
                for n, name in enumerate(names)
            ]
        }

    def query(self, expr: str, at: Any = None) -> pd.DataFrame:
        self.asked.append(expr)
        rows = {
            "job": ["a", "b"],
            "timestamp": [pd.Timestamp(0, tz="UTC")] * 2,
            "value": [1.0, 3.0],
        }
        return pd.DataFrame(rows).iloc[: 0 if "nothing" in expr else 2]


def shown(figure: Any) -> str:
    """Every word on a picture."""
    import matplotlib.text

    return "\n".join(t.get_text() for t in figure.findobj(matplotlib.text.Text) if t.get_text())


def page(*panels: Any, **options: Any) -> dict[str, Any]:
    return as_json(dashboards.page("Mine", (8, list(panels)), uid="mine", **options))


def drawn(panel: Any, rows: Any = None, **options: Any) -> Any:
    """The picture of one panel, whose query has two series, or an instant of ``rows``."""
    prometheus: Any = Known()
    if rows is not None:
        prometheus.query = lambda expr, at: pd.DataFrame(rows)
    return preview(page(panel), prometheus, last="1m", **options)
