"""A prometheus.yml, judged by the targets that a real Prometheus finds with it."""

from lab_helpers.grading.judges.targets.compare import Target
from lab_helpers.grading.judges.targets.same_targets import SameTargets

__all__ = ["SameTargets", "Target"]
