"""An exam at the desk: what is typed, what is shown, and what becomes of the clock."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.exam import desk as rooms
from lab_helpers.exam.desk import Desk, end, explained
from lab_helpers.exam.keyboard import Keyboard
from lab_helpers.exam.shown import letter
from lab_helpers.exam.sitting import Item, Sitting, last_ended, under_way
from lab_helpers.grading import record

Typed = Callable[..., str]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(record.VARIABLE, str(tmp_path / "progress.jsonl"))


@pytest.fixture
def exam() -> Sitting:
    return Sitting.begin(seed=7, count=4)


@pytest.fixture
def typed(exam: Sitting, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Type these lines at the desk, then close the terminal; what was shown."""

    def type_them(*lines: str) -> str:
        reads, writes = os.pipe()
        os.write(writes, "".join(f"{line}\n" for line in lines).encode())
        os.close(writes)
        Desk(exam, Keyboard(reads)).sit()
        os.close(reads)
        return capsys.readouterr().out

    return type_them


def letters(item: Item, right: bool = True) -> str:
    """What to type for the right choices, or for as many that are not all right."""
    count = len(item.question.right)
    chosen = range(count) if right else range(1, count + 1)
    return "".join(letter(item.order.index(choice)) for choice in chosen)


def test_all_right(exam: Sitting, typed: Typed) -> None:
    told = typed(*map(letters, exam.items), "f")
    assert "4 of 4 are right: 100 %" in told and "that is enough" in told
    assert under_way() is None
    assert last_ended() == exam


def test_what_is_missed_says_what_to_read(exam: Sitting, typed: Typed) -> None:
    wrong = exam.items[0]
    told = typed(letters(wrong, right=False), *map(letters, exam.items[1:]), "F")
    assert "3 of 4 are right: 75 %" in told
    assert "1 missed. Read:" in told
    page = wrong.question.read[0].partition("#")[0].partition(".")[0]
    assert f"notebooks/{page}" in told or f"labs/{page}" in told
    told = explained()
    assert told.count("✔ ") >= 4 and f"✘ 1. Your answer: {letters(wrong, right=False)}" in told
    assert all(item.question.why.split()[0] in told for item in exam.items)


def test_back_marked_changed_and_taken_back(exam: Sitting, typed: Typed) -> None:
    first = exam.items[0]
    told = typed(letters(first, right=False), "p", letters(first), *"2ml-mm", "q")
    assert first.is_right
    assert exam.items[1].marked and not exam.items[1].answer
    assert "1 of 4 have an answer, 1 are marked" in told
    assert "· marked >" in told
    assert under_way() == exam and exam.at == 1


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("x", "There is no choice 'x' here: a, b, c, d"),
        ("ä", "There is no choice 'ä' here"),
        ("99", "There are questions 1 to 4."),
        ("0", "There are questions 1 to 4."),
        ("p", "There are questions 1 to 4."),
        ("abc", "right: type"),
        ("?", "takes it back"),
        ("f", "4 have no answer yet."),
        ("\x1b[A", "There is no choice"),
        ("a" * 5000, "right"),
    ],
)
def test_what_is_typed_wrongly_gets_a_sentence(line: str, told: str, typed: Typed) -> None:
    assert told in typed(line)


def test_enter_after_the_last_one_shows_what_is_missing(exam: Sitting, typed: Typed) -> None:
    assert "That was the last one.\n" in typed("4", "", "n")
    assert exam.at == 3


def test_two_letters_where_two_are_right(exam: Sitting, typed: Typed) -> None:
    two = next(
        item for seed in range(50) for item in Sitting.begin(seed, 4).items
        if len(item.question.right) == 2
    )  # fmt: skip
    exam.items[0] = two
    told = typed("a", "1", letters(two), "q")
    assert "Two choices are right: type both letters" in told
    assert two.is_right


def test_not_handed_in_by_one_slip(exam: Sitting, typed: Typed) -> None:
    assert "You left the exam" in typed("f", "l", "f", "q")
    assert under_way() == exam
    typed("f", "f")
    assert under_way() is None


def test_a_terminal_that_is_closed_leaves_everything(exam: Sitting, typed: Typed) -> None:
    typed(letters(exam.items[0]))
    found = under_way()
    assert found is not None and found.answered == 1 and found.at == 1


def test_ctrl_c_leaves_everything(
    exam: Sitting, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Keyboard, seconds: float) -> str:
        time.sleep(0.02)
        raise KeyboardInterrupt

    monkeypatch.setattr(Keyboard, "line", interrupted)
    assert "takes it up again" in typed()
    assert under_way() == exam and exam.spent >= 0.02


def test_when_the_time_is_up_it_is_handed_in(exam: Sitting) -> None:
    exam.items[0].answer = frozenset(range(len(exam.items[0].question.right)))
    exam.spent = exam.seconds - 0.05
    reads, writes = os.pipe()
    Desk(exam, Keyboard(reads)).sit()  # nobody types, and nobody leaves
    os.close(reads)
    os.close(writes)
    assert exam.ended and exam.left == 0
    assert (found := last_ended()) and found.right == 1


def test_what_comes_too_late_does_not_count(
    exam: Sitting, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(self: Keyboard, seconds: float) -> str:
        time.sleep(0.02)
        return "a"

    exam.spent = exam.seconds - 0.01
    monkeypatch.setattr(Keyboard, "line", late)
    assert "The time is up." in typed()
    assert exam.answered == 0


def test_a_closed_lid_stops_the_clock(
    exam: Sitting, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([1000.0, 1000.0 + 3 * 3600])  # the wall clock goes on; the machine sleeps
    monkeypatch.setattr(rooms.time, "time", lambda: next(clock))
    assert "The machine slept for 2 h 59 min; the clock stood still." in typed("q")
    assert exam.spent < 5


def test_one_that_was_left_can_be_ended(exam: Sitting, typed: Typed) -> None:
    with pytest.raises(WorkshopError, match="No exam is under way"):
        end()
    typed(letters(exam.items[0]), "q")
    assert "1 of 4 are right: 25 %" in end()
    assert under_way() is None


def test_nothing_to_explain_yet() -> None:
    with pytest.raises(WorkshopError, match="No exam has ended yet"):
        explained()
