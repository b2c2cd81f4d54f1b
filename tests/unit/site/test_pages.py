"""A notebook as a page of the site: what is left out, put aside, folded, led elsewhere."""

import base64
import io
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from lab_helpers.grading import catalogue
from lab_helpers.grading.page import HOW, IN_A_CHAPTER
from lab_helpers.setup.images import ROOT
from lab_helpers.site import exercises, outputs, pages, sources

CHAPTER = ROOT / "notebooks" / "02_data_model_and_promql.ipynb"
HEADER = new_markdown_cell("# PromQL\n\n**What you'll do**: ask, and\nask *again*.\n\nMore.")


def page(*cells: NotebookNode, path: Path = CHAPTER) -> tuple[list[NotebookNode], dict[str, bytes]]:
    """The cells of a page that is made of these, and the pictures that were put aside."""
    drawn: dict[str, bytes] = {}
    notebook = new_notebook(cells=[HEADER, *cells])
    notebook.metadata.workshop = {"title": "PromQL"}
    return pages.page(notebook, path, drawn).cells[1:], drawn


def shown(html: str, path: Path = CHAPTER) -> tuple[str, dict[str, bytes]]:
    """What is made of what a cell shows as HTML, and the pictures that were put aside."""
    output = new_output("display_data", {"text/html": html, "text/plain": "…", "image/png": "…"})
    (cell,), drawn = page(new_code_cell("show()", outputs=[output]), path=path)
    assert cell.outputs[0].data.keys() == {"text/html"}
    return cell.outputs[0].data["text/html"], drawn


def test_what_is_for_the_instructor_is_left_out_and_the_notebook_stays_as_it_was() -> None:
    note = new_markdown_cell("Speak slowly.", metadata={"tags": ["instructor"]})
    kept = new_markdown_cell("Read this.")
    cells, _ = page(note, kept)
    assert [cell.source for cell in cells] == ["Read this."]
    assert HEADER.source.startswith("# PromQL\n")


def test_the_header_has_the_chapter_and_how_to_open_it() -> None:
    notebook = new_notebook(cells=[HEADER])
    notebook.metadata.workshop = {"title": "PromQL"}
    for path, head, how in (
        (CHAPTER, "# 02 PromQL", "workshop lab 02`"),
        (
            CHAPTER.with_name("02_appendix_x.ipynb"),
            "# PromQL",
            "lab notebooks/02_appendix_x.ipynb`",
        ),
        (ROOT / "labs" / "02_x" / "lab.ipynb", "# PromQL", "lab labs/02_x/lab.ipynb`"),
    ):
        header = pages.page(notebook, path, {}).cells[0].source
        assert header.startswith(f"{head}\n\n*In JupyterLab: ")
        assert how in header


@pytest.mark.parametrize(
    ("text", "about"),
    [
        (HEADER.source, "Ask, and ask again."),
        (
            "# Glossary\n\nThe `words` of [this](x.md),\nin order.\n\nMore.",
            "The words of this, in order.",
        ),
        ("# Nothing", ""),
    ],
)
def test_a_page_is_described_by_how_it_begins(text: str, about: str) -> None:
    assert pages.description(text) == about


def test_a_link_to_a_service_that_is_gone_is_words_and_another_one_stays() -> None:
    html, _ = shown(
        '<style>td {}</style><table border="1"><td><a href="http://127.0.0.1:27/t">t</a></td>'
        '<td><a href="https://localhost:9/">s</a><a href="https://prometheus.io/">p</a></td></table>'
    )
    assert html == (
        "<table><td><span>t</span></td>"
        '<td><span>s</span><a href="https://prometheus.io/">p</a></td></table>'
    )


