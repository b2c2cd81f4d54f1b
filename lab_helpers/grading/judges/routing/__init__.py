"""Alertmanager's configuration, judged by the messages that arrive."""

from .case import held_back_by
from .delivers import Delivers
from .stage import STAGE, on_stage, read

__all__ = ["STAGE", "Delivers", "held_back_by", "on_stage", "read"]
