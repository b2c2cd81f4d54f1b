"""Alertmanager's configuration and silences, judged by the messages that arrive."""

from lab_helpers.grading.judges.routing.delivers import Delivers
from lab_helpers.grading.judges.routing.messages import PredictsMessages
from lab_helpers.grading.judges.routing.silences import Silences
from lab_helpers.grading.judges.routing.stage import STAGE, on_stage, read

__all__ = ["STAGE", "Delivers", "PredictsMessages", "Silences", "on_stage", "read"]
