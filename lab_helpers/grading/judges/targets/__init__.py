"""A prometheus.yml, judged by the targets that a real Prometheus finds with it."""

from .compare import Target
from .same_targets import SameTargets

__all__ = ["SameTargets", "Target"]
