"""The learners' names and passwords, and the door that asks for them."""

import asyncio
import json
import stat
from pathlib import Path

import pytest

from lab_helpers.hub import door, learners
from lab_helpers.hub.door import Door


def comes_in(file: Path, name: str, password: str) -> str | None:
    guarded = Door(learners_file=str(file))
    return asyncio.run(guarded.authenticate(None, {"username": name, "password": password}))


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "WRONG", 0.0)


def test_a_learner_comes_in_with_the_own_password_alone(tmp_path: Path) -> None:
    file = tmp_path / "hub" / "learners.json"
    made = learners.make(file, 2)
    assert list(made) == ["learner-01", "learner-02"]
    one, two = made.values()
    assert one != two
    assert comes_in(file, "learner-01", one) == "learner-01"
    for name, word in [("learner-01", two), ("learner-01", ""), ("learner-03", one), ("", "")]:
        assert comes_in(file, name, word) is None, (name, word)


def test_passwords_stay_and_further_learners_get_theirs(tmp_path: Path) -> None:
    file = tmp_path / "learners.json"
    (first,) = learners.make(file, 1).values()
    assert list(learners.make(file, 2)) == ["learner-02"]
    assert comes_in(file, "learner-01", first) == "learner-01"


def test_nobody_else_reads_the_file_and_it_has_no_password(tmp_path: Path) -> None:
    file = tmp_path / "learners.json"
    made = learners.make(file, 1)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert made["learner-01"] not in file.read_text()


def test_who_is_no_learner_any_more_is_not_let_on(tmp_path: Path) -> None:
    file = tmp_path / "learners.json"
    learners.make(file, 1)
    guarded = Door(learners_file=str(file))
    assert guarded.check_allowed("learner-01")
    file.write_text(json.dumps({}))
    assert not guarded.check_allowed("learner-01")


def test_a_wrong_password_costs_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    file = tmp_path / "learners.json"
    (right,) = learners.make(file, 1).values()
    monkeypatch.setattr(door, "WRONG", 2.0)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    comes_in(file, "learner-01", right)
    assert waited == []
    comes_in(file, "learner-01", "wrong")
    assert waited == [2.0]
