"""Whether everybody can read a page: axe-core's findings (https://github.com/dequelabs/axe-core).

The package brings axe-core along, so that no network is needed.
"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_GRAVE = {"serious", "critical"}


def assert_accessible(page: Page) -> None:
    """Make sure that axe has nothing serious to say of a page as it stands, dark or light.

    Raises:
        AssertionError: it has; the message lists each finding with the elements that it is about.
    """
    found = [
        f"{scheme}: {line}" for scheme in ("light", "dark") for line in _findings(page, scheme)
    ]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert not found, f"axe on {page.url}:\n" + "\n".join(found)


def _findings(page: Page, scheme: str) -> list[str]:
    """A line for each element with a serious finding, in one colour scheme."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    return [
        f"{finding['id']} ({finding['impact']}): {finding['help']}\n    {node['html'][:200]}\n"
        f"    {node['failureSummary']}"
        for finding in Axe().run(page).response["violations"]
        if finding["impact"] in _GRAVE
        for node in finding["nodes"]
    ]
