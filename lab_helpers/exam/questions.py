"""The questions of the exam: read from labs/exam, a file for each objective."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from lab_helpers.exam.curriculum import domains
from lab_helpers.setup.images import ROOT

FOLDER = ROOT / "labs" / "exam"
#: Seconds between two samples of a series that a question gives, unless it says otherwise.
EVERY = "1m"


@dataclass(frozen=True)
class Question:
    """A question with its choices.

    name: with its objective, such as "histograms/mean-duration". ask: what is asked. right: the
    right choice, or two. wrong: the wrong ones, each with the reason. why: the reason of the right
    one. given: what it is asked about, by kind. read: where it is taught, as `Place.of`
    reads it. proof: what a test runs, or which source says so; learners do not see it.
    """

    name: str
    ask: str
    right: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...]
    why: str
    read: tuple[str, ...]
    given: Mapping[str, str] = field(default_factory=dict)
    proof: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def objective(self) -> str:
        """The name of the objective that it is about."""
        return self.name.partition("/")[0]

    @property
    def choices(self) -> tuple[str, ...]:
        """The right ones, then the wrong ones."""
        return (*self.right, *(text for text, _ in self.wrong))

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Question":
        """The question that a table of TOML or JSON holds.

        Raises:
            ValueError: it is none.
        """
        try:
            if strange := table.keys() - {each.name for each in fields(cls)}:
                raise ValueError(f"a question has no {', '.join(sorted(strange))}")
            return cls(
                name=str(table["name"]),
                ask=str(table["ask"]).strip(),
                right=tuple(str(text).strip("\n") for text in table["right"]),
                wrong=tuple((str(text).strip("\n"), str(why)) for text, why in table["wrong"]),
                why=str(table["why"]).strip(),
                read=tuple(map(str, table["read"])),
                given={key: str(text).strip("\n") for key, text in table.get("given", {}).items()},
                proof=table.get("proof", {}),
            )
        except (KeyError, TypeError, AttributeError) as problem:
            raise ValueError(f"that is no question: {problem!r}") from None

    def table(self) -> dict[str, Any]:
        """All that a learner sees of it, for `of`."""
        kept = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in kept.items() if name != "proof"}


@cache
def questions() -> dict[str, tuple[Question, ...]]:
    """All questions, by objective."""
    found = {}
    for domain in domains():
        for objective in domain.objectives:
            file = FOLDER / domain.name / f"{objective.name}.toml"
            tables = tomllib.loads(file.read_text("utf-8"))["question"]
            found[objective.name] = tuple(
                Question.of({**table, "name": f"{objective.name}/{table['name']}"})
                for table in tables
            )
    return found
