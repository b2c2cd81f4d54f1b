"""A built site as a reader without a browser sees it: what each page names, loads and shows."""

from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse

from lab_helpers.setup.images import ROOT

_LOADS = {"script": "src", "img": "src", "source": "src", "iframe": "src", "link": "href"}
#: The classes of what is folded in an exercise.
FOLDS = ("hint", "check", "solution")
_EMPTY = {"img", "link", "meta", "input", "br", "hr", "source", "wbr"}


@dataclass
class Page(HTMLParser):
    """One page.

    ids: the addresses in it.
    links: where its links lead.
    loads: what a browser fetches for it.
    images: the attributes of each picture.
    details: the attributes of whatever folds.
    shown: its text, as far as it is read without unfolding anything of an exercise.
    folded: the text of each part of an exercise that is folded.
    """

    path: Path
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    images: list[dict[str, str]] = field(default_factory=list)
    details: list[dict[str, str]] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    title: str = ""
    shown: str = ""
    folded: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self.feed(self.path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if "id" in has:
            self.ids.append(has["id"])
        if tag == "a" and "href" in has:
            self.links.append(has["href"])
        if tag in _LOADS and _LOADS[tag] in has:
            self.loads.append(has[_LOADS[tag]])
        if tag == "img":
            self.images.append(has)
        if tag == "details":
            self.details.append(has)
        if tag == "meta" and "name" in has:
            self.meta[has["name"]] = has.get("content", "")
        if tag not in _EMPTY:
            folds = tag == "details" and has.get("class", "") in FOLDS
            self._open.append("folded" if folds else tag)
            self.folded += [""] if folds else []

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag not in _EMPTY:
            if self._open.pop() in (tag, "folded" if tag == "details" else tag):
                return

    def handle_data(self, data: str) -> None:
        if "title" in self._open:
            self.title += data
        if "folded" in self._open:
            self.folded[-1] += data
        elif not {"script", "style"} & {*self._open}:
            self.shown += data


class Site:
    """All pages of a site that was built into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages = {
            str(path.relative_to(folder)): Page(path)
            for path in sorted(folder.rglob("*.html"))
            if "_static" not in path.parts
        }

    @cached_property
    def notebooks(self) -> dict[str, Page]:
        """The pages of chapters and labs, and the glossary, by the paths of their notebooks."""
        made = {name.replace(".html", ".ipynb"): page for name, page in self.pages.items()}
        return {name: page for name, page in made.items() if (ROOT / name).is_file()}

    def why_dead(self, page: Page, link: str) -> str:
        """Why a link within the site leads nowhere; "" if it leads somewhere."""
        where, anchor = urldefrag(link)
        path = unquote(urlparse(where).path)
        if path.startswith("/"):
            target = self.folder / path[1:]
        else:
            target = (page.path.parent / path).resolve() if path else page.path
        if target.is_dir():
            target /= "index.html"
        if not target.is_relative_to(self.folder) or not target.is_file():
            return "no such file"
        other = self.pages.get(str(target.relative_to(self.folder)))
        if anchor and other is not None and unquote(anchor) not in other.ids:
            return "no such address in it"
        return ""


def is_within(link: str) -> bool:
    """Whether a link stays in the site."""
    return not urlparse(link).scheme and not urlparse(link).netloc
