"""A dashboard drawn in the notebook: to see it before pushing it, and where there is no Grafana.

    preview(dashboard, prometheus, last="1m", variables={"route": "/checkout"})

Its panels stand in the dashboard's own grid, with its units, thresholds, legends and annotations.
What Grafana shows and this does not: a mouse over a line, and colours of its dark theme.
"""

from lab_helpers.preview.data import Asked, PanelFailed, empty_panels
from lab_helpers.preview.page import preview
from lab_helpers.preview.snapshot import freeze

__all__ = ["Asked", "PanelFailed", "empty_panels", "freeze", "preview"]
