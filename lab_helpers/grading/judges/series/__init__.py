"""Judges of a prometheus.yml by the series that come of it, here or in a store behind it."""

from lab_helpers.grading.judges.series.compare import Series
from lab_helpers.grading.judges.series.same_series import SameSeries

__all__ = ["SameSeries", "Series"]
