"""What a cell shows, as a page shows it that nobody runs.

Its pictures are files of their own, its links to services that are gone are words, and a table
looks as the page's others do.
"""

import base64
import io
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import urlparse

from bs4 import BeautifulSoup, Tag
from nbformat import NotebookNode
from PIL import Image

#: Where the pictures that cells drew lie, from the site's root.
PICTURES = PurePosixPath("drawn")
_GONE = ("127.0.0.1", "localhost")
_DATA = "data:image/png;base64,"


def readable(output: NotebookNode, up: str, pictures: dict[str, bytes]) -> NotebookNode:
    """An output for a reader: in one form, HTML before text, with what was drawn put aside.

    Args:
        output: as the notebook stores it; it is changed.
        up: the way from the page to the site's root, such as "../".
        pictures: takes the pictures, by the names of their files.
    """
    data = output.get("data", {})
    if "text/html" in data:
        data["text/html"] = _html(data["text/html"], up, pictures)
        output.data = {"text/html": data["text/html"]}
    return output


def _html(text: str, up: str, pictures: dict[str, bytes]) -> str:
    page = BeautifulSoup(text, "html.parser")
    for style in page.find_all("style"):
        style.decompose()
    for link in page.find_all("a", href=True):
        if urlparse(str(link["href"])).hostname in _GONE:
            link.name, link.attrs = "span", {}
    for table in page.find_all("table"):
        table.attrs.pop("border", None)
    for image in page.find_all("img"):
        _put_aside(image, up, pictures)
    return str(page)


def _put_aside(image: Tag, up: str, pictures: dict[str, bytes]) -> None:
    source = str(image["src"])
    if not source.startswith(_DATA):
        return
    pixels = base64.b64decode(source.removeprefix(_DATA))
    name = f"{sha256(pixels).hexdigest()[:16]}.png"
    pictures[name] = pixels
    size = Image.open(io.BytesIO(pixels))
    width = int(str(image["width"]))
    image["src"] = f"{up}{PICTURES / name}"
    image["height"] = str(round(width * size.height / size.width))  # so that nothing jumps
    image["loading"] = "lazy"
