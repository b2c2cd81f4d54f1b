"""`workshop exam` as a learner runs it: another process, in a real terminal, and without one."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lab_helpers.exam.sitting import under_way
from lab_helpers.grading import record

COMMAND = [str(Path(sys.executable).with_name("workshop")), "exam"]


@pytest.fixture(autouse=True)
def own_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(record.VARIABLE, str(tmp_path / "progress.jsonl"))


class Terminal:
    """A terminal in which the command runs."""

    def __init__(self, *words: str) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [*COMMAND, *words], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)

    def types(self, line: str) -> None:
        os.write(self._ours, f"{line}\n".encode())

    def shows(self, words: str) -> str:
        """All that it shows until these words are there."""
        shown = b""
        until = time.monotonic() + 60
        while words not in shown.decode(errors="replace"):
            assert select.select([self._ours], [], [], until - time.monotonic())[0], shown
            shown += os.read(self._ours, 4096)
        return shown.decode().replace("\r\n", "\n")

    def close(self) -> None:
        os.close(self._ours)
        self.process.wait(timeout=60)


@pytest.fixture
def open_terminal() -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def make(*words: str) -> Terminal:
        opened.append(Terminal(*words))
        return opened[-1]

    yield make
    for each in opened:
        each.process.kill()
        each.process.wait()


def test_left_by_ctrl_c_taken_up_and_handed_in(open_terminal: Callable[..., Terminal]) -> None:
    first = open_terminal("--questions", "3", "--seed", "7")
    shown = first.shows("1 of 3 · 4 min left > ")
    assert "3 questions in 4 min, seed 7." in shown and re.search(r"^  a  ", shown, re.M)
    other = open_terminal()
    other.shows("open in another terminal")
    first.types("m")
    first.shows("· marked > ")
    first.types("n")
    first.shows("2 of 3 · ")
    first.process.send_signal(signal.SIGINT)
    first.shows("takes it up again, with all your answers.")
    assert first.process.wait(60) == 0
    left = under_way()
    assert left is not None and left.items[0].marked and left.at == 1
    left.items[2].question = replace(left.items[2].question, ask="What was asked last year?")
    left.save()
    again = open_terminal()
    shown = again.shows("2 of 3 · ")
    assert "Taken up again after" in shown and "0 of 3 have an answer" in shown
    assert "Some questions have changed since; this exam goes on with those it began" in shown
    again.types("3")
    assert "What was asked last year?" in again.shows("3 of 3 · ")
    again.types("f")
    again.types("f")
    again.shows("`workshop exam --explain` goes through every question")
    assert again.process.wait(60) == 0
    told = subprocess.run([*COMMAND, "--explain"], capture_output=True, text=True, check=True)
    assert told.stdout.count("Your answer: none.") == 3
    assert told.stdout.count("Taught in ") >= 3


def test_a_terminal_that_is_closed_loses_no_answer(open_terminal: Callable[..., Terminal]) -> None:
    terminal = open_terminal("--questions", "2", "--seed", "1")
    terminal.shows("1 of 2 · ")
    terminal.types("m")
    terminal.shows("· marked > ")
    terminal.close()
    left = under_way()
    assert left is not None and left.items[0].marked


def test_without_a_terminal_it_says_so() -> None:
    done = subprocess.run(COMMAND, input="a\n", capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "workshop: The exam needs a terminal: run `workshop exam` in one, without a pipe.\n"
    )
