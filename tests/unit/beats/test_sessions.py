"""Sessions are made of beats that are there, and take the time that their names say."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from lab_helpers import cli
from lab_helpers.beats import chapters, markdown, of_chapter, of_session, overview, sessions, text
from lab_helpers.beats.chapter import code_of
from lab_helpers.beats.clock import length, start_of_day, told
from lab_helpers.beats.leaning import left_out
from lab_helpers.beats.session import FOLDER
from lab_helpers.errors import WorkshopError

MINUTES = {"45m": 45, "3h": 180, "day": 480}


def test_there_are_three_sessions_and_they_add_up() -> None:
    assert sessions() == list(MINUTES)
    for name, minutes in MINUTES.items():
        assert of_session(name).minutes == minutes
        assert tomllib.loads((FOLDER / f"{name}.toml").read_text())["minutes"] == minutes


def test_a_day_has_lunch_and_breaks() -> None:
    pauses = [(beat.title, beat.minutes) for beat in of_session("day").beats if beat.is_pause]
    assert ("Lunch", 60) in pauses
    assert [title for title, minutes in pauses].count("Break") >= 2
    longest = since = 0
    for beat in of_session("day").beats:
        since = 0 if beat.is_pause else since + beat.minutes
        longest = max(longest, since)
    assert longest <= 100  # minutes in a row, for tired people


@pytest.mark.parametrize("name", MINUTES)
def test_a_session_takes_no_longer_for_a_beat_than_its_chapter(name: str) -> None:
    for beat in of_session(name).beats:
        if not beat.chapter:
            assert beat.is_pause or (beat.screen and beat.say and beat.do), beat.title
            continue
        (whole,) = [one for one in of_chapter(beat.chapter).beats if one.title == beat.title]
        assert beat.minutes <= whole.minutes, beat.title
        assert beat.for_exercises <= whole.for_exercises, beat.title
        taught = beat.minutes - beat.for_exercises
        assert taught <= whole.minutes - whole.for_exercises, beat.title
        for exercise in re.findall(r"\b\d\d\.[a-z]\b", beat.do):
            assert exercise in beat.exercises, beat.title
            assert beat.for_exercises, f"{beat.title} has no minutes for exercise {exercise}"
        assert set(beat.exercises) <= set(whole.exercises), beat.title
        if beat.cells and whole.cells:
            assert whole.cells[0] <= beat.cells[0] <= beat.cells[1] <= whole.cells[1], beat.title


@pytest.mark.parametrize("name", MINUTES)
def test_what_a_session_breaks_it_heals(name: str) -> None:
    done = re.findall(r"`workshop demo (break|heal) ([a-z-]+)`", " ".join(
        beat.do for beat in of_session(name).beats
    ))  # fmt: skip
    broken: set[str] = set()
    for act, fault in done:
        (broken.add if act == "break" else broken.discard)(fault)
    assert not broken
    assert done or name != "45m"


def test_cells_of_what_is_left_out_are_named_where_others_lean_on_them() -> None:
    cells = {
        1: "import pandas as pd",
        2: "def ask(): ...",
        3: "answer = ask()",
        4: "answer = pd.Series(answer)",
        5: "print('nothing')",
        6: "answer.plot()\nother = 1",
        7: "print(other, answer)",
    }
    assert left_out(cells, [(1, 1), (6, 7)]) == [(), (2, 3, 4)]
    assert left_out(cells, [(1, 2), (4, 4), (7, 7)]) == [(), (3,), (6,)]
    assert left_out(cells, [(1, 7)]) == [()]


def test_a_session_names_such_cells_once() -> None:
    leaning = {beat.title: beat.first for beat in of_session("3h").beats if beat.first}
    code = code_of("02")
    assert [count for count in code if "release = event" in code[count]] == list(leaning["Joins"])
    assert "Quantiles from histograms" not in leaning  # it needs the same name, which is there then
    assert "before them [" in text(of_session("3h"))


def test_a_beat_that_is_no_more_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drifted = (FOLDER / "3h.toml").read_text().replace('"Arithmetic"', '"Sums"')
    (tmp_path / "3h.toml").write_text(drifted)
    monkeypatch.setattr("lab_helpers.beats.session.FOLDER", tmp_path)
    with pytest.raises(WorkshopError, match="A session names 'Sums', which chapter 02 has not"):
        of_session("3h")


@pytest.mark.parametrize("written", ["45", "45m", "45 min", "45 minutes", " 45M "])
def test_a_length_is_written_in_many_ways(written: str) -> None:
    assert of_session(written).title == of_session("45m").title


@pytest.mark.parametrize(
    ("written", "name"),
    [("180", "3h"), ("3 hours", "3h"), ("8h", "day"), ("1d", "day"), ("Day", "day")],
)
def test_a_session_is_found_by_its_length(written: str, name: str) -> None:
    assert of_session(written).title == of_session(name).title


@pytest.mark.parametrize("written", ["-5", "0", "4h", "-5m", "", "soon", "3h30", "45.5", "9" * 99])
def test_a_length_that_is_no_session_is_answered_with_those_there_are(written: str) -> None:
    with pytest.raises(WorkshopError, match=r"There is no session .* There are: 45m, 3h, day\.$"):
        of_session(written)


@pytest.mark.parametrize(
    ("written", "minute"),
    [
        *[("09:00", 540), ("9:00", 540), ("9", 540), ("9.30", 570), ("9h", 540), ("9h30", 570)],
        *[
            ("0930", 570),
            ("930", 570),
            ("23:59", 1439),
            ("0:00", 0),
            ("24:00", None),
            ("9:60", None),
        ],
        *[
            ("9am", 540),
            ("9 AM", 540),
            ("12am", 0),
            ("12pm", 720),
            ("2:15 pm", 855),
            ("13pm", None),
        ],
        *[
            ("25:00", None),
            ("-1", None),
            ("", None),
            ("noon", None),
            ("9:0", None),
            ("09:00:00", None),
        ],
    ],
)
def test_a_time_of_day_is_read(written: str, minute: int | None) -> None:
    if minute is not None:
        assert start_of_day(written) == minute
    else:
        with pytest.raises(WorkshopError, match=r"is no time of day\. Write it as 09:00"):
            start_of_day(written)


def test_times_go_past_midnight() -> None:
    assert told(90, start_of_day("23:00")) == "00:30"
    assert told(90, None) == "1:30"
    assert length("1h") == 60
    assert length("an hour") is None


@pytest.mark.parametrize("name", MINUTES)
def test_a_sheet_fits_a_terminal_and_has_every_beat_at_its_time(name: str) -> None:
    sheet = of_session(name)
    printed = text(sheet, start_of_day("09:00"))
    assert max(map(len, printed.splitlines())) <= 100
    hour, minute = divmod(9 * 60 + MINUTES[name], 60)
    times = re.findall(r"^(\d\d:\d\d)  ", printed, re.M)
    assert times == sorted(times)
    assert (times[0], times[-1]) == ("09:00", f"{hour:02}:{minute:02}")
    assert len(times) == len(sheet.beats) + 1
    assert "**" not in printed
    assert "](" not in printed


def test_cuts_are_printed_in_order_with_what_they_give_together() -> None:
    sheet = of_chapter("05")
    rows = re.findall(r"^ +(\d+)  +(\d+:\d\d) +(\d+) +(\d+)  \S", text(sheet), re.M)
    assert [int(order) for order, *_ in rows] == [cut.order for cut, _, _ in sheet.cuts()]
    assert int(rows[-1][3]) == sum(cut.minutes for cut, _, _ in sheet.cuts())
    at = {beat.title: minute for minute, beat in sheet.timed()}
    assert rows[0][1] == told(at["How quick is it?"], None)


def test_a_sheet_as_markdown_has_the_same_beats() -> None:
    for sheet in (of_chapter("06"), of_session("45m")):
        page = markdown(sheet, start_of_day("14:00"))
        for minute, beat in sheet.timed():
            assert f"\n## {told(minute, 840)} " in page
            assert beat.title in page
            assert " ".join(beat.say.split()) in " ".join(page.split())
        assert page.count("\n## ") == len(sheet.beats) + 3  # before, the end, and the cuts


def test_the_overview_has_every_sheet() -> None:
    assert len(overview().splitlines()) == len(chapters()) + len(MINUTES)
    assert "--for day  A day, hands on, 480 minutes" in overview()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("05 --for 3h", "a chapter or of a session"),
        ("--for -5", "There is no session '-5'"),
        ("--for -5m", "There is no session '-5m'"),
        ("--for 0", "There is no session '0'"),
        ("--for 4h", "There are: 45m, 3h, day."),
        ("11", "There is no chapter '11'. There are: 00, 01,"),
        ("-5", "There is no chapter '-5'"),
        ("five", "There is no chapter 'five'"),
        ("05 --start 25:00", "'25:00' is no time of day"),
        ("05 --start -1", "'-1' is no time of day"),
        ("05 --start ''", "'' is no time of day"),
        ("--for ''", "There is no session ''"),
        ("--start 9", "What begins then?"),
    ],
)
def test_a_wrong_question_gets_one_sentence(
    words: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["beats", *shlex.split(words)]) == 1
    said = capsys.readouterr()
    assert told in said.err
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


def test_the_command_prints_a_sheet(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["beats", "--for", "3h", "--start", "09:00"]) == 0
    assert capsys.readouterr().out.startswith("Half a day, hands on, 180 minutes, 09:00 to 12:00\n")
    assert cli.run(["beats", "5"]) == 0
    assert "Chapter 05: Service discovery with Consul" in capsys.readouterr().out
    assert cli.run(["beats"]) == 0
    assert capsys.readouterr().out == overview() + "\n"
