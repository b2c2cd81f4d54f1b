"""Why was I (not) paged? An alert's way from the sample to the inbox, as a table and a picture."""

from lab_helpers.timeline.sent import fingerprint
from lab_helpers.timeline.steps import Step, Timeline
from lab_helpers.timeline.why import why_paged

__all__ = ["Step", "Timeline", "fingerprint", "why_paged"]
