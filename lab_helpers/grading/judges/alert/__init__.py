"""Alerting rules, judged by the incidents that they catch over the week of history."""

from .case import Incident
from .catches import CatchesIncidents
from .supposing import Supposition

__all__ = ["CatchesIncidents", "Incident", "Supposition"]
