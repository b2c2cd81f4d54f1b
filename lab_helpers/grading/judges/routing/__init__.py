"""Alertmanager's configuration, judged by the messages that arrive."""

from .delivers import Delivers
from .stage import STAGE, on_stage, read

__all__ = ["STAGE", "Delivers", "on_stage", "read"]
