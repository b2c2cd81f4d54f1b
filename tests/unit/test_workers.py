"""What stays on one worker."""

import pytest

from tests.workers import CUT, part

PROOF = "tests/labs/test_proof.py"


@pytest.mark.parametrize(
    ("test", "stays"),
    [
        ("notebooks/01_first_scrape.ipynb::Cell 7", "notebooks/01_first_scrape.ipynb"),
        ("labs/06_alertmanager/lab.ipynb::Cell 0", "labs/06_alertmanager/lab.ipynb"),
        ("tests/unit/test_house.py::test_floors[a-b]", "tests/unit/test_house.py"),
        (f"{PROOF}::test_right[06.8-also1]", f"{PROOF}::06.8"),
        (f"{PROOF}::test_wrong[06.8-wrong2-rate after sum]", f"{PROOF}::06.8"),
        (f"{PROOF}::test_an_exercise_is_complete[06.8]", f"{PROOF}::06.8"),
        ("tests/notebooks/test_labs.py::test_solved[06]", "tests/notebooks/test_labs.py::06"),
    ],
)
def test_a_file_a_notebook_an_exercise(test: str, stays: str) -> None:
    assert part(test) == stays


def test_what_is_cut_is_there(request: pytest.FixtureRequest) -> None:
    assert [file for file in CUT if not (request.config.rootpath / file).exists()] == []
