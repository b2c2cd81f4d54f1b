"""The beats of each chapter add up, and name nothing that is not there."""

import json
import re
import shlex
from collections.abc import Iterator
from functools import cache

import pytest

from lab_helpers.beats import Beat, Sheet, chapters, of_chapter, of_session, sessions
from lab_helpers.beats.beat import read
from lab_helpers.cli import line
from lab_helpers.errors import WorkshopError
from lab_helpers.setup.images import ROOT
from lab_helpers.stage import FAULTS

NUMBERS = list(chapters())
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
SHEETS = {**{n: of_chapter(n) for n in NUMBERS}, **{n: of_session(n) for n in sessions()}}

CELL = """\
To the instructor: 8 minutes, 3 of them for the exercise

<details><summary>Screen, actions, words</summary>

**Before** Open it.

**Screen** the page

**Do** Run it.

And wait.

**Say** "Look."

**Cut 2, 1 minute** Do not wait.

</details>"""


def test_a_cell_is_read_as_a_beat() -> None:
    beat = read(CELL, "A title")
    assert (beat.title, beat.minutes, beat.for_exercises) == ("A title", 8, 3)
    assert (beat.before, beat.screen, beat.say) == ("Open it.", "the page", '"Look."')
    assert (beat.do, beat.behind) == ("Run it.\n\nAnd wait.", "")
    assert beat.cut and (beat.cut.order, beat.cut.minutes) == (2, 1)
    assert beat.cut.what == "Do not wait."


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        ('**Say** "Look."\n\n', "lacks Say"),
        ("</details>", "another form"),
        ("8 minutes", "another form"),
        ("**Before** Open it.", "another form"),
    ],
)
def test_a_cell_of_another_form_is_refused_with_the_form(gone: str, told: str) -> None:
    broken = CELL.replace(gone, "Open it." if gone.startswith("**Before") else "")
    with pytest.raises(WorkshopError, match=rf"(?s)A title.*{told}.*\*\*Screen\*\*"):
        read(broken, "A title")


def test_each_chapter_has_a_sheet() -> None:
    assert [f"{n:02}" for n in range(len(NUMBERS))] == NUMBERS
    assert len(NUMBERS) >= 11


@pytest.mark.parametrize("number", NUMBERS)
def test_the_minutes_are_those_of_the_header(number: str) -> None:
    notebook = json.loads(chapters()[number].read_text())
    sheet = of_chapter(number)
    assert sheet.minutes == notebook["metadata"]["workshop"]["minutes"]
    header = "".join(notebook["cells"][0]["source"]).split("**Time**")[1]
    alone = sum(beat.for_exercises for beat in sheet.beats)
    split = [int(n) for n in re.findall(r"\b(\d+)\b", header)][1:]  # of what is left of the total
    assert split == ([sheet.minutes - alone, alone] if alone else [])


@pytest.mark.parametrize("number", NUMBERS)
def test_minutes_alone_are_where_the_exercises_are(number: str) -> None:
    sheet = of_chapter(number)
    for beat in sheet.beats:
        assert beat.for_exercises < beat.minutes
        if beat.exercises:
            assert beat.for_exercises, f"{beat.title}: when are {beat.exercises} done?"
    known = re.findall(r'"exercise": "([^"]+)"', chapters()[number].read_text())
    assert [one for beat in sheet.beats for one in beat.exercises] == list(dict.fromkeys(known))


@pytest.mark.parametrize("number", NUMBERS)
def test_every_cell_that_is_run_is_in_a_beat(number: str) -> None:
    cells = json.loads(chapters()[number].read_text())["cells"]
    counts = [cell["execution_count"] for cell in cells if cell.get("execution_count")]
    spans = [beat.cells for beat in of_chapter(number).beats if beat.cells]
    assert [n for first, last in spans for n in range(first, last + 1)] == list(
        range(1, counts[-1] + 1)
    )
    titles = [beat.title for beat in of_chapter(number).beats]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", SHEETS)
def test_cuts_have_an_order_and_give_less_than_there_is(name: str) -> None:
    cuts = SHEETS[name].cuts()
    assert [cut.order for cut, _, _ in cuts] == list(range(1, len(cuts) + 1))
    assert cuts
    for cut, _, beat in cuts:
        assert 0 < cut.minutes <= beat.minutes, beat.title


def words(sheet: Sheet) -> Iterator[tuple[Beat, str]]:
    for beat in sheet.beats:
        cut = beat.cut.what if beat.cut else ""
        yield beat, "\n\n".join([beat.screen, beat.do, beat.say, beat.behind, beat.before, cut])
    yield Beat("before", 1), "\n\n".join([*sheet.before, sheet.about])


@pytest.mark.parametrize("name", SHEETS)
def test_commands_are_there_and_code_is_the_chapters_own(name: str) -> None:
    everything = {n: text_of(n) for n in NUMBERS}
    readme = (ROOT / "README.md").read_text()
    for beat, said in words(SHEETS[name]):
        known = everything.get(beat.chapter) or readme + "".join(everything.values())
        for code in re.findall(r"`([^`]+)`", said):
            if code.startswith("workshop "):
                options = line.read(
                    shlex.split(code)[1:]
                )  # ends with status 2 where there is no such command
                if options.command == "demo" and options.act in {"break", "heal"}:
                    assert options.name in FAULTS, code
                if options.command == "beats":
                    assert options.chapter in NUMBERS or options.session in sessions()
            elif code.startswith("make "):
                assert code.split()[1] in TARGETS, code
            else:
                assert code in known, f"{beat.title}: the chapter has no `{code}`"


@pytest.mark.parametrize("number", NUMBERS)
def test_what_is_named_on_the_screen_or_left_out_is_there(number: str) -> None:
    page = text_of(number)
    for beat in of_chapter(number).beats:
        cut = beat.cut.what if beat.cut else ""
        for named in re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", f"{beat.screen}\n{beat.do}\n{cut}"):
            assert named in page, f"{beat.title}: the chapter has no {named!r}"
        for exercise in re.findall(r"\b\d\d\.[a-z]\b", f"{beat.do}\n{cut}"):
            assert exercise in page


@cache
def text_of(number: str) -> str:
    """What a reader sees of a chapter, without its notes to the instructor."""
    cells = json.loads(chapters()[number].read_text())["cells"]
    learners = [c for c in cells if "instructor" not in c["metadata"].get("tags", [])]
    outputs = [json.dumps(cell.get("outputs", []), ensure_ascii=False) for cell in learners]
    return "\n".join(["".join(cell["source"]) for cell in learners] + outputs)
