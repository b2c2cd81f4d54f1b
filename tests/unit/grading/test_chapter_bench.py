"""A chapter's running lab as a bench: what it has is used, what it lacks is started in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lab_helpers import open_exercises
from lab_helpers.errors import WorkshopError
from lab_helpers.grading import ChapterBench, catalogue, record


class FakeService:
    def __init__(self, name: str) -> None:
        self.name = name
        self.is_running = True


class FakeLab:
    """Remembers what is on its network."""

    def __init__(self, *names: str) -> None:
        self.services = [FakeService(name) for name in names]
        self.guests: list[str] = []

    @contextmanager
    def guest(self, service: FakeService) -> Iterator[FakeService]:
        self.guests.append(service.name)
        yield service
        self.guests.remove(service.name)


def never() -> Any:
    raise AssertionError("the lab has it already")


def test_what_the_lab_has_is_used_as_it_is_and_the_rest_is_a_guest() -> None:
    lab: Any = FakeLab("prometheus", "node-exporter")
    bench = ChapterBench(lab)
    wanted: Any = {"prometheus": never, "week": lambda: FakeService("week")}
    bench.start(wanted)
    bench.start(wanted)
    assert lab.guests == ["week"], "once"
    assert bench["prometheus"] is lab.services[0]
    week: Any = bench["week"]
    week.is_running = False
    bench.start(wanted)
    assert bench["week"].is_running, "a guest that went with the lab is started again"
    bench.stop()
    assert lab.guests == []
    assert [service.is_running for service in lab.services] == [True, True]


def test_what_the_notebook_has_stopped_is_named() -> None:
    lab: Any = FakeLab("prometheus", "warehouse")
    lab.services[1].is_running = False
    with pytest.raises(WorkshopError, match="needs warehouse, which does not run"):
        ChapterBench(lab).start({"warehouse": never})


class FakeShell:
    def __init__(self) -> None:
        self.magics: dict[str, Any] = {}

    def register_magic_function(self, function: Any, kind: str, name: str) -> None:
        self.magics[name] = function


def test_the_magics_of_a_chapter(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv(record.VARIABLE, str(tmp_path / "progress.jsonl"))
    shell = FakeShell()
    lab: Any = FakeLab("prometheus")
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    open_exercises("01", lab)
    assert capsys.readouterr().out == "", "as long as nothing is solved"
    exercise = catalogue.exercise("01.a")
    shell.magics["check"]("01.a", exercise.wrong[1].answer)
    assert exercise.wrong[1].diagnosis in capsys.readouterr().out
    shell.magics["solution"]("01.a", exercise.solution)
    assert "You have solved" not in capsys.readouterr().out, "it was not the learner's"
    assert record.solved() == {}
    shell.magics["check"]("01.a", exercise.solution)
    assert "You have solved 1 of 5 in chapter 01, 1 of " in capsys.readouterr().out
    open_exercises("01", lab)
    assert "Solved here: 1 of 5  ✔ 01.a · 01.b" in capsys.readouterr().out
    shell.magics["hint"]("01.a")
    assert exercise.hints[0] in capsys.readouterr().out
    with pytest.raises(WorkshopError, match="no lab '99'"):
        open_exercises("99", lab)
