"""Alerting rules, judged by the incidents that they catch over the week, or on made-up samples."""

from lab_helpers.grading.judges.alert.case import Incident
from lab_helpers.grading.judges.alert.catches import CatchesIncidents
from lab_helpers.grading.judges.alert.fires_on import FiresOn
from lab_helpers.grading.judges.alert.measured import Goals, Measured
from lab_helpers.grading.judges.alert.supposing import Supposition

__all__ = ["CatchesIncidents", "FiresOn", "Goals", "Incident", "Measured", "Supposition"]
