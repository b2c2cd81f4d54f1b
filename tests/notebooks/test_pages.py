"""Each chapter's page keeps to the design: read as a file, without running it."""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlparse

import nbformat
import pytest
from nbformat import NotebookNode

from lab_helpers.pages.notebooks import normalise, title
from lab_helpers.setup import images

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "notebooks" / "glossary.ipynb"
NOTEBOOKS = sorted({*(ROOT / "notebooks").glob("*.ipynb")} - {GLOSSARY})
APPENDICES = [path for path in NOTEBOOKS if re.match(r"\d\d_appendix_", path.name)]
CHAPTERS = [path for path in NOTEBOOKS if path not in APPENDICES]
LABS = sorted((ROOT / "labs").glob("*/lab.ipynb"))
PAGES = [*NOTEBOOKS, *LABS]
TEXTS = [*ROOT.glob("*.md"), *(ROOT / "labs").rglob("*.md"), *PAGES, GLOSSARY]
REASONS = {"random-ports", "live-values", "picture", "timing", "image-versions"}
TAGS = {"nbval-ignore-output", "raises-exception", "check", "solution", "instructor"}
NEEDS = re.compile(rf"needs:({'|'.join(images.upstream())})(>=\d+(\.\d+)*)?|needs:clients")
SLIDES = {"slide", "subslide", "fragment", "skip", "notes", "-"}
MAX_CELL, MAX_PAGE = 250_000, 2_000_000  # bytes of JSON
HOSTS = {  # documentation; everything else is on this machine
    "developer.hashicorp.com",
    "docs.docker.com",
    "docs.kernel.org",
    "docs.python.org",
    "docs.victoriametrics.com",
    "en.wikipedia.org",
    "github.com",
    "grafana.com",
    "jupyterlab.readthedocs.io",
    "linux.die.net",
    "man7.org",
    "mariadb.com",
    "matplotlib.org",
    "memcached.org",
    "nginx.org",
    "httpd.apache.org",
    "www.haproxy.org",
    "docs.haproxy.org",
    "openmetrics.io",
    "pandas.pydata.org",
    "podman.io",
    "prometheus.io",
    "sre.google",
    "testcontainers-python.readthedocs.io",
    "thanos.io",
}


@pytest.fixture(params=PAGES, ids=title)
def page(request: pytest.FixtureRequest) -> NotebookNode:
    return nbformat.read(request.param, as_version=4)


def code_cells(page: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in page.cells if cell.cell_type == "code"]


def tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def place(cell: NotebookNode) -> str:
    """Words by which an author finds the cell."""
    return f"{cell.cell_type} cell {cell.get('execution_count', '')}: {cell.source[:80]!r}"


def test_there_are_chapters() -> None:
    assert [
        page.name for page in CHAPTERS if not re.fullmatch(r"\d\d_[a-z_]+\.ipynb", page.name)
    ] == []
    numbers = [int(page.name[:2]) for page in CHAPTERS]
    assert numbers == list(range(len(CHAPTERS)))
    assert CHAPTERS


def test_header_says_what_the_metadata_say(page: NotebookNode) -> None:
    header, about = page.cells[0].source, page.metadata.workshop
    assert header.startswith(f"# {about.title}\n")
    for word in ("What you'll do", "What you'll learn", "What you'll need", "Time"):
        assert f"**{word}**" in header
    learn = header.split("**What you'll learn**")[1].split("**What you'll need**")[0]
    bullets = [line[2:].rstrip(".") for line in learn.splitlines() if line.startswith("- ")]
    assert [objective.rstrip(".") for objective in about.objectives] == bullets
    assert 2 <= len(bullets) <= 7
    assert isinstance(about.minutes, int)
    assert f"{about.minutes} minutes" in header.split("**Time**")[1]


def test_set_up_first_and_stop_last(page: NotebookNode) -> None:
    first = code_cells(page)[0]
    assert page.cells.index(first) <= 3, "something stands before the set-up cell"
    assert "from lab_helpers import" in first.source
    assert page.cells[-1].cell_type == "code"
    assert page.cells[-1].source.strip() == "lab.stop()"


def test_it_closes_as_it_opened(page: NotebookNode) -> None:
    titles = [cell.source.split("\n")[0] for cell in page.cells if cell.source.startswith("## ")]
    assert titles[-3].startswith("## In this notebook we")
    assert titles[-2:] == ["## In practice", "## Further reading"]


def test_executed_in_order_with_outputs_kept(page: NotebookNode) -> None:
    counts = [
        (number, cell.execution_count)
        for number, cell in enumerate(code_cells(page), start=1)
        if cell.execution_count or not any(tag.startswith("needs:") for tag in tags(cell))
    ]
    assert all(number == count for number, count in counts), "run `make notebooks`"
    assert sum(bool(cell.outputs) for cell in code_cells(page)) >= len(counts) / 2


def test_stored_by_make_notebooks_alone(page: NotebookNode) -> None:
    normal = copy.deepcopy(page)
    normalise(normal)
    assert normal == page, "run `make notebooks`"
    assert page.metadata.kernelspec.name == "python3"


def test_errors_are_stored_where_they_are_meant_and_only_there(page: NotebookNode) -> None:
    for cell in code_cells(page):
        raised = any(output.output_type == "error" for output in cell.outputs)
        assert raised == ("raises-exception" in tags(cell)), place(cell)


def test_a_cell_that_is_not_compared_says_why(page: NotebookNode) -> None:
    for cell in page.cells:
        whys = [tag[4:] for tag in tags(cell) if tag.startswith("why:")]
        assert len(whys) == ("nbval-ignore-output" in tags(cell)), place(cell)
        assert set(whys) <= REASONS, place(cell)
        known = {t for t in tags(cell) if t in TAGS or t.startswith("why:") or NEEDS.fullmatch(t)}
        assert tags(cell) == known, place(cell)


