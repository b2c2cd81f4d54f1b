"""A dashboard drawn in the notebook: to see it before pushing it, and where there is no Grafana.

    preview(dashboard, prometheus, last="1m", variables={"route": "/checkout"})

Any dashboard that Grafana 5 to 13 has exported. Its panels stand in the dashboard's own grid, in
the colours of Grafana's light theme, with its units, thresholds, mappings, overrides, legends,
transformations and annotations. Lines differ in their dashes too, and thresholds have marks, so
that nothing is told by colour alone. What Grafana shows and this does not: a mouse over a line.
"""

from lab_helpers.preview.answer import PanelFailed
from lab_helpers.preview.asked import Asked
from lab_helpers.preview.empty import empty_panels
from lab_helpers.preview.page import preview
from lab_helpers.preview.snapshot import freeze

__all__ = ["Asked", "PanelFailed", "empty_panels", "freeze", "preview"]
