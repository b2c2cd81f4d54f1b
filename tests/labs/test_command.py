"""`workshop check` as a learner runs it: another process, an exit status, a page of JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab_helpers.grading import catalogue, record

NUMBER = "02.1"


def check(tmp_path: Path, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [
        Path(sys.executable).with_name("workshop"),
        "check",
        NUMBER,
        *words,
    ]
    own = os.environ | {record.VARIABLE: str(tmp_path / "progress.jsonl")}
    done = subprocess.run(command, input=given, capture_output=True, env=own, timeout=120)
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def test_a_right_answer_is_solved_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = check(tmp_path, "--answer", catalogue.exercise(NUMBER).solution)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"✔ {NUMBER} is solved")
    monkeypatch.setenv(record.VARIABLE, str(tmp_path / "progress.jsonl"))
    assert list(record.solved()) == [NUMBER]


def test_a_wrong_answer_is_explained_to_machines(tmp_path: Path) -> None:
    wrong = catalogue.exercise(NUMBER).wrong[0]
    done = check(tmp_path, "--file", "-", "--json", given=wrong.answer.encode())
    found = json.loads(done.stdout)
    assert (done.returncode, found["solved"], found["diagnosis"]) == (1, False, wrong.diagnosis)
    assert found["message"] and found["exercise"] == NUMBER
    assert not (tmp_path / "progress.jsonl").exists()


def test_nothing_is_left_running(tmp_path: Path) -> None:
    from lab_helpers import engine

    def running() -> set[str]:
        labels = {"label": f"{engine.LAB_LABEL}=check"}
        return {one["Id"] for one in engine.client().api.containers(all=True, filters=labels)}

    others = running()
    check(tmp_path, "--answer", "up")
    assert running() <= others
