"""The overview's lists: they follow what the server says, and leave alone what is as it was."""

import pytest
from playwright.sync_api import Page

from lab_helpers.overview.server import FILES
from tests.browser.reader import Reader


@pytest.fixture
def page(reader: Reader) -> Page:
    reader.page.set_content("<ul></ul>")
    reader.page.add_script_tag(path=FILES["lists.js"][0])
    return reader.page


def follow(page: Page, *items: str) -> list[str]:
    """What the list says then; an item is named by its first letter."""
    page.evaluate(
        "items => follow(document.querySelector('ul'), items, i => i[0],"
        " i => make('li', {}, make('button', {}, i)))",
        list(items),
    )
    return page.locator("li").all_inner_texts()


@pytest.mark.parametrize(
    "items",
    [(), ("a", "b"), ("b", "a"), ("a1", "b", "c"), ("c", "a1"), ("a1", "a2", "a3"), ("<b>x</b>",)],
)
def test_a_list_is_what_it_is_told_to_be(page: Page, items: tuple[str, ...]) -> None:
    follow(page, "a", "b")
    for _ in range(3):
        assert follow(page, *items) == list(items)


def test_who_is_at_something_that_has_not_changed_stays_there(page: Page) -> None:
    follow(page, "a", "b", "c")
    page.get_by_text("b").focus()
    for items in (("a2", "b", "c"), ("n", "a2", "b", "c"), ("b", "c"), ("b",)):
        assert follow(page, *items) == list(items)
        assert page.evaluate("document.activeElement.innerText") == "b"
