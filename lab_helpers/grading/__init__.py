"""Labs that grade themselves: exercises, and checks that judge an answer by what it does."""

from lab_helpers.grading.bench import WEEK, Bench, ChapterBench, OneCheck, Services
from lab_helpers.grading.check import check
from lab_helpers.grading.exercise import Exercise, Judge, Verdict, Wrong, missed, solved
from lab_helpers.grading.once import once

__all__ = [
    "WEEK",
    "Bench",
    "ChapterBench",
    "Exercise",
    "Judge",
    "OneCheck",
    "Services",
    "Verdict",
    "Wrong",
    "check",
    "missed",
    "once",
    "solved",
]
