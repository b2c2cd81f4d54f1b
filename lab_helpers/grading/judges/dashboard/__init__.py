"""Dashboards, judged by what their panels show of the week of history."""

from lab_helpers.grading.judges.dashboard.same_dashboard import SameDashboard
from lab_helpers.grading.judges.dashboard.wanted import GRAPH, NUMBER, Choice, Marks, Wanted

__all__ = ["GRAPH", "NUMBER", "Choice", "Marks", "SameDashboard", "Wanted"]
