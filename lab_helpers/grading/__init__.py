"""Labs that grade themselves: exercises, and checks that judge an answer by what it does."""

from .bench import WEEK, Bench, Services
from .check import check
from .exercise import Exercise, Judge, Verdict, Wrong, missed, solved

__all__ = [
    "WEEK",
    "Bench",
    "Exercise",
    "Judge",
    "Services",
    "Verdict",
    "Wrong",
    "check",
    "missed",
    "solved",
]
