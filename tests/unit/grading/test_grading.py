"""What is said of an answer before it is tried, and what is kept of a learner's way."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lab_helpers.cli import main
from lab_helpers.errors import WorkshopError
from lab_helpers.grading import Bench, Exercise, Verdict, catalogue, check, learner, missed, record
from lab_helpers.grading.check import LONGEST
from lab_helpers.grading.judges.words import Number, Words

NUMBER = Number(
    right=lambda bench: 60.0,
    near=lambda bench: {59.0: ("off by one", "Count the first one too.")},
    because="One a second.",
    tolerance=0.001,
)
WORDS = Words(
    right=lambda bench: ["web-1", "web-3"],
    near={"web-2": ("the wrong replica", "Look at web-2 again.")},
    because="They are slow.",
)


def exercise(judge: Words | Number) -> Exercise:
    return Exercise(
        title="Which", kind="diagnosis", prompt="Which?", hints=("a", "b", "c"), start="# here",
        solution="web-1 web-3", also_right=(), wrong=(), practice="Yes.", judge=judge,
    )  # fmt: skip


@pytest.fixture
def bench() -> Bench:
    """One that is never started: these judges need no service."""
    bench = Bench()
    bench.start = lambda services: None  # type: ignore[method-assign]
    return bench


@pytest.fixture(autouse=True)
def own_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(record.VARIABLE, str(tmp_path / "made" / "progress.jsonl"))
    return tmp_path / "made" / "progress.jsonl"


@pytest.mark.parametrize(
    ("answer", "diagnosis"),
    [
        ("web-1, web-3", ""),
        ("# I think\n`WEB-3` web-1.", ""),
        ("```text\nweb-1 web-3\n```\n", ""),
        ("web-1", "not all of it"),
        ("web-1 web-2", "the wrong replica"),
        ("web-1 web-3 web-9", "not that"),
        ("", "no answer"),
        ("  # here\n\n", "no answer"),
        ("web-1\x00web-3", "not text"),
        ("\udcff\udcfe", "not text"),
        ("x" * (LONGEST + 1), "too long"),
    ],
)
def test_words(bench: Bench, answer: str, diagnosis: str) -> None:
    verdict = check(exercise(WORDS), answer, bench)
    assert (verdict.diagnosis, verdict.solved) == (diagnosis, not diagnosis)
    assert verdict.message


@pytest.mark.parametrize(
    ("answer", "diagnosis"),
    [
        ("60", ""),
        ("60.0 s", ""),
        ("6e1", ""),
        ("60,0", ""),
        ("59", "off by one"),
        ("1", "off by a unit"),
        ("60,000", "off by a unit"),
        ("61", "too large"),
        ("-60", "too small"),
        ("many", "no number"),
        ("60 or 61", "no number"),
    ],
)
def test_number(bench: Bench, answer: str, diagnosis: str) -> None:
    assert check(exercise(NUMBER), answer, bench).diagnosis == diagnosis


def test_what_the_exercise_starts_with_is_no_answer(bench: Bench) -> None:
    asked = exercise(WORDS)
    given = Exercise(**{**vars(asked), "start": "# mend this\nweb-1\n"})
    assert check(given, "web-1", bench).diagnosis == "no answer"
    assert check(given, "web-1 web-3", bench).solved


def test_the_record_survives_writers_side_by_side(own_record: Path) -> None:
    code = (
        "from lab_helpers.grading.record import add; [add('solved', f'02.{i}') for i in range(200)]"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [writer.wait() for writer in writers] == [0] * 4
    lines = own_record.read_text().splitlines()
    assert len(lines) == 800
    assert {json.loads(line)["exercise"] for line in lines} == {f"02.{i}" for i in range(200)}
    assert len(record.solved()) == 200


def test_a_damaged_record_loses_no_more_than_the_damage(own_record: Path) -> None:
    record.add("solved", "02.1")
    with own_record.open("a") as file:
        file.write('{"exercise": "02.2", "ev\n[]\n\x00\n')
    record.add("solved", "02.3")
    assert sorted(record.solved()) == ["02.1", "02.3"]


def test_hints_come_one_at_a_time() -> None:
    number = "02.1"
    hints = catalogue.exercise(number).hints
    for shown in (1, 2, 3, 3):
        text = learner.hint(number)
        assert [hint in text for hint in hints] == [i < shown for i in range(3)]


def test_what_to_do_next_is_said() -> None:
    number = "02.1"
    asked, verdict = catalogue.exercise(number), missed("label lost", "Where is `instance`?")
    story = learner.story(number, asked, verdict, ask="%hint")
    assert story.startswith("✘ Not solved yet: label lost. Where is `instance`?")
    assert "`%hint 02.1` gives the first of three hints." in story
    learner.hint(number)
    assert "the second" in learner.story(number, asked, verdict, ask="%hint")
    right = learner.story(number, asked, Verdict(True), ask="%hint")
    assert right.startswith("✔ 02.1 is solved") and asked.practice in right


def test_progress_counts_what_is_solved() -> None:
    before = learner.progress()
    assert "✔" not in before
    record.add("solved", "02.1")
    after = learner.progress()
    assert "✔ 02.1" in after
    assert f": 1 of {len(catalogue.exercises('02'))}" in after


def test_the_top_of_a_page_says_what_is_solved_there() -> None:
    exercises = catalogue.in_chapter("02")
    assert learner.standing(exercises) == ""
    record.add("solved", "02.b")
    record.add("solved", "03.a")
    assert learner.standing(exercises) == "Solved here: 1 of 4  · 02.a ✔ 02.b · 02.c · 02.d"


@pytest.mark.parametrize("number", ["02.99", "2.1", "99.1", "", "../../etc/passwd", "02.1.1"])
def test_an_exercise_that_is_not_there(number: str) -> None:
    with pytest.raises(WorkshopError, match=r"There is no|is no exercise"):
        catalogue.exercise(number)


def run(*words: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["workshop", *words])
    return main()


def test_the_command_says_what_it_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    empty = tmp_path / "answer.txt"
    empty.write_text("# nothing\n")
    assert run("check", "02.1", "--file", str(empty), "--json", monkeypatch=monkeypatch) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["exercise"] == "02.1" and found["solved"] is False
    assert found["diagnosis"] == "no answer"
    binary = tmp_path / "binary"
    binary.write_bytes(bytes(range(256)))
    assert run("check", "02.1", "--file", str(binary), monkeypatch=monkeypatch) == 1
    assert "workshop hint 02.1" in capsys.readouterr().out


def test_the_command_without_a_file_or_an_exercise(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check", "02.1", "--file", "/nowhere/x", monkeypatch=monkeypatch) == 1
    assert "cannot be read: No such file" in capsys.readouterr().err
    assert run("hint", "42", monkeypatch=monkeypatch) == 1
    assert "'42' is no exercise" in capsys.readouterr().err


def test_it_is_said_how_far_the_learner_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    letters, numbers = catalogue.in_chapter("01"), catalogue.in_lab("01")
    assert list(letters)[:2] == ["01.a", "01.b"] and list(numbers)[:2] == ["01.1", "01.2"]
    record.add("solved", "01.a")
    record.add("solved", "02.1")
    assert f"1 of {len(letters)} in chapter 01, 2 of " in learner.how_far("01.a")
    assert f"0 of {len(numbers)} in lab 01, 2 of " in learner.how_far("01.1")
    assert run("hint", "01.a", monkeypatch=monkeypatch) == 0
    assert catalogue.exercise("01.a").hints[0] in capsys.readouterr().out
    assert run("progress", monkeypatch=monkeypatch) == 0
    assert "✔ 01.a" in capsys.readouterr().out
