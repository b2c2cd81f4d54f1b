"""Cells as HTML: what is for a slide, and nothing that needs the network or another page."""

from pathlib import Path

import pytest
from nbformat import v4

from lab_helpers.setup.images import ROOT
from lab_helpers.slides import cells

NOTEBOOKS = ROOT / "notebooks"


def code(source: str, *outputs: dict, **metadata: object) -> str:
    shown = [v4.output_from_msg(output) if "msg_type" in output else output for output in outputs]
    return cells.render(v4.new_code_cell(source, outputs=shown, metadata=metadata), NOTEBOOKS)


def markdown(source: str, folder: Path = NOTEBOOKS, **metadata: object) -> str:
    return cells.render(v4.new_markdown_cell(source, metadata=metadata), folder)


def displayed(**data: str) -> dict:
    kinds = {kind.replace("_", "/"): text for kind, text in data.items()}
    return v4.new_output("display_data", kinds)


def test_each_line_of_a_listing_is_an_element() -> None:
    html = code("one = 1\n\ntwo = '2'")
    assert html.count('<span class="line">') == 3
    assert '<span class="mi">1</span>' in html


def test_many_imports_are_one_comment() -> None:
    html = code("import a\nimport b\nfrom c import (\n    d,\n)\n\n\n@wrap\ndef f(): ...")
    assert "imports" in html
    assert "import</span>" not in html
    assert "@wrap" in html


@pytest.mark.parametrize("source", ["import re\n\nre.match", "%time import a", "!ls", "def ("])
def test_a_few_imports_and_what_is_not_python_stay(source: str) -> None:
    assert "# imports" not in code(source)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("# your PromQL here", ""),
        ("", ""),
        ("# the names\n\n", ""),
        ("- alert: A\n  # your lines", "- alert: A"),
    ],
)
def test_of_a_check_only_what_an_answer_starts_from(given: str, shown: str) -> None:
    html = code(f"%%check 05.a\n{given}", v4.new_output("stream", text="Not solved"))
    assert shown in html if shown else html == ""
    assert "Not solved" not in html
    assert "%%check" not in html


def test_a_question_without_how_to_answer_it_on_the_page() -> None:
    source = "### Exercise\n\n**Mend the file.**\n\n*Write below. Stuck? `%hint 05.a` in a cell*"
    html = markdown(source, workshop={"exercise": "05.a"})
    assert "Mend the file" in html
    assert "hint" not in html


@pytest.mark.parametrize("address", ["glossary.ipynb#Target", "06_alertmanager.ipynb", "#end",
                                     "http://127.0.0.1:9090/", "../labs/x"])  # fmt: skip
def test_a_link_that_leads_nowhere_is_plain_text(address: str) -> None:
    assert markdown(f"See [this word](<{address}>).") == "<p>See this word.</p>"
    html = code("x", displayed(text_html=f'<p>See <a href="{address}">this <b>word</b></a>.</p>'))
    assert "See this <b>word</b>." in html


def test_a_link_to_elsewhere_stays() -> None:
    assert 'href="https://prometheus.io/docs/"' in markdown("[docs](https://prometheus.io/docs/)")


def test_a_picture_is_inside_with_its_text() -> None:
    html = markdown("![A rule that drops](pictures/05_relabelling.png)")
    assert html.startswith('<p><img alt="A rule that drops" src="data:image/png;base64,')
    assert "<em>gone</em>" in markdown("![gone](pictures/gone.png)")


def test_of_an_output_its_html_else_its_picture_else_its_text() -> None:
    assert "bold" in code("x", displayed(text_html="<b>bold</b>", text_plain="plain"))
    assert 'alt="a picture"' in code("x", displayed(image_png="AAAA", text_plain="plain"))
    assert "plain" in code("x", displayed(text_plain="plain"))


def test_an_error_is_its_message_and_colours_of_terminals_are_gone() -> None:
    error = v4.new_output("error", ename="WorkshopError", evalue="no <Consul>", traceback=["…"])
    assert "WorkshopError: no &lt;Consul&gt;" in code("x", error)
    assert "[31m" not in code("x", v4.new_output("stream", text="\x1b[31mred\x1b[0m"))


def test_styles_scripts_and_frames_corners_are_gone() -> None:
    frame = '<style scoped>td {}</style><table border="1"><tr><th></th><th>a</th></tr></table>'
    html = cells.tidy(frame + "<script>alert(1)</script>")
    assert html == "<table><tr><td></td><th>a</th></tr></table>"


def test_texts_side_by_side_are_a_row_for_each_line() -> None:
    html = cells.tidy("<table><tr><td><pre>a\nb\nc</pre></td><td><pre>d</pre></td></tr></table>")
    assert html.count("<tr>") == 3
    assert "<td><pre>a</pre></td><td><pre>d</pre></td>" in html
