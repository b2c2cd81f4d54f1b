"""Dashboards, judged by what their panels show of the week of history."""

from .same_dashboard import SameDashboard
from .wanted import GRAPH, NUMBER, Choice, Marks, Wanted

__all__ = ["GRAPH", "NUMBER", "Choice", "Marks", "SameDashboard", "Wanted"]
