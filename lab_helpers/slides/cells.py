"""A cell of a notebook as HTML for a slide."""

from __future__ import annotations

import ast
import base64
import mimetypes
import re
from html import escape
from itertools import zip_longest
from pathlib import Path
from typing import Any

import mistune
from bs4 import BeautifulSoup, Tag
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

#: So many lines of imports at the start of a cell are said to be there, and not shown.
MANY_IMPORTS = 4
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_COMMENT = re.compile(r"\s*(#|$)")


def render(cell: NotebookNode, folder: Path) -> str:
    """The HTML of a cell, "" where nothing of it is for a slide.

    folder: where the notebook lies, whose pictures are taken into the HTML.
    """
    exercise = "exercise" in cell.metadata.get("workshop", {})
    if cell.cell_type == "markdown":
        return _markdown(_prompt(cell.source) if exercise else cell.source, folder)
    if cell.cell_type != "code":
        return ""
    if cell.source.startswith("%%check"):
        return _start_of_an_answer(cell.source)
    shown = "".join(_output(output) for output in cell.outputs)
    return listing(_without_imports(cell.source), "ipython3") + shown


def listing(source: str, language: str) -> str:
    """A listing, coloured if Pygments knows the language."""
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return _lines(escape(source.rstrip()), "listing")
    return _lines(highlight(source.rstrip(), lexer, HtmlFormatter(nowrap=True)), "listing")


def _lines(html: str, kind: str) -> str:
    """Preformatted text, each line an element of its own, so that a long one can be cut."""
    lines = "".join(f'<span class="line">{line}</span>' for line in html.rstrip().split("\n"))
    return f'<pre class="{kind}">{lines}</pre>'


def _prompt(source: str) -> str:
    """An exercise's question, without how to answer it on the page."""
    paragraphs = source.rstrip().split("\n\n")
    if "`%hint" in paragraphs[-1]:
        paragraphs.pop()
    return "\n\n".join(paragraphs)


def _start_of_an_answer(source: str) -> str:
    """What an answer starts from; "" if that is only a word on where to write it."""
    given = source.partition("\n")[2]
    return "" if all(map(_COMMENT.match, given.splitlines())) else listing(given, "")


def _without_imports(source: str) -> str:
    """The source of a cell; many imports at its start are one comment."""
    try:
        body = ast.parse(source).body
    except SyntaxError:  # another language, or a line of IPython's
        return source
    first = next((n for n in body if not isinstance(n, ast.Import | ast.ImportFrom)), None)
    begins = first.lineno - 1 if first else len(source.splitlines())
    if isinstance(first, ast.FunctionDef | ast.ClassDef) and first.decorator_list:
        begins = first.decorator_list[0].lineno - 1
    if begins < MANY_IMPORTS:
        return source
    rest = "\n".join(source.splitlines()[begins:]).strip("\n")
    return f"# imports\n\n{rest}".rstrip()


def _output(output: NotebookNode) -> str:
    """What a cell shows, as HTML."""
    if output.output_type == "stream":
        return _text(output.text)
    if output.output_type == "error":
        return _text(f"{output.ename}: {output.evalue}", "error ")
    data = output.get("data", {})
    if "text/html" in data:
        return f'<div class="output">{tidy(data["text/html"])}</div>'
    if "image/png" in data:
        said = escape(str(output.get("metadata", {}).get("alt", "a picture")))
        return f'<img alt="{said}" src="data:image/png;base64,{data["image/png"].strip()}">'
    return _text(data["text/plain"]) if "text/plain" in data else ""


def _text(text: str, kind: str = "") -> str:
    plain = _ANSI.sub("", text).rstrip()
    return _lines(escape(plain), f"{kind}output") if plain else ""


def tidy(html: str) -> str:
    """HTML that a cell showed, without the style and the links that belong to its page."""
    soup = BeautifulSoup(html, "html.parser")
    for style in soup.find_all(["style", "script"]):
        style.decompose()
    for link in soup.find_all("a"):
        if leads_away(str(link.get("href", ""))):
            link["rel"] = "noopener"
            link["target"] = "_blank"
        else:
            link.unwrap()
    for table in soup.find_all("table"):
        del table["border"]
        if table.find("pre"):
            _line_by_line(table)
    for heading in soup.find_all("th"):
        if not heading.get_text(strip=True):
            heading.name = "td"  # the corner of a frame heads nothing
    for folded in soup.find_all("details"):
        folded["open"] = ""
    return str(soup)


def _line_by_line(table: Tag) -> None:
    """Texts side by side become a row for each line, so that a long one can be cut."""
    table["class"] = "paired"
    for row in table.find_all("tr"):
        texts = [text.decode_contents().split("\n") for text in row.find_all("pre")]
        if texts:
            cells = (
                "".join(f"<td><pre>{line}</pre></td>" for line in lines)
                for lines in zip_longest(*texts, fillvalue="")
            )
            rows = "".join(f"<tr>{line}</tr>" for line in cells)
            row.replace_with(BeautifulSoup(rows, "html.parser"))


def leads_away(address: str) -> bool:
    """Whether a link leads to somewhere that is there while slides are shown.

    Other notebooks are not, nor are the services of a lab that ran once.
    """
    return bool(re.match(r"https?://(?!127\.0\.0\.1|localhost)", address))


class _OnSlides(mistune.HTMLRenderer):
    """Markdown as HTML that stands alone: pictures inside, and links that lead somewhere."""

    def __init__(self, folder: Path) -> None:
        super().__init__(escape=False)
        self.folder = folder

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if not leads_away(url):
            return text
        return f'<a href="{escape(url)}" target="_blank" rel="noopener">{text}</a>'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
        try:
            held = base64.b64encode((self.folder / url).read_bytes()).decode()
        except OSError:
            return f"<em>{escape(text)}</em>"
        return f'<img alt="{escape(text)}" src="data:{kind};base64,{held}">'

    def block_code(self, code: str, info: str | None = None) -> str:
        return listing(code, (info or "").split(" ")[0])


def _markdown(source: str, folder: Path) -> str:
    reader: Any = mistune.create_markdown(
        renderer=_OnSlides(folder), plugins=["table", "strikethrough", "url"]
    )
    return str(reader(source)).replace("<details>", "<details open>").strip()
