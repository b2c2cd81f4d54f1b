"""A dashboard with its data inside, as Grafana keeps a snapshot."""

from typing import TYPE_CHECKING, Any

from lab_helpers.dashboards import panels_of
from lab_helpers.preview.answer import Answer, PanelFailed
from lab_helpers.preview.asked import Asked

if TYPE_CHECKING:
    from lab_helpers.services.prometheus import PrometheusContainer


def freeze(
    dashboard: Any, prometheus: "PrometheusContainer", *, last: Any = None, **options: Any
) -> dict[str, Any]:
    """A dashboard with its data inside and no query left: what a snapshot is made of.

    Args:
        last, options: as for `preview`.

    Raises:
        PanelFailed: a data source refuses a query.
    """
    import copy

    asked = Asked.of(dashboard, prometheus, last=last, **options)
    model = copy.deepcopy(asked.model)
    panels = panels_of(model)
    for panel, outcome in zip(panels, asked.outcomes(panels), strict=True):
        if outcome.problems:
            raise PanelFailed(outcome.problems[0])
        panel["title"] = asked.title(panel)
        panel["snapshotData"] = [frame for answer in outcome.answers for frame in _frames(answer)]
        panel["targets"] = []
        panel.pop("datasource", None)
    model["templating"], model["annotations"] = {"list": []}, {"list": []}
    iso = [_iso(moment) for moment in (asked.until - asked.last, asked.until)]
    model["time"], model["refresh"] = dict(zip(("from", "to"), iso, strict=True)), ""
    return model


def _frames(answer: Answer) -> list[dict[str, Any]]:
    """Grafana's data frames: fields with a name, a type and values."""

    def field(name: str, kind: str, values: Any) -> dict[str, Any]:
        kept = [None if value != value else value for value in values]
        return {"name": name, "type": kind, "config": {}, "values": kept}

    if answer.lines is not None:
        times = [int(moment.timestamp() * 1000) for moment in answer.lines.index]
        return [
            {
                "refId": answer.ref,
                "fields": [
                    field("Time", "time", times),
                    field(str(name), "number", answer.lines.iloc[:, number].tolist()),
                ],
            }
            for number, name in enumerate(answer.lines.columns)
        ]
    rows = answer.rows
    assert rows is not None
    shown = rows.drop(columns="timestamp", errors="ignore")
    kinds_of = {name: "number" if rows[name].dtype.kind in "fi" else "string" for name in shown}
    fields = [field(str(name), kinds_of[name], shown[name].tolist()) for name in shown]
    return [{"refId": answer.ref, "fields": fields}]


def _iso(moment: float) -> str:
    import time

    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(moment))
