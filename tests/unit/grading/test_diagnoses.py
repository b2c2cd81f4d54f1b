"""The list of mistakes' names: whole, short, and the only ones that leave a learner's machine."""

from pathlib import Path

import pytest

from lab_helpers import seat
from lab_helpers.grading import Verdict, diagnoses, learner, missed, solved


def test_the_list_is_what_the_judges_and_the_exercises_say() -> None:
    assert diagnoses.FILE.read_text("utf-8").splitlines() == diagnoses.in_sources(), (
        "write it anew: python -m lab_helpers.grading"
    )


def test_a_name_fits_a_label_and_holds_no_answer() -> None:
    for name in diagnoses.known():
        assert name.isprintable() and 0 < len(name) <= 40
        assert not set(name) & set('{}"()[]'), name


def test_what_is_not_on_the_list_is_told_as_something_else() -> None:
    assert diagnoses.listed("rate after sum") == "rate after sum"
    assert diagnoses.listed('sum(rate(x{route="/"}[5m]))') == diagnoses.OTHER


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        (solved("because"), [("02.1", "", True)]),
        (missed("rate after sum", "that and that"), [("02.1", "rate after sum", False)]),
        (missed("wrong my_label", "that and that"), [("02.1", diagnoses.OTHER, False)]),
        (missed(diagnoses.NOT_BEGUN, "only comments"), []),
    ],
)
def test_a_check_tells_the_room_its_verdicts_name_alone(
    verdict: Verdict,
    told: list[tuple[str, str, bool]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WORKSHOP_PROGRESS", str(tmp_path / "progress.jsonl"))
    monkeypatch.setattr(learner, "check", lambda *given: verdict)
    noted: list[tuple[str, str, bool]] = []
    monkeypatch.setattr(seat, "note", lambda *given: noted.append(given))
    learner.answer("02.1", "my answer", None)  # type: ignore[arg-type]
    assert noted == told
