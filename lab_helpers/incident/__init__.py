"""An incident that nobody announces: drawn from a seed, on a running shop, found from metrics."""

from lab_helpers.incident.catalogue import FAULTS, LEADS, TROUBLES
from lab_helpers.incident.field import Field
from lab_helpers.incident.incident import Incident, make_well
from lab_helpers.incident.plan import LEVELS, Planned
from lab_helpers.incident.trouble import Trouble
from lab_helpers.incident.truth import Happening, Truth
from lab_helpers.incident.vocabulary import CAUSES, PLACES, SYMPTOMS

__all__ = [
    "CAUSES", "FAULTS", "LEADS", "LEVELS", "PLACES", "SYMPTOMS", "TROUBLES",
    "Field", "Happening", "Incident", "Planned", "Trouble", "Truth", "make_well",
]  # fmt: skip
