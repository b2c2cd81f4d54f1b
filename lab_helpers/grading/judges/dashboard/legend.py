"""What a panel's lines are called."""

import re
from collections.abc import Sequence
from typing import Any

from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.dashboard.model import Panel
from lab_helpers.grading.judges.dashboard.view import View
from lab_helpers.promql.durations import seconds_since_1970

_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def legend(panel: Panel, labels: Sequence[str], view: View, at: str, client: Any) -> Verdict | None:
    """Say what is wrong with the names of a panel's lines.

    labels: those whose values must be in the name of each line.
    client: who answers its PromQL.
    """
    names: list[str] = []
    for target in panel.shown():
        query = {"query": view.asked.fill(target.expr or ""), "time": seconds_since_1970(at)}
        series = [one["metric"] for one in client.raw("query", **query)["result"]]
        form = _form(target.legend_format or "", series)
        if not form:
            raw = {k: v for k, v in series[0].items() if k != "__name__"} if series else {}
            inside = ", ".join(f'{name}="{value}"' for name, value in raw.items())
            return missed(
                "raw legend",
                f"A line is called `{{{inside}}}`, and the reader has to take it apart. What it is "
                "called is said by the query's `legendFormat`.",
            )
        for metric in series:
            name = view.asked.fill(_named(form, metric))
            for label in labels:
                if metric.get(label, "") not in name:
                    return missed(
                        "wrong legend",
                        f"A line is called {name!r}, and does not say which {label} it is.",
                    )
            names.append(name)
    if double := next((name for name in names if names.count(name) > 1), None):
        return missed("wrong legend", f"{names.count(double)} lines are called {double!r}.")
    return None


def _named(form: str, metric: dict[str, str]) -> str:
    return _LABEL.sub(lambda found: metric.get(found[1], ""), form)


def _form(form: str, series: list[dict[str, str]]) -> str:
    """The form of the names; "" if Grafana writes all labels.

    Grafana's own choice, `__auto`, is the value of the one label that tells the lines apart.
    """
    if form != "__auto":
        return form
    names = {name for metric in series for name in metric}
    different = [n for n in names if len({metric.get(n) for metric in series}) > 1]
    return f"{{{{{different[0]}}}}}" if len(different) == 1 else ""
