"""A reader with a browser: opens a page, waits for what must stand there, keeps a picture of it.

The pictures in notebooks/pictures/ are made here and nowhere else:
`KEEP_PICTURES=1 pytest tests/browser` writes them, and without it only looks. A picture says of
itself what it shows (PNG's own field `Software`, "Prometheus 3.13.2"), so that a page's caption can
be held to it.
"""

import io
import os
from pathlib import Path

import requests
from PIL import Image, ImageChops, PngImagePlugin
from playwright.sync_api import Locator, Page

from lab_helpers.services.base import Service
from lab_helpers.setup.images import ROOT

PICTURES = ROOT / "notebooks" / "pictures"
KEEPS = os.environ.get("KEEP_PICTURES") == "1"
MOST = 150_000  # bytes of a picture
PATIENCE = 120_000  # milliseconds until what was expected must be there
_MARGIN = 16


class Reader:
    """One window of the browser.

    Args:
        page: an empty page of it, 900 px wide unless the test wants another width.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE)
        page.emulate_media(reduced_motion="reduce", color_scheme="light")

    def open(self, address: str, *texts: str) -> None:
        """Open a page, and wait until each of the texts can be read on it."""
        self.page.goto(address)
        self.reads(*texts)

    def reads(self, *texts: str) -> None:
        """Wait until each of the texts can be read on the page.

        Raises:
            AssertionError: one cannot; the message has what can be.
        """
        for text in texts:
            try:
                self.page.get_by_text(text).filter(visible=True).first.wait_for()
            except Exception as problem:
                seen = self.page.locator("body").inner_text()
                raise AssertionError(f"{text!r} is not to be read here:\n{seen}") from problem

    def keep(self, name: str, shows: Service, part: Locator | None = None) -> None:
        """With KEEP_PICTURES=1 write what is seen now to notebooks/pictures/NAME.png.

        shows: whose page it is; its version goes into the picture.
        part: what to take of the page; by default all of it, without the blank at its end.
        """
        self.page.evaluate("document.fonts.ready")
        shot = (
            part.screenshot(animations="disabled")
            if part is not None
            else self.page.screenshot(animations="disabled", full_page=True)
        )
        store(name, _trimmed(Image.open(io.BytesIO(shot)).convert("RGB")), version(shows))


def store(name: str, image: Image.Image, software: str, colours: int = 64) -> None:
    """With KEEP_PICTURES=1 write a picture to notebooks/pictures/NAME.png.

    software: what it shows, such as "Prometheus 3.13.2". colours: that it has then; a page has few.
    """
    picture = _small(image, software, colours)
    assert len(picture) < MOST, f"{name}: {len(picture)} bytes; show less of it"
    if KEEPS:
        path = PICTURES / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(picture)


def version(service: Service) -> str:
    """What a service is, as a caption says it: its name and its version."""

    def ask(path: str) -> dict:
        answer: dict = requests.get(f"{service.url}{path}", timeout=10).json()
        return answer

    match service.service:
        case "prometheus":
            return f"Prometheus {ask('/api/v1/status/buildinfo')['data']['version']}"
        case "alertmanager":
            return f"Alertmanager {ask('/api/v2/status')['versionInfo']['version']}"
        case "grafana":
            return f"Grafana {ask('/api/health')['version']}"
        case "consul":
            return f"Consul {ask('/v1/agent/self')['Config']['Version']}"
    raise ValueError(f"nobody has asked {service.service} for its version yet")


def why_no_pages(service: Service) -> str | None:
    """None where a running service has upstream's web pages, else a sentence that says so."""
    text = requests.get(service.url, timeout=10).text
    if "<script" in text and "The workshop's own page" not in text and "Debian" not in text:
        return None
    return f"{service.image} has none of upstream's web pages"


def caption(picture: Path) -> str:
    """What a kept picture shows, such as "Prometheus 3.13.2"."""
    with Image.open(picture) as image:
        return str(image.info["Software"])


def _trimmed(image: Image.Image) -> Image.Image:
    """Without the blank below what is there."""
    blank = Image.new("RGB", image.size, image.getpixel((0, image.height - 1)))
    box = ImageChops.difference(image, blank).getbbox()
    bottom = image.height if box is None else min(image.height, box[3] + 2 * _MARGIN)
    return image.crop((0, 0, image.width, bottom))


def _small(image: Image.Image, software: str, colours: int) -> bytes:
    """As PNG, in few colours: a third of the bytes is enough then."""
    about = PngImagePlugin.PngInfo()
    about.add_text("Software", software)
    written = io.BytesIO()
    reduced = image.quantize(colours, dither=Image.Dither.NONE)
    reduced.save(written, "PNG", optimize=True, pnginfo=about)
    return written.getvalue()
