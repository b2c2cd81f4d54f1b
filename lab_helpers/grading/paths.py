"""Paths through the chapters: for whom, in what order, and what comes next."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass

from lab_helpers.grading import catalogue
from lab_helpers.setup.images import ROOT

FILE = ROOT / "labs" / "paths.toml"


@dataclass(frozen=True)
class LearningPath:
    """An order of chapters, by their numbers.

    who: for whom it is. why: what it leads to.
    """

    who: str
    chapters: tuple[str, ...]
    why: str

    def next(self, solved: Collection[str]) -> str:
        """The number of the first exercise in its chapters that is not solved; "" if all are.

        The exercises of the labs do not count: they are for those who want more.
        """
        known = set(catalogue.chapters())
        every = (
            number
            for chapter in self.chapters
            if chapter in known
            for number in catalogue.in_chapter(chapter)
        )
        return next((number for number in every if number not in solved), "")


def paths() -> tuple[LearningPath, ...]:
    """The paths, in the order of the file."""
    found = tomllib.loads(FILE.read_text("utf-8"))["path"]
    return tuple(LearningPath(one["who"], tuple(one["chapters"]), one["why"]) for one in found)


def as_markdown() -> str:
    """The paths as a table in Markdown, for pages that say where to begin."""
    lines = ["| Who | Chapters, in this order | What for |", "|---|---|---|"]
    lines += [f"| {one.who} | {' → '.join(one.chapters)} | {one.why} |" for one in paths()]
    return "\n".join(lines)
