"""`workshop` as a learner runs it: another process, an exit status, a page of JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab_helpers.cli import GONE
from lab_helpers.grading import catalogue, record
from lab_helpers.setup import engine

NUMBER = "02.1"
UNBUFFERED = "PYTHONUNBUFFERED"


def check(tmp_path: Path, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    """What the check says and answers."""
    return workshop(tmp_path, "check", NUMBER, *words, given=given)


def workshop(tmp_path: Path, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    """What the command says and answers; nothing that it started may be left running."""
    command: list[str | Path] = [Path(sys.executable).with_name("workshop"), *words]
    own = os.environ | {record.VARIABLE: str(tmp_path / "progress.jsonl")}
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=own)
    said, errors = process.communicate(given, timeout=240)
    assert left_by(process.pid) == []
    return subprocess.CompletedProcess(
        process.args, process.returncode, said.decode(), errors.decode()
    )


def left_by(pid: int) -> list[str]:
    """The containers that a process started, and that are still there."""
    found = engine.client().api.containers(all=True, filters={"label": engine.OWNER_LABEL})
    return [one["Id"] for one in found if f"/{pid}/" in one["Labels"][engine.OWNER_LABEL]]


def test_a_right_answer_is_solved_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = check(tmp_path, "--answer", catalogue.exercise(NUMBER).solution)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"✔ {NUMBER} is solved")
    monkeypatch.setenv(record.VARIABLE, str(tmp_path / "progress.jsonl"))
    assert list(record.solved()) == [NUMBER]


def test_it_tells_the_verdict_and_nothing_else_where_nobody_watches(tmp_path: Path) -> None:
    done = check(tmp_path, "--answer", "-sum(shop_http_requests_total)")
    assert done.returncode == 1
    assert done.stdout.startswith("✘ Not solved yet: ")
    assert done.stderr == ""


def test_a_wrong_answer_is_explained_to_machines(tmp_path: Path) -> None:
    wrong = catalogue.exercise(NUMBER).wrong[0]
    done = check(tmp_path, "--file", "-", "--json", given=wrong.answer.encode())
    found = json.loads(done.stdout)
    assert (done.returncode, found["solved"], found["diagnosis"]) == (1, False, wrong.diagnosis)
    assert found["message"] and found["exercise"] == NUMBER
    assert not (tmp_path / "progress.jsonl").exists()


def test_a_query_is_taken_apart_on_the_week(tmp_path: Path) -> None:
    done = workshop(tmp_path, "explain", "-sum(up)", "--at", "2026-03-03T12:00")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:1] == ["at 2026-03-03 12:00:00 UTC"]
    assert "{} -8" in done.stdout and "8 series" in done.stdout
    end = workshop(tmp_path, "explain", "up")
    assert end.stdout.startswith("at 2026-03-09 00:00:00 UTC") and "8 series" in end.stdout


def test_a_query_that_cannot_be_read_is_shown_with_the_place(tmp_path: Path) -> None:
    done = workshop(tmp_path, "explain", "sum by (a (up)")
    assert done.returncode == 1 and done.stdout == ""
    assert "    sum by (a (up)\n              ^" in done.stderr


def test_another_prometheus_is_asked_by_its_address(tmp_path: Path) -> None:
    nobody = workshop(tmp_path, "explain", "up", "--url", "http://127.0.0.1:9")
    assert nobody.returncode == 1
    assert "Nobody answers at http://127.0.0.1:9" in nobody.stderr


@pytest.mark.parametrize(
    ("words", "unbuffered"),
    [("--help", ""), ("hint 02.1", ""), ("images", ""), ("progress", "1"), ("explain up", "")],
)
def test_a_reader_who_had_enough_is_no_fault(words: str, unbuffered: str) -> None:
    read, write = os.pipe()
    os.close(read)
    command: list[str | Path] = [Path(sys.executable).with_name("workshop"), *words.split()]
    process = subprocess.Popen(
        command, stdout=write, stderr=subprocess.PIPE, env=os.environ | {UNBUFFERED: unbuffered}
    )
    os.close(write)
    _, errors = process.communicate(timeout=240)
    assert process.returncode == GONE
    assert b"Traceback" not in errors and b"BrokenPipe" not in errors
    assert left_by(process.pid) == []
