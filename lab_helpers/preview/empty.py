"""Which queries of a dashboard have no answer."""

from typing import TYPE_CHECKING, Any

from lab_helpers.dashboards import panels_of
from lab_helpers.preview.answer import PanelFailed
from lab_helpers.preview.asked import Asked

if TYPE_CHECKING:
    from lab_helpers.services.prometheus import PrometheusContainer


def empty_panels(dashboard: Any, prometheus: "PrometheusContainer", **options: Any) -> list[str]:
    """The queries that have no answer, as "panel / refId: query"; an empty list is good news.

    options: as for `lab_helpers.preview.preview`.

    Raises:
        PanelFailed: a data source refuses one.
    """
    asked = Asked.of(dashboard, prometheus, **options)
    panels = panels_of(asked.model)
    found = []
    for panel, outcome in zip(panels, asked.outcomes(panels), strict=True):
        if outcome.problems:
            raise PanelFailed(outcome.problems[0])
        found += [
            f"{panel.get('title')} / {answer.ref}: {answer.question}"
            for answer in outcome.answers
            if answer.is_empty
        ]
    return found
