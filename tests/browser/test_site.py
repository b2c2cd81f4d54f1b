"""The whole site, as it is built: every page read without a browser, each kind of page in one."""

import io
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlparse

import nbformat
import pypdf
import pytest
from playwright.sync_api import ViewportSize

from lab_helpers import beats
from lab_helpers.grading import catalogue
from lab_helpers.setup.images import ROOT
from lab_helpers.site import build
from tests.browser.axe import assert_accessible
from tests.browser.reader import Reader
from tests.built_site import FOLDS, Site, is_within
from tests.notebooks.test_pages import HOSTS

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=900)
CHAPTER, LAB = "notebooks/00_check_setup.html", "labs/01_first_scrape/lab.html"
#: One page of each kind. WORKSHOP_EVERY_PAGE=1 has axe read each page in both sizes.
KINDS = ["index.html", CHAPTER, LAB, "notebooks/glossary.html", "search.html?q=inhibition",
         "labs/04_custom_exporters/workers.py.html", "beats/00.html"]  # fmt: skip
EVERY = os.environ.get("WORKSHOP_EVERY_PAGE") == "1"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site, built without a warning: one ends the building."""
    folder = tmp_path_factory.mktemp("site") / "html"
    assert build(folder) == folder / "index.html"
    return Site(folder)


def test_it_has_each_chapter_each_lab_and_the_glossary(site: Site) -> None:
    stored = {
        str(path.relative_to(ROOT))
        for pattern in ("notebooks/*.ipynb", "labs/*/lab.ipynb")
        for path in ROOT.glob(pattern)
    }
    assert site.notebooks.keys() == stored
    contents = site.pages["index.html"].links
    assert {"beats/index.html", "labs/exam/curriculum.html", "CONTRIBUTING.html"} <= {*contents}
    for name, page in site.pages.items():
        assert page.title, name
        if name.replace(".html", ".ipynb") in stored:
            assert name in contents
            assert len(page.meta["description"]) > 40, name


def test_each_beat_sheet_is_a_page_in_its_order(site: Site) -> None:
    listed = [
        link for link in site.pages["beats/index.html"].links if re.match(r"\w+\.html$", link)
    ]
    names = [*beats.sessions(), *beats.chapters()]
    assert list(dict.fromkeys(listed)) == [f"{name}.html" for name in names]
    for name in beats.chapters():
        page = site.pages[f"beats/{name}.html"]
        for beat in beats.of_chapter(name).beats:
            assert beat.title in page.shown


def test_each_link_leads_somewhere(site: Site) -> None:
    dead = [
        f"{name}: {link}: {why}"
        for name, page in site.pages.items()
        for link in [*page.links, *page.loads]
        if is_within(link) and (why := site.why_dead(page, link))
    ]
    assert not dead, "\n".join(dead)
    for name, page in site.pages.items():
        for link in filter(lambda link: not is_within(link), page.links):
            assert urlparse(link).scheme == "https", f"{name}: {link}"
            assert urlparse(link).hostname in HOSTS, f"{name}: {link}"


def test_nothing_is_loaded_from_elsewhere(site: Site) -> None:
    for name, page in site.pages.items():
        assert page.loads, name
        assert [link for link in page.loads if not is_within(link)] == [], name
    styles = "".join(path.read_text() for path in site.folder.rglob("*.css"))
    loaded = re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')\s]+)", styles)
    assert [link for link in loaded if not is_within(link) and not link.startswith("data:")] == []


def test_each_picture_says_what_it_shows(site: Site) -> None:
    assert sum(len(page.images) for page in site.pages.values()) > 50
    for name, page in site.pages.items():
        for image in page.images:
            assert len(image.get("alt", "")) > 20, f"{name}: {image['src']}"
            assert not image["src"].startswith("data:"), name


def test_each_exercise_has_its_address_its_hints_and_its_solution_folded(site: Site) -> None:
    for chapter in catalogue.chapters():
        folder = catalogue.folder(chapter).name
        for part, exercises in (
            (f"notebooks/{folder}", catalogue.in_chapter(chapter)),
            (f"labs/{folder}/lab", catalogue.in_lab(chapter)),
        ):
            page = site.pages[f"{part}.html"]
            folds = [one for one in page.details if one.get("class") in FOLDS]
            assert len(folds) == 4 * len(exercises), part
            for number, exercise in exercises.items():
                assert page.ids.count(number.replace(".", "-")) == 1, number
                assert f"workshop check {number} " in page.shown
                (fold,) = [one for one in page.folded if one.startswith(f"Solution of {number}")]
                assert "".join(exercise.solution.split()) in "".join(fold.split()), number
                hint = [one for one in page.folded if one.startswith(f"Hint 3 of {number}")]
                assert len(hint) == 1, number
            assert "%%" not in page.shown.replace("`%%check`", ""), part


def test_what_a_notebook_folds_is_folded(site: Site) -> None:
    for name, page in site.notebooks.items():
        folds = [one for one in page.details if one.get("class") in FOLDS]
        assert not [one for one in folds if "open" in one], name
        cells = nbformat.read(ROOT / name, as_version=4).cells
        for tag in ("check", "solution"):
            hidden = [cell for cell in cells if tag in cell.metadata.get("tags", [])]
            assert len([one for one in folds if one["class"] == tag]) == len(hidden), name


def test_what_is_for_the_instructor_is_on_no_page_of_a_learner(site: Site) -> None:
    said = []
    for name, page in site.notebooks.items():
        for cell in nbformat.read(ROOT / name, as_version=4).cells:
            if "instructor" in cell.metadata.get("tags", []):
                words = max(re.split(r"[*`()\[\]\n]", cell.source), key=len).strip()
                assert len(words) > 20
                assert words not in page.shown, name
                said.append(words)
    assert len(said) > 5


@pytest.mark.parametrize(("size", "names"), [(PHONE, [LAB]), (DESK, KINDS)], ids=["phone", "desk"])
def test_everybody_can_read_each_kind_of_page(
    site: Site, reader: Reader, size: ViewportSize, names: list[str]
) -> None:
    reader.page.set_viewport_size(size)
    for name in [*site.pages.keys() - {"404.html"}, *KINDS] if EVERY else names:
        reader.page.goto(f"{site.folder.as_uri()}/{name}")
        reader.page.locator("#search-results li" if "?" in name else "main").first.wait_for()
        assert_accessible(reader.page)


def test_no_page_is_wider_than_a_phone_and_all_of_it_is_in_the_folder(
    site: Site, reader: Reader
) -> None:
    reader.page.set_viewport_size(PHONE)
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url))
    for name in [*KINDS, *(name.replace(".ipynb", ".html") for name in site.notebooks)]:
        reader.page.goto(f"{site.folder.as_uri()}/{name}")
        width = reader.page.evaluate("document.documentElement.scrollWidth")
        assert width == PHONE["width"], name
    assert len(asked) > 500
    assert [url for url in asked if not url.startswith((site.folder.as_uri(), "data:"))] == []


def test_a_word_is_found_without_a_server(site: Site, reader: Reader) -> None:
    reader.open(f"{site.folder.as_uri()}/{CHAPTER}")
    reader.page.keyboard.press("Control+K")
    reader.page.keyboard.type("inhibition")
    reader.page.keyboard.press("Enter")
    found = reader.page.locator("#search-results").get_by_role("link", name="Glossary > Inhibition")
    found.click()
    assert reader.page.url.endswith("/glossary.html#inhibition")


def test_a_keyboard_reaches_everything(site: Site, reader: Reader) -> None:
    page = reader.page
    page.set_viewport_size(DESK)
    reader.open(f"{site.folder.as_uri()}/{LAB}")
    all_there_is = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, summary, input, pre')].filter(
            one => one.checkVisibility({visibilityProperty: true}) && !one.closest('dialog') &&
                   (one.tagName != 'PRE' || one.scrollWidth > one.clientWidth)
        ).map((one, n) => (one.dataset.n = n))"""
    )
    reached = set()
    for _ in range(2 * len(all_there_is)):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.dataset.n"))
    assert {str(n) for n in all_there_is} <= reached
    solution = page.locator("details.solution").first
    solution.locator("summary").focus()
    page.keyboard.press("Enter")
    assert solution.evaluate("one => one.open")


