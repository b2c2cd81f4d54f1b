"""A lab's page says what its exercises say, unsolved as it is shipped, and solves with them."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from lab_helpers.grading import catalogue, page

CHAPTERS = catalogue.chapters()


def shown(cell: nbformat.NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_page_is_written_from_the_exercises(chapter: str) -> None:
    stored = nbformat.read(page.path(chapter), as_version=4)
    message = f"run `python -m lab_helpers.grading` and `make notebooks ONLY={chapter}`"
    assert page.same(stored, page.render(chapter)), message


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_as_shipped_nothing_is_solved_and_a_hint_is_offered(chapter: str) -> None:
    stored = nbformat.read(page.path(chapter), as_version=4)
    checks = [cell for cell in stored.cells if cell.source.startswith("%%check ")]
    solutions = [cell for cell in stored.cells if cell.source.startswith("%%solution ")]
    numbers = list(catalogue.in_lab(chapter))
    assert len(checks) == len(solutions) == len(numbers)
    for number, check, solution in zip(numbers, checks, solutions, strict=True):
        assert shown(check).startswith("✘ Not solved yet: no answer.")
        assert f"`%hint {number}` gives the first of three hints." in shown(check)
        assert shown(solution).startswith(f"✔ {number} is solved.")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_with_the_solutions_in_place_everything_is_solved(chapter: str, tmp_path: Path) -> None:
    solved = page.render(chapter, solved=True)
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(solved, timeout=120, kernel_name="python3", resources=resources).execute()
    checks = [cell for cell in solved.cells if cell.source.startswith("%%check ")]
    assert len(checks) == len(catalogue.in_lab(chapter))
    assert [shown(cell) for cell in checks if not shown(cell).startswith("✔ ")] == []
