"""The harness that runs the chapters notices what it must, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

ROOT = Path(__file__).parents[2]
CONFTEST = """
from tests.notebooks import plugin
plugin.why_not = {"snmp": "there is no image", "nginx": None, "nginx>=9": "nginx is 1.30"}.get
"""
Told = dict[str, list[tuple[str, str]]]


def figure(source: str, text: str) -> nbformat.NotebookNode:
    """A cell that showed a picture with this text, with pixels of another machine."""
    html = f'<img alt="{text}" width="9" src="data:image/png;base64,AAAA">'
    data = {"text/html": html, "image/png": "AAAA", "text/plain": text}
    return new_code_cell(
        source, outputs=[new_output("display_data", data=data)], execution_count=1, metadata={}
    )


def cell(source: str, shows: str | None = None, *tags: str) -> nbformat.NotebookNode:
    """A cell that was run and showed `shows` on stdout."""
    outputs = [] if shows is None else [new_output("stream", name="stdout", text=shows)]
    return new_code_cell(source, outputs=outputs, execution_count=1, metadata={"tags": list(tags)})


AT_EXIT = "import atexit, pathlib\n_ = atexit.register(lambda: pathlib.Path('{}').touch())"
READY = "print('http://127.0.0.1:40123 ready in 2.5 s')"
PROGRESS = """from IPython.display import display
line = display({'text/plain': 'waiting'}, raw=True, display_id=True)
"""
FIGURE = """import matplotlib.pyplot as plt
from lab_helpers.pictures import plots
plots.use_style()
plt.plot([1, 2]); plt.title("Load");
"""
SHOWN = "Line chart “Load”: over x, from 0 to 1. Highest: 2 at 1; lowest: 1 at 0."
MANY = 10_000
# A kernel drops what its socket has no room for, a thousand messages. So it says no more than a
# hundred at once: on a busy machine half a second may pass until the first of them has gone.
LOUD = f"""import time
for n in range({MANY}):
    print(n, flush=True)
    if n % 100 == 0:
        time.sleep(0.05)
"""
PAGES = {
    "dead": [cell("import os; os._exit(3)"), cell("print(1)", "1\n")],
    "stuck": [
        cell(AT_EXIT.format("stuck")),
        cell("import time; time.sleep(600)"),
        cell("print(1)", "1\n"),
    ],
    "loud": [
        cell(LOUD, "".join(f"{n}\n" for n in range(MANY))),
    ],
    "peace": [cell(AT_EXIT.format("peace"))],
    "changed": [cell("print(1 + 1)", "3\n"), cell("print(2)", "2\n")],
    "raises": [cell("1 / 0"), cell("1 / 0", None, "raises-exception", "nbval-ignore-output")],
    "quiet": [cell("1 + 1;")],
    "picture": [figure(FIGURE, SHOWN), figure(FIGURE.replace("2]", "3]"), SHOWN)],
    "lenient": [
        cell("print(1 + 1)", "3\n", "nbval-ignore-output"),
        cell("import sys; print('0 %', file=sys.stderr)"),
        cell(READY, "http://127.0.0.1:32768 ready in 3 s\n"),
        cell(READY, "http://127.0.0.1:32768 steady in 3 s\n"),
    ],
    "progress": [
        cell(PROGRESS + "line.update({'text/plain': ''}, raw=True)"),
        new_code_cell(
            PROGRESS + "line.update({'text/plain': 'ready'}, raw=True)",
            outputs=[new_output("display_data", data={"text/plain": "ready"})],
            execution_count=1,
        ),
    ],
    "needs": [
        cell("switch = 1", None, "needs:snmp"),
        cell("doubled = switch * 2"),
        cell("print(doubled)", "2\n"),
        cell("switch = 5\nprint(switch)", "5\n"),
        cell("print(switch)", "5\n"),
        cell("print(1)", "1\n", "needs:nginx"),
        cell("def once():\n    switch = 1\n    return switch", None, "needs:nginx>=9"),
        cell("print(switch)", "5\n"),
        cell("print(once())", "1\n"),
    ],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def told(folder: Path) -> Told:
    """How every cell of PAGES ended, a pair of outcome and message each, from nbval's own run."""
    (folder / "conftest.py").write_text(CONFTEST)
    for name, cells in PAGES.items():
        nbformat.write(new_notebook(cells=cells), folder / f"{name}.ipynb")
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", f"--rootdir={folder}"]
    command += ["-p", "tests.notebooks.plugin", "--nbval", "--nbval-current-env", "--color=no"]
    runs = []
    for pages, seconds in (([n for n in PAGES if n != "stuck"], 60), (["stuck"], 6)):
        options = [f"--nbval-cell-timeout={seconds}", f"--junitxml={pages[0]}.xml"]
        files = [f"{name}.ipynb" for name in pages]
        runs.append(subprocess.Popen(command + options + files, cwd=folder, stdout=sys.stderr))
    for process in runs:
        process.wait(timeout=300)
    ended: Told = {name: [] for name in PAGES}
    for report in folder.glob("*.xml"):
        for case in ElementTree.parse(report).iter("testcase"):
            outcome, message = "passed", ""
            for child in case:
                if child.tag in ("failure", "error", "skipped"):
                    outcome = child.tag
                    message = f"{child.get('message')}\n{child.text}"
            ended[case.get("classname", "").removesuffix(".ipynb")].append((outcome, message))
    return ended


