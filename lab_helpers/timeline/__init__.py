"""Why was I (not) paged? An alert's way from the sample to the inbox, as a table and a picture."""

from .steps import Step, Timeline
from .why import fingerprint, why_paged

__all__ = ["Step", "Timeline", "fingerprint", "why_paged"]
