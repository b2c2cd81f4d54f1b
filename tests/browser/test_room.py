"""The room's page: what learners told is read by everybody, and never run."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from lab_helpers.room.figures import QUERIES
from tests.browser.axe import assert_accessible
from tests.browser.reader import Reader
from tests.class_room import Open, open_room

EVIL = '<img src=x onerror="document.title=1">'
#: What Prometheus answers to each query, of a class of three.
ANSWERS: dict[str, list[tuple[dict[str, str], float]]] = {
    "learners": [({}, 3)],
    "active": [({}, 2)],
    "pace": [({}, 2.4)],
    "solved": [({}, 1)],
    "where": [
        ({"learner": EVIL, "exercise": "02.1"}, 4),
        ({"learner": "Ben", "exercise": "02.1"}, 1),
        ({"learner": "👩‍💻 Ada", "exercise": "02.2"}, 0),
    ],
    "stopped": [({"exercise": "02.1"}, 1)],
    "wrong": [({"exercise": "02.1", "diagnosis": "rate after sum"}, 4)],
    "quiet": [({"learner": "Ben"}, 754)],
}


@pytest.fixture
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    with open_room(tmp_path_factory.mktemp("room")) as opened:

        async def query(expr: str) -> list[object]:
            names = [name for name, known in QUERIES.items() if known == expr]
            return [list(one) for name in names for one in ANSWERS[name]]

        opened.room.figures.prometheus = "http://prometheus.invalid"
        opened.room.figures._query = query  # type: ignore[method-assign]
        yield opened


def chips(page: Page) -> list[str]:
    return page.locator("#rows li").all_text_contents()


def test_the_page_says_who_is_where_and_lets_everybody_read_it(reader: Reader, room: Open) -> None:
    reader.open(room.page, "Who is where", "rate after sum · 02.1 Who writes?", "13 min")
    page = reader.page
    assert chips(page) == [
        f"{EVIL} 4× wrong", "Ben 1× wrong", "👩‍💻 Ada solved",
    ]  # fmt: skip
    assert page.title() == "The room" and page.locator("#rows img").count() == 0
    assert page.locator("#learners").inner_text() == "3"
    assert_accessible(page)


def test_keys_alone_reach_everything_and_show_the_queries(reader: Reader, room: Open) -> None:
    reader.open(room.page, "Who is where", "13 min")
    page = reader.page
    assert not page.locator("code[data-query]").first.is_visible()
    reached = []
    for _ in range(3):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent"))
    assert reached[0] == "To who is where" and reached[1] == "Show the queries"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    shown = page.locator("code[data-query]").all_inner_texts()
    assert sorted(shown) == sorted(QUERIES.values())
    assert_accessible(page)


def test_a_room_that_ends_is_said_so_and_what_was_seen_stays(reader: Reader, room: Open) -> None:
    reader.open(room.page, "13 min")
    reader.page.route("**/figures", lambda route: route.abort())
    reader.reads("The room does not answer")
    assert len(chips(reader.page)) == 3
    assert_accessible(reader.page)


def test_the_link_opens_a_page_that_everybody_can_read(reader: Reader, room: Open) -> None:
    reader.open(room.url, "workshop join", "Your answers stay on")
    assert_accessible(reader.page)
