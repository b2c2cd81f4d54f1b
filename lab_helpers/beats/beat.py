"""A beat: some minutes of teaching, as a cell for the instructor has them; and a sheet of beats."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lab_helpers.errors import WorkshopError

PARTS = ("Before", "Screen", "Do", "Say", "Behind")
NEEDED = ("Screen", "Do", "Say")
# The first line is what JupyterLab shows of a folded cell; <details> folds the rest elsewhere.
_CELL = re.compile(
    r"To the instructor: (\d+) minutes?(?:, (\d+) of them for the exercises?)?\n\n"
    r"<details><summary>Screen, actions, words</summary>\n\n(.+)\n\n</details>",
    re.DOTALL,
)
_PART = re.compile(
    rf"^\*\*(?:(?P<name>{'|'.join(PARTS)})|Cut (?P<order>\d+), (?P<gives>\d+) minutes?)\*\* ",
    re.MULTILINE,
)
_FORM = (
    "A cell for the instructor begins with a line such as: To the instructor: 8 minutes, 3 of them "
    "for the exercise. Then come <details><summary>Screen, actions, words</summary>, paragraphs "
    "that begin with **Screen**, **Do** and **Say** (and, where there is something to say, "
    "**Before**, **Behind** and **Cut 2, 5 minutes**), and </details>, with an empty line between "
    "any two."
)


@dataclass(frozen=True)
class Cut:
    """What to leave out when late.

    Attributes:
        order: 1 is cut first.
        minutes: that it gives.
        what: is left out, or done in its place.
    """

    order: int
    minutes: int
    what: str


@dataclass(frozen=True)
class Beat:
    """Some minutes of teaching. All texts are Markdown; an empty one says nothing.

    Attributes:
        title: the section of the chapter, or what is done on stage.
        minutes: that it takes, with its exercises.
        for_exercises: how many of them learners work by themselves.
        screen: what everybody sees.
        do, say: the instructor's actions and words.
        behind: what runs, starts or arrives meanwhile.
        before: what must be ready before the session.
        cut: what to leave out when late, if anything.
        chapter: its number, such as 05; empty for what is no chapter's.
        cells: the first and the last execution count of its cells, or none.
        first: the cells of what was left out, on which its own lean: run them before.
        exercises: the numbers of its exercises.
        is_pause: nobody teaches.
    """

    title: str
    minutes: int
    for_exercises: int = 0
    screen: str = ""
    do: str = ""
    say: str = ""
    behind: str = ""
    before: str = ""
    cut: Cut | None = None
    chapter: str = ""
    cells: tuple[int, int] | None = None
    first: tuple[int, ...] = ()
    exercises: tuple[str, ...] = ()
    is_pause: bool = False


@dataclass(frozen=True)
class Sheet:
    """The beats of a chapter or of a session, in their order.

    Attributes:
        before: what must be ready, one text a thing.
        about: the session in a sentence or two.
    """

    title: str
    beats: tuple[Beat, ...]
    before: tuple[str, ...] = ()
    about: str = ""

    @property
    def minutes(self) -> int:
        """How long it takes, pauses and all."""
        return sum(beat.minutes for beat in self.beats)

    def timed(self) -> Iterator[tuple[int, Beat]]:
        """Each beat with the minute at which it begins."""
        minute = 0
        for beat in self.beats:
            yield minute, beat
            minute += beat.minutes

    def cuts(self) -> list[tuple[Cut, int, Beat]]:
        """What can be cut, and the minute of its beat; the first thing to cut first."""
        found = [(beat.cut, minute, beat) for minute, beat in self.timed() if beat.cut]
        return sorted(found, key=lambda one: one[0].order)


def read(cell: str, title: str) -> Beat:
    """The beat that a cell for the instructor is.

    Raises:
        WorkshopError: the cell does not have the form; the message has it.
    """
    whole = _CELL.fullmatch(cell.strip())
    found = list(_PART.finditer(whole[3])) if whole else []
    if not whole or not found or found[0].start():
        raise WorkshopError(f"The note to the instructor at {title!r} has another form. {_FORM}")
    ends = [match.start() for match in found[1:]] + [len(whole[3])]
    texts = [whole[3][match.end() : end].strip() for match, end in zip(found, ends, strict=True)]
    parts = {match["name"]: text for match, text in zip(found, texts, strict=True) if match["name"]}
    if missing := [name for name in NEEDED if not parts.get(name)]:
        raise WorkshopError(f"The note to the instructor at {title!r} lacks {missing[0]}. {_FORM}")
    cuts = [
        Cut(int(match["order"]), int(match["gives"]), text)
        for match, text in zip(found, texts, strict=True)
        if match["order"]
    ]
    return Beat(
        title,
        int(whole[1]),
        int(whole[2] or 0),
        screen=parts["Screen"],
        do=parts["Do"],
        say=parts["Say"],
        behind=parts.get("Behind", ""),
        before=parts.get("Before", ""),
        cut=cuts[0] if cuts else None,
    )
