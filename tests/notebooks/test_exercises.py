"""A chapter's page says what its exercises say, and has no check of its own."""

import nbformat
import pytest
from nbformat import NotebookNode

from lab_helpers.grading import catalogue, page

CHAPTERS = catalogue.chapters()


def stored(chapter: str) -> NotebookNode:
    return nbformat.read(page.chapter_path(chapter), as_version=4)


def shown(cell: NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_check_code_stands_on_the_page(chapter: str) -> None:
    for number, cells in page.groups(stored(chapter)):
        for cell in [] if number else cells:
            is_exercise = cell.source.startswith(("### Exercise", "%%check", "%%solution"))
            is_folded = "solution" in cell.metadata.get("tags", [])
            checks = cell.cell_type == "code" and "def check_" in cell.source
            where = f"no exercise of the catalogue: {cell.source[:80]}"
            assert not (is_exercise or is_folded or checks), where


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_exercise_stands_on_the_page_as_in_its_file(chapter: str) -> None:
    on_page = stored(chapter)
    numbers = [number for number, _ in page.groups(on_page) if number]
    assert numbers == list(catalogue.in_chapter(chapter)), "each once, in order"
    message = f"run `python -m lab_helpers.grading` and `make notebooks ONLY={chapter}`"
    assert page.filled(on_page) == on_page.cells, message


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_as_shipped_nothing_is_solved_and_the_solutions_are_right(chapter: str) -> None:
    for number, cells in page.groups(stored(chapter)):
        if number:
            _, check, solution = cells
            assert shown(check).startswith("✘ Not solved yet: no answer."), number
            assert f"`%hint {number}` gives the first of three hints." in shown(check)
            assert shown(solution).startswith(f"✔ {number} is solved.")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_magics_are_known_before_the_first_exercise(chapter: str) -> None:
    _, before = next(page.groups(stored(chapter)))
    code = "\n".join(cell.source for cell in before if cell.cell_type == "code")
    assert f'open_exercises("{chapter}", lab)' in code


def test_a_page_is_filled_where_it_names_an_exercise() -> None:
    on_page = stored("01")
    assert page.filled(on_page) == on_page.cells
    (old,) = [cells for number, cells in page.groups(on_page) if number == "01.a"]
    assert old[1].outputs and old[2].outputs
    at = on_page.cells.index(old[0])
    on_page.cells[at : at + 3] = old[:1]  # as an author places one
    again = page.filled(on_page)
    assert [each.source for each in again] == [each.source for each in stored("01").cells]
    assert [each.outputs for each in again[at + 1 : at + 3]] == [[], []], "they have to be run"
