"""The whole stack on stage, for an instructor: up, broken, healed, down."""

from lab_helpers.stage.demo import PROJECT, Demo
from lab_helpers.stage.faults import FAULTS

__all__ = ["FAULTS", "PROJECT", "Demo"]
