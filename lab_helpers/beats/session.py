"""The beat sheets of whole sessions: choices of beats, one file for each in `sessions/`.

An entry `[[beat]]` is a chapter's beat (`chapter`, `section`), which may have fewer minutes and
other words here; or an act on stage, or a `pause`, with words of its own. `notebooks` are the
chapters that are run: the others are told on stage.
"""

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from lab_helpers.beats.beat import Beat, Cut, Sheet
from lab_helpers.beats.chapter import code_of, of_chapter
from lab_helpers.beats.clock import length
from lab_helpers.beats.leaning import left_out
from lab_helpers.errors import WorkshopError

FOLDER = Path(__file__).parent / "sessions"
_DAY = "day"


def sessions() -> list[str]:
    """The names of the sessions, the shortest first: 45m, 3h, day."""
    files = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.toml")}
    return sorted(files, key=lambda name: int(files[name]["minutes"]))


def of_session(written: str) -> Sheet:
    """The sheet of a session: 45m, 3h or day, or as long as one of them (45, 180 min, 8h).

    Raises:
        WorkshopError: there is no such session, or its file names a beat that is not there.
    """
    by_minutes = {_file(name)["minutes"]: name for name in sessions()}
    name = written.strip().lower()
    name = _DAY if name in {"1d", "1 day", "a day"} else by_minutes.get(length(name), name)
    if name not in by_minutes.values():
        known = ", ".join(by_minutes.values())
        raise WorkshopError(f"There is no session {written!r}. There are: {known}.")
    described = _file(name)
    run = described["notebooks"]
    beats = [_beat(entry) for entry in described["beat"]]
    beats = [beat if beat.chapter in run else replace(beat, cells=None) for beat in beats]
    beats = _with_what_they_lean_on(beats)
    before = [f"Chapter {number}: {text}" for number in run for text in _chapter(number).before]
    about = described.get("about", "")
    return Sheet(described["title"], tuple(beats), (*described.get("before", ()), *before), about)


def _with_what_they_lean_on(beats: list[Beat]) -> list[Beat]:
    """The beats with the cells that their own need of sections that the session leaves out.

    A chapter's set-up cell is run by everybody, whether there are minutes for it or not.
    """
    first: dict[int, tuple[int, ...]] = {}
    for chapter in {beat.chapter for beat in beats if beat.cells}:
        run = [(place, one.cells) for place, one in enumerate(beats)
               if one.chapter == chapter and one.cells]  # fmt: skip
        set_up = _chapter(chapter).beats[0].cells or (1, 1)
        spans = left_out(code_of(chapter), [set_up, *(cells for _, cells in run)])
        first |= zip((place for place, _ in run), spans[1:], strict=True)
    return [replace(beat, first=first.get(place, ())) for place, beat in enumerate(beats)]


def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


@cache
def _chapter(number: str) -> Sheet:
    return of_chapter(number)


def _beat(entry: dict[str, Any]) -> Beat:
    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    if "cut" in given:
        given["cut"] = Cut(**given["cut"])
    if "pause" in given:
        return Beat(given.pop("pause"), is_pause=True, **given)
    section = given.pop("section", None)
    if section is None:
        return Beat(**given)
    for beat in _chapter(given["chapter"]).beats:
        if beat.title == section:
            return replace(beat, **({"cut": None, "for_exercises": 0} | given))
    raise WorkshopError(f"A session names {section!r}, which chapter {given['chapter']} has not.")
