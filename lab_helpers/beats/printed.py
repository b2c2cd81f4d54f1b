"""Beat sheets for a terminal of 100 columns, for paper, and as Markdown."""

import re
from textwrap import fill

from lab_helpers.beats.beat import PARTS, Beat, Sheet
from lab_helpers.beats.chapter import chapters, of_chapter
from lab_helpers.beats.clock import told
from lab_helpers.beats.session import of_session, sessions

WIDTH = 100
_SHOWN = PARTS[1:]
_LEFT_OUT = "Run the cells of a section that you cut, without a word: later ones may lean on them."
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_STRESS = re.compile(r"(?<![\w*])\*{1,2}(?=\S)(.+?)(?<=\S)\*{1,2}(?![\w*])")


def text(sheet: Sheet, start: int | None = None) -> str:
    """A sheet for a terminal and for paper.

    Args:
        start: the minute of the day at which it begins; without it, minutes count from 0:00.
    """
    lines = [_head(sheet, start), "=" * len(_head(sheet, start))]
    lines += ["", _wrapped(sheet.about)] if sheet.about else []
    if sheet.before:
        lines += ["", "Before", *(_wrapped(one, "  - ") for one in sheet.before)]
    for minute, beat in sheet.timed():
        lines += ["", _wrapped(_title(sheet, beat), f"{told(minute, start):>5}  ")]
        for part in _SHOWN:
            if said := getattr(beat, part.lower()):
                lines += [_wrapped(said, f"{'':7}{part:8}")]
    lines += ["", f"{told(sheet.minutes, start):>5}  End"]
    if rows := _late(sheet, start):
        lines += ["", "When you are late, cut in this order", "", _wrapped(_LEFT_OUT)]
        lines += ["", "  cut     at  gives  so far"]
        for order, at, gives, total, what in rows:
            lines += [_wrapped(what, f"  {order:>3}  {at:>5}  {gives:>5}  {total:>6}  ")]
    return "\n".join(lines)


def markdown(sheet: Sheet, start: int | None = None) -> str:
    """A sheet as a page of Markdown; `start` as for `text`."""
    lines = [f"# {_head(sheet, start)}", *([sheet.about] if sheet.about else [])]
    if sheet.before:
        lines += ["## Before", "\n".join(f"- {_flat(one)}" for one in sheet.before)]
    for minute, beat in sheet.timed():
        lines += [f"## {told(minute, start)} {_title(sheet, beat)}"]
        for part in _SHOWN:
            if said := getattr(beat, part.lower()):
                lines += [f"**{part}** {_unlinked(said)}"]
    lines += [f"## {told(sheet.minutes, start)} End"]
    if rows := _late(sheet, start):
        table = ["| cut | at | gives | so far | what |", "|---|---|---|---|---|"]
        table += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
        lines += ["## When you are late, cut in this order", _LEFT_OUT, "\n".join(table)]
    return "\n\n".join(lines) + "\n"


def overview() -> str:
    """What there are sheets of."""
    rows = [(number, of_chapter(number)) for number in chapters()]
    rows += [(f"--for {name}", of_session(name)) for name in sessions()]
    return "\n".join(f"workshop beats {how:9}  {_head(sheet, None)}" for how, sheet in rows)


def _head(sheet: Sheet, start: int | None) -> str:
    when = "" if start is None else f", {told(0, start)} to {told(sheet.minutes, start)}"
    return f"{sheet.title}, {sheet.minutes} minutes{when}"


def _title(sheet: Sheet, beat: Beat) -> str:
    """The line above a beat: what, for how long, which cells, how long for which exercises."""
    facts = [f"{beat.minutes} min"]
    if beat.cells:
        first, last = beat.cells
        span = f"cell [{first}]" if first == last else f"cells [{first}] to [{last}]"
        before = " ".join(f"[{count}]" for count in beat.first)
        facts += [f"{span}, before them {before}" if before else span]
    if beat.for_exercises:
        facts += [f"{beat.for_exercises} min alone: {' '.join(beat.exercises) or 'to search'}"]
    return " · ".join([_name(sheet, beat), *facts])


def _name(sheet: Sheet, beat: Beat) -> str:
    """What a beat is called; with its chapter where there are several."""
    several = len({one.chapter for one in sheet.beats}) > 1
    return f"{beat.chapter} {beat.title}" if beat.chapter and several else beat.title


def _late(sheet: Sheet, start: int | None) -> list[tuple[int, str, int, int, str]]:
    """What to cut, in order: its number, when, its minutes, all minutes so far, and what it is."""
    rows, total = [], 0
    for cut, minute, beat in sheet.cuts():
        total += cut.minutes
        what = f"{_name(sheet, beat)}: {_flat(cut.what)}"
        rows += [(cut.order, told(minute, start), cut.minutes, total, what)]
    return rows


def _unlinked(said: str) -> str:
    return _LINK.sub(r"\1", said)  # links lead from the notebook, which the sheet is not


def _flat(said: str) -> str:
    """Markdown as plain words in one line; code keeps its marks."""
    return " ".join(_STRESS.sub(r"\1", _unlinked(said)).split())


def _wrapped(said: str, before: str = "") -> str:
    return fill(
        _flat(said),
        WIDTH,
        initial_indent=before,
        subsequent_indent=" " * len(before),
        break_long_words=False,
        break_on_hyphens=False,
    )