def test_slides(page: NotebookNode) -> None:
    for cell in page.cells:
        assert cell.metadata.get("slideshow", {}).get("slide_type") in SLIDES, place(cell)


def test_what_is_to_be_hidden_is_folded(page: NotebookNode) -> None:
    for cell in page.cells:
        folds = cell.metadata.get("jupyter", {})
        hidden = folds.get("source_hidden", False)
        assert hidden == bool(tags(cell) & {"check", "solution", "instructor"}), place(cell)
        hidden = folds.get("outputs_hidden", False)
        assert hidden == ("solution" in tags(cell)), place(cell)


def test_notes_to_the_instructor_are_hidden(page: NotebookNode) -> None:
    for cell in page.cells:
        if "instructor" in tags(cell) or cell.metadata.slideshow.slide_type == "notes":
            assert cell.cell_type == "markdown", place(cell)
            assert "instructor" in tags(cell), place(cell)
            assert cell.metadata.slideshow.slide_type == "notes", place(cell)


def test_waiting_is_never_sleeping(page: NotebookNode) -> None:
    for cell in code_cells(page):
        program = cell.source.startswith("%%")  # of a container: it may be slow on purpose
        assert program or "sleep(" not in cell.source, place(cell)


def test_what_is_up_is_waited_for_where_it_is_compared(page: NotebookNode) -> None:
    """On a busy machine a scrape may come too late at any time, and `up` is 0 until the next."""
    for cell in code_cells(page):
        last = cell.source.splitlines()[-1]
        now = re.match(r'\w+\.query\("up"\)\[\[', last) and not last.startswith("case.")
        compared = now and "nbval-ignore-output" not in tags(cell)
        assert "wait_until" in cell.source or not compared, place(cell)


def test_outputs_are_small(page: NotebookNode) -> None:
    for cell in code_cells(page):
        assert len(json.dumps(cell.outputs)) <= MAX_CELL, place(cell)
    assert len(nbformat.writes(page)) <= MAX_PAGE


def test_no_machine_is_named(page: NotebookNode) -> None:
    for cell in page.cells:
        text = cell.source + "".join(
            json.dumps({k: v for k, v in output.get("data", {}).items() if "image" not in k})
            + output.get("text", "")
            + "".join(output.get("traceback", []))
            for output in cell.get("outputs", [])
        )
        for path in (str(ROOT), str(Path.home()) + "/", "/home/", "/Users/"):
            assert path not in text, f"{path} in {place(cell)}"
        for host in re.findall(r"https?://([\w.-]+\.[a-z]{2,})\b", text):
            known = host in HOSTS or host.endswith("example.com")
            assert known, f"{host} in {place(cell)}"


def markdown(path: Path) -> str:
    """The prose of a page or text file, without its code."""
    return re.sub(r"```.*?```|`[^`\n]*`", "`code`", written(path), flags=re.DOTALL)


def written(path: Path) -> str:
    """The prose of a page or text file, with the code in it."""
    if path.suffix == ".ipynb":
        page = nbformat.read(path, as_version=4)
        text = "\n\n".join(cell.source for cell in page.cells if cell.cell_type == "markdown")
    else:
        text = path.read_text()
    return text


@cache
def anchors(path: Path) -> set[str]:
    """What `#…` may name in a page: its headings, as GitHub (lower case) and Jupyter spell them."""
    prose = re.sub(r"```.*?```", "", written(path), flags=re.DOTALL).replace("`", "")
    heads = re.findall(r"^#+ (.+)$", prose, flags=re.MULTILINE)
    github = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
    return github | {head.replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_resolve(path: Path) -> None:
    text = markdown(path)
    links = re.findall(r"\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)", text)
    links += re.findall(r"(?:src|href)=[\"']([^\"']+)[\"']", text)
    links += re.findall(r"<(https?://[^>]+)>", text)
    for link in links:
        url = urlparse(link)
        if url.scheme or url.netloc:
            assert url.scheme == "https", f"{link} is not https"
            assert url.hostname in HOSTS, f"{link}: add the host to HOSTS if it is documentation"
            continue
        target = (path.parent / unquote(url.path)).resolve() if url.path else path
        assert target.is_relative_to(ROOT), f"{link} leads out of the repository"
        assert target.exists(), f"{link} leads nowhere"
        if url.fragment and target.suffix in (".md", ".ipynb"):
            assert unquote(url.fragment) in anchors(target), f"{link}: no such heading"


@pytest.mark.parametrize("path", APPENDICES, ids=title)
def test_readme_and_its_chapter_lead_to_an_appendix(path: Path) -> None:
    minutes = nbformat.read(path, as_version=4).metadata.workshop.minutes
    told = rf"\(notebooks/{path.name}\)[^.]*\b{minutes} minutes"
    assert re.search(told, (ROOT / "README.md").read_text())
    (chapter,) = (one for one in CHAPTERS if one.name[:2] == path.name[:2])
    assert f"({path.name})" in markdown(chapter)


@pytest.mark.parametrize("path", CHAPTERS, ids=title)
def test_readme_lists_the_chapter_with_its_minutes(path: Path) -> None:
    lines = (ROOT / "README.md").read_text().splitlines()
    minutes = nbformat.read(path, as_version=4).metadata.workshop.minutes
    start = f"| [{path.name[:2]} "
    (line,) = [line for line in lines if line.startswith(start)]
    assert f"(notebooks/{path.name})" in line
    assert re.search(rf"\|\s*{minutes}\b", line), f"README: {path.name} takes {minutes} minutes"
