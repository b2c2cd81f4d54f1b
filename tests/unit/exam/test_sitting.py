"""An exam is kept after each step, and nothing that happens to its file loses anything."""

import json
from pathlib import Path

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.exam import sitting as kept
from lab_helpers.exam.sitting import Sitting, alone, last_ended, under_way
from lab_helpers.grading import record


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(record.VARIABLE, str(tmp_path / "progress.jsonl"))
    return tmp_path / "exams"


@pytest.fixture
def exam() -> Sitting:
    return Sitting.begin(seed=7, count=5)


def test_it_is_taken_up_as_it_was_left(exam: Sitting) -> None:
    exam.items[2].answer = frozenset({1})
    exam.items[3].marked = True
    exam.at, exam.spent = 3, 61.5
    exam.save()
    assert under_way() == exam
    assert exam.left == 5 * 90 - 61.5
    assert not exam.is_older


def test_one_that_ended_is_kept_beside_the_next(exam: Sitting) -> None:
    exam.save()
    exam.ended = True
    exam.save()
    assert under_way() is None
    assert last_ended() == exam
    later = Sitting.begin(seed=8, count=3)
    later.save()
    assert (under_way(), last_ended()) == (later, exam)
    later.ended = True
    later.save()
    assert last_ended() == later


def test_it_goes_on_with_the_questions_that_it_began_with(exam: Sitting, folder: Path) -> None:
    exam.save()
    text = (folder / "open.json").read_text()
    assert exam.items[0].question.ask in text
    table = json.loads(text)
    table["items"][0]["question"]["ask"] = "What was asked last year?"
    table["items"][1]["question"]["name"] = "gone/gone"
    (folder / "open.json").write_text(json.dumps(table))
    found = under_way()
    assert found is not None and found.is_older
    assert found.items[0].question.ask == "What was asked last year?"


def _changed(change: str) -> str:
    exam = Sitting.begin(seed=7, count=5)
    exam.save()
    table = json.loads((kept.folder() / "open.json").read_text())
    exec(change, {"table": table})
    return json.dumps(table)


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        "null",
        "\x00\x01",
        "[" * 100_000,
        "del table['items'][0]['question']['right']",
        "table['items'][0]['order'] = [0, 0, 1, 2]",
        "table['items'][0]['order'] = [0]",
        "table['items'][0]['answer'] = [9]",
        "table['items'] = []",
        "table['at'] = 5",
        "table['spent'] = -1",
        "table['spent'] = 'NaN'",
        "table['heard'] = 'yesterday'",
        "table['heard'] = '2026-01-01T00:00:00'",
        "table['seconds'] = None",
    ],
)
def test_a_damaged_file_is_put_aside_and_said_so(damage: str, folder: Path) -> None:
    text = _changed(damage) if damage.startswith(("del ", "table")) else damage
    folder.mkdir(exist_ok=True)
    (folder / "open.json").write_text(text)
    with pytest.raises(WorkshopError, match=r"damaged.*put aside.*begins a new one"):
        under_way()
    (aside,) = folder.glob("damaged-*.json")
    assert aside.read_text() == text
    assert under_way() is None


def test_a_file_that_is_no_text_is_put_aside(folder: Path) -> None:
    folder.mkdir()
    (folder / "open.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WorkshopError, match="damaged"):
        under_way()


def test_what_cannot_be_written_is_said_and_the_old_file_stays(
    exam: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam.save()
    before = under_way()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept.os, "replace", full)
    exam.at = 4
    with pytest.raises(WorkshopError, match=r"No space left on device.*still there"):
        exam.save()
    assert under_way() == before


def test_two_terminals_cannot_have_it_open() -> None:
    with alone(), pytest.raises(WorkshopError, match="open in another terminal"), alone():
        pass
    with alone():
        pass
