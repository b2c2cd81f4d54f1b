"""The page for the projector while a bundle is handed to a room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab_helpers.serve import Served
from lab_helpers.setup.bundle.file import Bundle
from lab_helpers.setup.bundle.served import Served as Fetcher
from lab_helpers.setup.bundle.store import Store
from tests import small_bundle
from tests.browser.axe import assert_accessible
from tests.browser.reader import Reader
from tests.served_bundle import running


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with running(small_bundle.write(tmp_path / "bundle", (3_000, 2_000_000, 1_000_000))) as served:
        yield served


def test_the_line_and_how_far_everybody_is(reader: Reader, served: Served, tmp_path: Path) -> None:
    reader.page.set_viewport_size({"width": 1920, "height": 1080})
    with Bundle(tmp_path / "bundle") as known:
        pieces = list(known.manifest.pieces.values())
    served.house.guests.asked("10.0.0.7", "ben", "1500000")
    Fetcher(served.line.url).fetch(pieces, Store(tmp_path / "store"))
    reader.open(served.screen, "1 of 2 have everything", "2 MB to go")
    line = reader.page.locator("#line")
    assert line.inner_text().replace("\n", "") == served.line.curl
    assert reader.page.locator("#each li").count() == 2
    assert reader.page.locator("#each li.whole").count() == 1
    picture = reader.page.locator("figure img")
    assert picture.evaluate("image => image.naturalWidth > 0 && image.complete")
    # from row twenty: a letter of 40 px on a projector's 1920, a code of a quarter of its width
    assert float(line.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")) >= 40
    box, room = picture.bounding_box(), line.bounding_box()
    assert box and room and box["width"] >= 480
    assert box["y"] + box["height"] <= 1080 and room["y"] + room["height"] <= 1080
    assert_accessible(reader.page)
    reader.page.get_by_text("Copy the line").click()
    assert reader.page.get_by_label("With curl", exact=True).input_value() == served.line.curl
    assert reader.page.get_by_label("Without curl").input_value() == served.line.python
    assert_accessible(reader.page)


def test_what_is_in_the_way_is_said(reader: Reader, served: Served) -> None:
    served.house.told["trouble"] = "This machine no longer has the address 10.0.0.7."
    reader.open(served.screen, "This machine no longer has the address 10.0.0.7.")
    served.house.told["trouble"] = ""
    reader.page.get_by_role("alert").wait_for(state="hidden")


def test_keys_alone_reach_all_of_it_on_a_small_screen_too(reader: Reader, served: Served) -> None:
    reader.page.set_viewport_size({"width": 400, "height": 700})
    reader.open(served.screen, "have everything")
    reached = set()
    for _ in range(4):
        reader.page.keyboard.press("Tab")
        reached.add(
            reader.page.evaluate("document.activeElement.id || document.activeElement.tagName")
        )
    assert {"BUTTON", "line", "SUMMARY"} <= reached
    assert reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(reader.page)