def test_a_picture_is_a_file_once_with_its_text_and_its_size() -> None:
    written = io.BytesIO()
    Image.new("RGB", (80, 40), "white").save(written, "PNG")
    source = base64.b64encode(written.getvalue()).decode()
    image = f'<img alt="Chart “Up”" width="40" src="data:image/png;base64,{source}">'
    html, drawn = shown(image + image)
    assert list(drawn.values()) == [written.getvalue()]
    (name,) = drawn
    assert html.count(f'src="../{outputs.PICTURES}/{name}"') == 2
    assert html.count('alt="Chart “Up”"') == html.count('height="20"') == 2
    deeper, _ = shown(image, ROOT / "labs" / "02_x" / "lab.ipynb")
    assert f'src="../../{outputs.PICTURES}/{name}"' in deeper


def test_an_exercise_says_how_to_try_an_answer_and_folds_the_rest() -> None:
    exercise = catalogue.exercise("02.1")
    said = [new_output("stream", text="✔ 02.1 is solved.\nIn practice: <b> is b.\n")]
    cells, _ = page(
        new_code_cell(f"%%check 02.1\n{exercise.start}", outputs=said),
        new_code_cell(f"%%solution 02.1\n{exercise.solution}", outputs=said),
    )
    begin, solution = (cell.source for cell in cells)
    assert {cell.cell_type for cell in cells} == {"markdown"}
    assert begin.startswith(f"~~~~promql\n{exercise.start.strip()}\n~~~~")
    assert "`.venv/bin/workshop check 02.1 --answer '…'`" in begin
    assert begin.count('<details class="hint">') == begin.count("</details>") == 3
    assert all(hint in begin for hint in exercise.hints)
    assert "is solved" not in begin
    assert solution.startswith('<details class="solution"><summary>Solution of 02.1</summary>')
    assert f"~~~~promql\n{exercise.solution.strip()}\n~~~~" in solution
    assert solution.endswith("~~~~\n\nIn practice: \\<b> is b.\n\n</details>")


def test_a_cell_that_a_notebook_folds_is_folded() -> None:
    hidden = {"jupyter": {"source_hidden": True}}
    cells, _ = page(
        new_code_cell("def check(): ...", metadata={**hidden, "tags": ["check"]}),
        new_code_cell(
            "check('3.13')",
            metadata={**hidden, "tags": ["solution"]},
            outputs=[new_output("stream", text="Right.\n")],
        ),
    )
    check, solution = (cell.source for cell in cells)
    assert check.startswith('<details class="check"><summary>The check</summary>')
    assert "~~~~python\ndef check(): ...\n~~~~" in check
    assert solution.startswith('<details class="solution"><summary>Solution</summary>')
    assert solution.endswith("check('3.13')\n~~~~\n\nRight.\n\n</details>")


def test_what_is_true_in_jupyterlab_alone_is_not_said() -> None:
    prompt = f"Do it.\n\n{IN_A_CHAPTER.format(number='02.a')}"
    cell = new_markdown_cell(prompt, metadata={"workshop": {"exercise": "02.a"}})
    lab = ROOT / "labs" / "02_x" / "lab.ipynb"
    assert page(cell)[0][0].source == "Do it."
    (words,), _ = page(new_markdown_cell("Words.\n\nIn JupyterLab click\ntwice.\n\n[A](#A)"))
    assert words.source == "Words.\n\n[A](#A)"
    (how,), _ = page(new_markdown_cell(HOW.format(first="02.1")), path=lab)
    assert "workshop check 02.1 --file answer.txt" in how.source
    assert "click" not in how.source


def test_every_exercise_is_shown_in_its_language() -> None:
    for number, language in (("06.a", "text"), ("06.1", "yaml"), ("04.3", "python")):
        assert exercises.beginning(number, "# start").startswith(f"~~~~{language}\n# start\n")


def test_the_pages_are_read_in_order() -> None:
    names = [str(path.relative_to(ROOT)) for path in sources.everything()]
    two = names.index("notebooks/02_data_model_and_promql.ipynb")
    assert names[two : two + 4] == [
        "notebooks/02_data_model_and_promql.ipynb",
        "notebooks/02_appendix_statistics.ipynb",
        "labs/02_data_model_and_promql/lab.ipynb",
        "notebooks/03_common_exporters.ipynb",
    ]
    assert names[-1] == "notebooks/glossary.ipynb"
