"""The shared look: everything that it offers is readable, and axe does find what is not."""

import pytest

from lab_helpers import look
from tests.browser.axe import assert_accessible
from tests.browser.reader import Reader

STATES = ("good", "warn", "bad", "info", "odd", "idle")
ROWS = "".join(
    f'<tr><td><span class="badge {state}">{state}</span></td><td class="number">1</td></tr>'
    for state in STATES
)
EVERYTHING = f"""<a class="skip" href="#main">To the content</a>
<header><h1>All there is</h1>{look.SWITCH}</header>
<main id="main">
<p>Text, <span class="quiet">quiet text</span>, <a href="#main">a link</a>, <code>code</code>.</p>
<p class="notice bad">Something went wrong.</p>
<div class="grid"><section class="panel"><h2>A panel</h2><p class="quiet">Quiet on it,
<a href="#main">a link</a>.</p><table><caption>Rows</caption>
<thead><tr><th scope="col">State</th><th scope="col" class="number">Seconds</th></tr></thead>
<tbody>{ROWS}</tbody></table></section></div>
<form><label>Name <input name="name"></label> <button class="main">Main</button>
<button type="button">Other</button> <button type="button" disabled>Not now</button>
<a class="button" href="#main">A link as a button</a></form>
</main>"""


def test_everybody_can_read_all_that_the_look_offers(reader: Reader) -> None:
    reader.page.set_content(look.page("All there is", EVERYTHING))
    assert_accessible(reader.page)


@pytest.mark.parametrize(
    ("broken", "finding"),
    [
        ('<p style="color: #999; background: #fff">too pale</p>', "color-contrast"),
        ('<img src="data:,">', "image-alt"),
        ('<form><input name="name"></form>', "label"),
    ],
)
def test_what_somebody_cannot_read_is_found(reader: Reader, broken: str, finding: str) -> None:
    reader.page.set_content(look.page("Broken", f"<main><h1>Broken</h1>{broken}</main>"))
    with pytest.raises(AssertionError, match=finding):
        assert_accessible(reader.page)


def test_dark_and_light_by_the_system_and_by_the_switch(reader: Reader) -> None:
    page = reader.page
    page.set_content(look.page("Dark and light", EVERYTHING))

    def ground() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light = ground()
    page.emulate_media(color_scheme="dark")
    dark = ground()
    assert dark != light
    switch = page.get_by_role("button", name="Colours: as the system")
    switch.focus()
    page.keyboard.press("Enter")
    page.emulate_media(color_scheme="light")
    assert ground() == dark
    page.get_by_role("button", name="Colours: dark").click()
    page.emulate_media(color_scheme="dark")
    assert ground() == light
