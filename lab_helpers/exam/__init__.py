"""An exam in the terminal: questions by the objectives of the Prometheus Certified Associate."""

from lab_helpers.exam.curriculum import Domain, Objective, domains, map_as_markdown
from lab_helpers.exam.places import Place
from lab_helpers.exam.questions import Question, questions

__all__ = [
    "Domain",
    "Objective",
    "Place",
    "Question",
    "domains",
    "map_as_markdown",
    "questions",
]