def test_on_a_phone_the_list_of_contents_opens_by_keyboard(site: Site, reader: Reader) -> None:
    reader.page.set_viewport_size(PHONE)
    reader.open(f"{site.folder.as_uri()}/{LAB}")
    reader.page.locator(".primary-toggle").focus()
    reader.page.keyboard.press("Enter")
    reader.page.get_by_role("navigation", name="Contents").get_by_text("Glossary").focus()
    reader.page.keyboard.press("Enter")
    reader.reads("in alphabetical order")


def test_on_paper_there_is_the_page_alone_and_solutions_stay_folded(
    site: Site, reader: Reader
) -> None:
    reader.open(f"{site.folder.as_uri()}/{LAB}")
    paper = pypdf.PdfReader(io.BytesIO(reader.page.pdf(format="A4")))
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    for number, exercise in catalogue.in_lab("01").items():
        assert f"{number} {exercise.title}" in text
        assert f"Solution of {number}" in text
    assert catalogue.exercise("01.2").hints[0].split(".")[0] not in text
    assert "Chapters and labs" not in text
    assert "On this page" not in text


def test_on_paper_it_is_black_on_white_in_the_dark_too(site: Site, reader: Reader) -> None:
    reader.page.emulate_media(color_scheme="dark")
    reader.open(f"{site.folder.as_uri()}/{CHAPTER}")
    colours = "[one => getComputedStyle(one).color, one => getComputedStyle(one).backgroundColor]"
    ask = f"all => {colours}.map(of => [...new Set(all.map(of))])"
    parts = reader.page.locator("article :is(p, h1, h2, pre, pre span, code, td, summary)")
    assert "rgb(0, 0, 0)" not in parts.evaluate_all(ask)[0]
    reader.page.emulate_media(color_scheme="dark", media="print")
    assert parts.evaluate_all(ask) == [["rgb(0, 0, 0)"], ["rgba(0, 0, 0, 0)"]]


def test_what_is_not_there_is_told_with_a_way_on(site: Site, reader: Reader) -> None:
    with served(site.folder) as address:
        answer = reader.page.goto(f"{address}/notebooks/deep/er/moved.html")
        assert answer and answer.status == 404
        reader.reads("This page is not here")
        assert_accessible(reader.page)
        reader.page.keyboard.press("Control+K")
        reader.page.keyboard.type("staleness")
        reader.page.keyboard.press("Enter")
        reader.page.locator("#search-results").get_by_role("link").first.wait_for()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder on a server that shows 404.html for what it does not have, as hosts of pages do."""

    class Handler(SimpleHTTPRequestHandler):
        def send_error(self, code: int, *why: object) -> None:
            self.send_response(code)
            self.end_headers()
            self.wfile.write((folder / f"{code}.html").read_bytes())

        def log_message(self, *what: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