def outcomes(told: Told, page: str) -> str:
    return " ".join(outcome for outcome, _ in told[page])


def test_a_dead_kernel_fails_its_cell_and_ends_its_notebook(told: Told) -> None:
    assert outcomes(told, "dead") == "failure skipped"
    assert "The kernel died" in told["dead"][0][1]
    assert "not run: the kernel died while it ran this cell (Cell 0)" in told["dead"][1][1]


def test_a_cell_out_of_time_fails_and_ends_its_notebook_in_peace(told: Told, folder: Path) -> None:
    assert outcomes(told, "stuck") == "passed failure skipped"
    assert "Timeout of 6 seconds" in told["stuck"][1][1]
    assert "not run: a cell above ran out of time (Cell 1)" in told["stuck"][2][1]
    assert (folder / "stuck").exists()


def test_no_message_is_lost(told: Told) -> None:
    assert outcomes(told, "loud") == "passed"


def test_the_kernel_ends_in_peace(told: Told, folder: Path) -> None:
    assert outcomes(told, "peace") == "passed"
    assert (folder / "peace").exists()


def test_a_changed_output_fails(told: Told) -> None:
    assert outcomes(told, "changed") == "failure passed"
    assert "mismatch 'stdout'" in told["changed"][0][1]


def test_an_exception_fails_unless_it_is_expected(told: Told) -> None:
    assert outcomes(told, "raises") == "failure passed"


def test_a_semicolon_hides_what_the_last_line_answers(told: Told) -> None:
    assert outcomes(told, "quiet") == "passed"


def test_a_picture_is_compared_by_its_text(told: Told) -> None:
    assert outcomes(told, "picture") == "passed failure"
    assert "Highest: 3 at 1" in told["picture"][1][1]


def test_what_cannot_be_compared_is_not(told: Told) -> None:
    assert outcomes(told, "lenient") == "passed passed passed failure"


def test_progress_counts_as_what_it_says_at_the_end(told: Told) -> None:
    assert outcomes(told, "progress") == "passed passed"


def test_a_missing_image_skips_its_cells_and_what_follows_from_them(told: Told) -> None:
    assert (
        outcomes(told, "needs")
        == "skipped skipped skipped passed passed passed skipped passed skipped"
    )
    assert told["needs"][0][1].startswith("there is no image")
    assert "follows from a skipped cell: nginx is 1.30" in told["needs"][8][1]
    assert "follows from a skipped cell: there is no image" in told["needs"][2][1]
