"""Alerting rules, judged by the incidents that they catch over the week of history."""

from lab_helpers.grading.judges.alert.case import Incident
from lab_helpers.grading.judges.alert.catches import CatchesIncidents
from lab_helpers.grading.judges.alert.supposing import Supposition

__all__ = ["CatchesIncidents", "Incident", "Supposition"]
