"""Alertmanager's configuration, judged by the messages that arrive."""

from lab_helpers.grading.judges.routing.delivers import Delivers
from lab_helpers.grading.judges.routing.stage import STAGE, on_stage, read

__all__ = ["STAGE", "Delivers", "on_stage", "read"]
