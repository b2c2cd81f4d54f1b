"""`make notebooks` stores what a page shows and nothing else, or leaves the page alone."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lab_helpers.errors import WorkshopError
from lab_helpers.grading import record
from lab_helpers.pages import notebooks

SHOWS = [
    "import sys\nfor n in range(3):\n    print(n, flush=True)\nprint('noise', file=sys.stderr)",
    "from IPython.display import display\n"
    "line = display({'text/plain': 'waiting'}, raw=True, display_id=True)\n"
    "line.update({'text/plain': ''}, raw=True)",
    "line = display({'text/plain': 'waiting'}, raw=True, display_id=True)\n"
    "line.update({'text/plain': 'ready'}, raw=True)",
    "print('50 %', end='\\r')\nprint('done')",
    "switch = 1",
    "switch + 1",
    "6 * 7",
]
NEEDS_IMAGE = 4


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A notebook that was never run, one of whose cells needs an image that is not to be had."""
    cells = [new_markdown_cell("# Title"), *map(new_code_cell, SHOWS)]
    cells[1 + NEEDS_IMAGE].metadata["tags"] = ["needs:grafana"]
    path = tmp_path / "page.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.fixture(autouse=True)
def no_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebooks, "why_unmet", {"grafana": "there is no image"}.get)


def test_a_page_keeps_what_it_shows_and_nothing_that_differs(page: Path) -> None:
    notebooks.execute([page])
    first = page.read_text()
    code = [c for c in nbformat.read(page, as_version=4).cells if c.cell_type == "code"]
    assert [[o.get("text") or o["data"] for o in c.outputs] for c in code] == [
        ["0\n1\n2\n"],
        [],
        [{"text/plain": "ready"}],
        ["done\n"],
        [],
        [],
        [{"text/plain": "42"}],
    ]
    assert [c.execution_count for c in code] == [1, 2, 3, 4, None, None, 7]
    notebooks.execute([page])
    assert page.read_text() == first


def test_what_cannot_run_here_keeps_what_it_showed_elsewhere(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(notebooks, "why_unmet", lambda _: None)
        written = nbformat.read(page, as_version=4)
        written.cells[1 + NEEDS_IMAGE].source = "switch = 1\nprint('Grafana answers')"
        nbformat.write(written, page)
        notebooks.execute([page])
    kept = page.read_text()
    assert "Grafana answers" in kept
    notebooks.execute([page])
    here = [c for c in nbformat.read(page, as_version=4).cells if c.cell_type == "code"]
    assert [c.execution_count for c in here] == list(range(1, len(SHOWS) + 1))
    assert page.read_text() == kept


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import os; os._exit(1)", "kernel died"),
        ("import time; time.sleep(60)", "for more than 5 s"),
    ],
)
def test_a_page_that_fails_is_left_alone(
    page: Path, monkeypatch: pytest.MonkeyPatch, source: str, told: str
) -> None:
    monkeypatch.setattr(notebooks, "CELL_TIMEOUT", 5)
    notebook = nbformat.read(page, as_version=4)
    notebook.cells[2].source = source
    nbformat.write(notebook, page)
    before = page.read_text()
    with pytest.raises(notebooks.NotebookFailed) as problem:
        notebooks.execute([page])
    assert "page.ipynb: code cell 2 of 7 fails; the file is as it was." in str(problem.value)
    assert source in str(problem.value)
    assert told in str(problem.value)
    assert page.read_text() == before
    assert list(page.parent.iterdir()) == [page]


def test_what_is_no_notebook_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.ipynb").write_text("# Title")
    for name in ("text.ipynb", "absent.ipynb"):
        with pytest.raises(WorkshopError, match=f"{name} is not a notebook"):
            notebooks.execute([tmp_path / name])
    with pytest.raises(WorkshopError, match="begins '99'"):
        notebooks.chapters("99")


def test_what_is_solved_here_is_not_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(record.VARIABLE, str(tmp_path / "learner.jsonl"))
    record.add("solved", "01.a")
    cell = new_code_cell("from lab_helpers.grading import record\nprint(record.solved())")
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "page.ipynb")
    notebooks.execute([tmp_path / "page.ipynb"])
    (ran,) = nbformat.read(tmp_path / "page.ipynb", as_version=4).cells
    assert ran.outputs[0].text == "{}\n"
    assert list(record.solved()) == ["01.a"]
