"""Paths through the chapters: what comes next, and that README and pages say the same."""

import re
from pathlib import Path

import pytest

from lab_helpers.grading import catalogue, learner, record
from lab_helpers.grading.paths import LearningPath, as_markdown, paths
from lab_helpers.setup.images import ROOT


@pytest.fixture(autouse=True)
def own_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(record.VARIABLE, str(tmp_path / "progress.jsonl"))


def pages(chapter: str) -> list[Path]:
    found = (ROOT / "notebooks").glob(f"{chapter}_*.ipynb")
    return [path for path in found if "_appendix_" not in path.name]


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.who)
def test_a_path_goes_through_chapters_that_are_there(path: LearningPath) -> None:
    assert path.chapters[0] == "00" and path.why
    assert len(set(path.chapters)) == len(path.chapters)
    assert all(len(pages(chapter)) == 1 for chapter in path.chapters)


def test_every_chapter_is_on_some_path() -> None:
    found = {chapter for path in paths() for chapter in path.chapters}
    assert found == {"00", *catalogue.chapters()}


def test_two_hours_are_enough_without_the_exercises() -> None:
    path = next(path for path in paths() if "two hours" in path.who)
    minutes = 0
    for chapter in path.chapters:
        text = pages(chapter)[0].read_text("utf-8")
        time = re.search(r"\*\*Time\*\*:? \d+ minutes(?:[:,] (\d+)|\.)", text)
        assert time is not None
        minutes += int(time[1] or re.findall(r"\d+", time[0])[0])
    assert minutes <= 120


def test_the_next_step_is_the_first_exercise_that_is_not_solved() -> None:
    path = LearningPath("somebody", ("00", "02", "01"), "")
    in_02, in_01 = catalogue.in_chapter("02"), catalogue.in_chapter("01")
    assert path.next(()) == "02.a"
    assert path.next({"02.a", "02.b"}) == "02.c"
    assert path.next({*in_02, "02.1"}) == "01.a"
    assert path.next({*in_02, *in_01}) == ""


def test_progress_has_the_next_step_of_each_path() -> None:
    assert learner.progress().count(": 01.a Counter or gauge?") == len(paths())
    for chapter in ("01", "02"):
        for number in catalogue.in_chapter(chapter):
            record.add("solved", number)
    told = learner.progress()
    assert "Somebody with two hours: all solved" in told
    assert "An operator who runs Prometheus: 03.a" in told


def test_the_readme_has_the_same_paths() -> None:
    assert as_markdown() in (ROOT / "README.md").read_text("utf-8")
