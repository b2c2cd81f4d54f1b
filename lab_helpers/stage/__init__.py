"""The whole stack on stage, for an instructor: up, broken, healed, down."""

from .demo import PROJECT, Demo
from .faults import FAULTS

__all__ = ["FAULTS", "PROJECT", "Demo"]
