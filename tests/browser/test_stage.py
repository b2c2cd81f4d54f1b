"""The stage as its audience sees it: overview, shop and inbox of one stack, in a real browser."""

import time
from collections.abc import Callable, Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from lab_helpers.incident import on_stage
from lab_helpers.setup.images import read
from lab_helpers.stage import FAULTS, Demo
from lab_helpers.waiting import wait_until
from tests.browser.axe import assert_accessible
from tests.browser.reader import PATIENCE
from tests.elsewhere import elsewhere
from tests.own_stage import own_stage

AGE = 2.0  # seconds that what the page shows may be old


@pytest.fixture(scope="module")
def stage(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The stack, up, on ports and under a name of its own; needs a browser, or nobody looks."""
    with own_stage("page-test", tmp_path_factory.mktemp("demo")) as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window as large as a projector."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    context.set_default_timeout(PATIENCE)
    found = context.new_page()
    found.emulate_media(reduced_motion="reduce")
    found.on("pageerror", lambda problem: pytest.fail(f"a script failed: {problem}"))
    yield found
    context.close()


def tile(page: Page, service: str) -> str:
    """The word of a service's badge."""
    item = page.locator(f'#groups li[data-key="{service}"]')
    return item.locator(".badge").inner_text()


def log_in(page: Page, stage: Demo) -> None:
    """With the keyboard alone, from the page itself."""
    page.goto(str(stage.overview.url))
    tab_to(page, "Log in to break and heal")
    page.keyboard.press("Enter")
    expect(page.get_by_label("The stage's password")).to_be_focused()
    page.keyboard.type(read(stage.secrets_file)["STAGE_PASSWORD"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def tab_to(page: Page, name: str) -> None:
    """Press the tabulator until what has that name is focused."""
    said = "(e => e.getAttribute('aria-label') ?? e.innerText)(document.activeElement)"
    seen: list[str] = []
    for _ in range(80):
        page.keyboard.press("Tab")
        seen.append(str(page.evaluate(said)).strip())
        if seen[-1].startswith(name):
            return
    raise AssertionError(f"{name!r} cannot be reached by keyboard; what can: {seen}")


def noticed(page: Page, is_so: Callable[[], bool], known: Callable[[], bool]) -> float:
    """Seconds from when a source knows something until the page shows it; 0 if it was first."""
    knew = seen = 0.0
    until = time.monotonic() + PATIENCE / 1000
    while not (knew and seen):
        assert time.monotonic() < until, f"known: {bool(knew)}, shown: {bool(seen)}"
        seen = seen or (time.monotonic() if is_so() else 0.0)
        knew = knew or (time.monotonic() if known() else 0.0)
        page.wait_for_timeout(20)
    return max(0.0, seen - knew)


def test_the_page_follows_the_stack_within_two_seconds(page: Page, stage: Demo) -> None:
    """Twice: the engine knows that a replica was killed, Prometheus that its alert fires."""
    page.goto(str(stage.overview.url))
    expect(page.locator("#verdict")).to_have_text("all is well")
    assert_accessible(page)
    replica = stage.container("web-2")
    replica.kill()
    killed = noticed(
        page,
        lambda: tile(page, "web-2") == "exited",
        lambda: stage.containers()["web-2"]["State"] == "exited",
    )
    firing = page.locator("#ways tr", has_text="ReplicaDown").get_by_text("firing")
    fired = noticed(page, firing.is_visible, lambda: "ReplicaDown" in stage.alerts())
    assert max(killed, fired) < AGE, (killed, fired)
    print(f"shown after: killed {killed:.2f} s, firing {fired:.2f} s")
    way = page.locator("#ways tr", has_text="ReplicaDown")
    expect(way).to_contain_text("delivered")
    expect(way).to_contain_text("pager")
    expect(page.locator("#messages")).to_contain_text("ReplicaDown")
    expect(page.locator("#news")).to_contain_text("ReplicaDown fires.")
    height = page.evaluate("[document.documentElement.scrollHeight, innerHeight]")
    assert height[0] <= height[1], "one screen is all that a projector has"
    assert_accessible(page)
    FAULTS["replica-crash"].heal_it(stage)
    expect(way).to_contain_text("resolved")


def test_nothing_of_it_is_reached_from_elsewhere(stage: Demo) -> None:
    published = [port["PublicPort"] for one in stage.containers().values()
                 for port in one["Ports"] if "PublicPort" in port]  # fmt: skip
    with elsewhere() as place:
        for port in {*published, int(str(stage.overview.url).rpartition(":")[2])}:
            assert place.get(f"http://{place.here}:{port}") == (0, ""), port


def test_links_are_those_that_are_there(page: Page, stage: Demo) -> None:
    page.goto(str(stage.overview.url))
    expect(page.get_by_role("link", name="Shop")).to_be_visible()
    links = page.locator("#links a")
    found = {one.inner_text(): one.get_attribute("href") or "" for one in links.all()}
    wanted = {"Shop", "Inbox", "Targets", "Alerts", "Alertmanager", "Consul"}
    assert set(found) - {"Grafana"} == wanted
    assert ("Grafana" in found) == ("grafana" in stage.containers())
    for words, address in found.items():
        assert requests.get(address, timeout=30).ok, words
    consul = stage.container("consul")
    consul.stop(timeout=0)
    expect(page.get_by_role("link", name="Consul")).to_have_count(0)
    consul.start()
    expect(page.get_by_role("link", name="Consul")).to_be_visible()


def test_break_heal_and_reset_by_keyboard_alone(page: Page, stage: Demo) -> None:
    log_in(page, stage)
    wait_until(lambda: not stage.alerts(), "no alert fires")
    tab_to(page, "Break latency")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    row = page.locator('[data-fault="latency"]')
    expect(row.get_by_role("progressbar")).to_be_visible()
    expect(row).to_contain_text("breaking")
    assert_accessible(page)
    expect(row).to_contain_text("LatencyHigh fired after")
    expect(page.locator("#verdict")).to_contain_text("firing")
    for kept_in_sight in ("#mail", "#links"):  # whatever else is told on the page
        box = page.locator(kept_in_sight).bounding_box()
        assert box and box["y"] + box["height"] <= 1080, kept_in_sight
    tab_to(page, "Heal latency")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("healing")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator("#reset-told")).to_contain_text("resetting")
    expect(page.get_by_role("button", name="Break errors")).to_have_attribute(
        "aria-disabled", "true"
    )
    expect(page.locator("#reset-told")).to_contain_text("The stage is as at its start")
    expect(page.locator("#verdict")).to_have_text("all is well")
    expect(page.locator("#ways tr")).to_have_count(0)
    expect(page.locator("#messages tr")).to_have_count(0)


def test_what_is_away_is_told_and_the_page_stays(page: Page, stage: Demo) -> None:
    page.goto(str(stage.overview.url))
    prometheus = stage.container("prometheus")
    prometheus.pause()
    try:
        expect(page.locator("#problems")).to_contain_text("Prometheus is paused.")
        expect(page.locator("#verdict")).not_to_have_text("all is well")
        expect(page.locator('#groups li[data-key="web-1"]')).to_contain_text("runs")
        expect(page.locator("#messages")).to_be_attached()
        assert_accessible(page)
    finally:
        prometheus.unpause()
    expect(page.locator("#problems p")).to_have_count(0)
    stage.overview.stop()
    expect(page.locator("#age")).to_contain_text("`workshop demo overview` starts it again")
    stage.show_overview()
    expect(page.locator("#age")).to_have_text("Up to date.")


def test_a_visit_to_the_shop_by_keyboard_alone(page: Page, stage: Demo) -> None:
    page.goto(stage.url("nginx"))
    assert_accessible(page)
    for _ in range(2):
        tab_to(page, "Add to cart: teapot")
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_have_text("Teapot is in your cart.")
    tab_to(page, "Add to cart: green-tea")
    page.keyboard.press("Enter")
    expect(page.locator("#total")).to_have_text("Total: 75.80 €")
    assert_accessible(page)
    tab_to(page, "One less: Teapot")
    page.keyboard.press("Enter")
    expect(page.locator("#total")).to_have_text("Total: 41.80 €")
    tab_to(page, "Remove Green tea")
    page.keyboard.press("Enter")
    expect(page.locator("#total")).to_have_text("Total: 34.00 €")
    page.reload()
    expect(page.locator("#count")).to_have_text("1")
    tab_to(page, "Check out")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Thank you! Your order")
    expect(page.locator("#empty")).to_be_visible()
    assert_accessible(page)


def test_a_shop_that_is_slow_and_one_that_fails(page: Page, stage: Demo) -> None:
    page.goto(stage.url("nginx"))
    try:
        FAULTS["latency"].break_it(stage)
        page.get_by_role("button", name="Add to cart: grinder").click()
        expect(page.locator("[aria-busy]")).to_have_count(1)
        expect(page.locator("#said")).to_have_text("Grinder is in your cart.")
        for replica in ("web-1", "web-2"):
            lever = {"latency": 0, "errors": 1}
            requests.post(stage.url(replica) + "/chaos", params=lever, timeout=30)
        page.get_by_role("button", name="Add to cart: grinder").click()
        expect(page.locator("#said")).to_contain_text("Sorry, that did not work.")
        answer = page.goto(stage.url("nginx"))
        assert answer and answer.status == 500
        expect(page.get_by_role("heading")).to_have_text("Sorry, something spilled.")
        assert_accessible(page)
    finally:
        FAULTS["errors"].heal_it(stage)
        FAULTS["latency"].heal_it(stage)
    page.get_by_role("link", name="Back to the shop").click()
    expect(page.locator("#count")).to_have_text("1")


def test_the_inbox_is_read_by_keyboard_and_what_is_new_comes_by_itself(
    page: Page, stage: Demo
) -> None:
    on_stage.reset(stage)
    page.goto(stage.url("inbox"))
    expect(page.locator("#message")).to_contain_text("Nothing yet.")
    assert_accessible(page)
    stage.break_("cache-emptied")
    expect(page.locator("#list article")).to_have_count(1)
    expect(page.locator("#message")).to_contain_text("All carts and cached pages are gone")
    expect(page.locator("#news")).to_contain_text("New: firing: CacheEmptied")
    assert_accessible(page)
    tab_to(page, "firing")
    page.keyboard.press("Enter")
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    expect(page.locator("#list article.resolved")).to_have_count(1)
    expect(page.locator("#message .badge")).to_have_text("firing")
    assert page.evaluate("document.activeElement.getAttribute('href')") == focused
    page.goto(stage.url("inbox") + "/messages/1")
    assert_accessible(page)
