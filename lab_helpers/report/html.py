"""The report as one page of HTML: for any screen, light and dark, and for paper."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape

from lab_helpers.report.document import Block, Document, Paragraph, Picture, Table

STYLE = """
:root { color-scheme: light dark; --ink: #222; --paper: #fff; --line: #ccc; --soft: #555;
  --band: #f3f5f7 }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --paper: #16191d; --line: #3c4147; --soft: #b0b4ba; --band: #1f242a } }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 44rem; margin: 0 auto; padding: 1rem }
h1 { margin: .5rem 0 0 } h2 { margin: 2.2rem 0 .6rem; font-size: 1.25rem }
.subtitle, .small, figcaption { color: var(--soft) } .small { font-size: .875rem }
.summary { background: var(--band); border-left: .3rem solid #0072B2; padding: .5rem 1rem }
.summary p { margin: .3rem 0; font-size: 1.1rem }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .9rem }
caption { text-align: left; font-weight: 600; padding: .3rem 0 }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0;
  border-bottom: 1px solid var(--line) }
.n { text-align: right; font-variant-numeric: tabular-nums } .short { white-space: nowrap }
figure { margin: 1.2rem 0 } figcaption { font-weight: 600 } img { width: 100%; height: auto }
img.dark { display: none }
@media screen and (prefers-color-scheme: dark) {
  img.light { display: none } img.dark { display: inline } }
@media (max-width: 34rem) {
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden }
  table, caption, tbody, tr, th, td { display: block; text-align: left; white-space: normal }
  tr { border-bottom: 1px solid var(--line); padding: .4rem 0 }
  tbody th, tbody td, tbody .n { border: 0; padding: .1rem 0; text-align: left }
  td::before { content: attr(data-of) ": "; color: var(--soft) } }
@media print { body { max-width: none; font-size: 10pt; padding: 0 }
  figure, tr { break-inside: avoid } h2, caption { break-after: avoid }
  .wide { overflow: visible } img { width: 76% } }
"""


def page(document: Document, show: Callable[[Picture], str] | None = None) -> str:
    """The whole page.

    show: how a picture is written; by default it is inside the page, for light and for dark.
    """
    write = show or _inside
    parts = []
    for section in document.sections:
        blocks = "".join(_block(block, write) for block in section.blocks)
        parts.append(f"<section><h2>{escape(section.title)}</h2>{blocks}</section>")
    summary = "".join(f"<p>{escape(sentence)}</p>" for sentence in document.summary)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(document.title)}: {escape(document.subtitle)}</title>"
        f"<style>{STYLE}</style></head><body><main><h1>{escape(document.title)}</h1>"
        f'<p class="subtitle">{escape(document.subtitle)}</p>'
        f'<div class="summary">{summary}</div>{"".join(parts)}</main></body></html>\n'
    )


def _block(block: Block, show: Callable[[Picture], str]) -> str:
    if isinstance(block, Paragraph):
        kind = ' class="small"' if block.small else ""
        return f"<p{kind}>{escape(block.text)}</p>"
    if isinstance(block, Picture):
        return f"<figure><figcaption>{escape(block.title)}</figcaption>{show(block)}</figure>"
    return _table(block)


def _table(table: Table) -> str:
    """A table; its roles are written out, since on a phone its rows become paragraphs."""

    def kind(column: int) -> str:
        number = "n" if column >= table.numbers else ""
        return f'class="{number}{"" if table.wide[column] else " short"}"'

    head = "".join(
        f'<th scope="col" role="columnheader" {kind(at)}>{escape(name)}</th>'
        for at, name in enumerate(table.head)
    )
    rows = ""
    for first, *others in table.rows:
        cells = "".join(
            f'<td role="cell" {kind(at)} data-of="{escape(table.head[at])}">{escape(cell)}</td>'
            for at, cell in enumerate(others, 1)
        )
        name = f'<th scope="row" role="rowheader" {kind(0)}>{escape(first)}</th>'
        rows += f'<tr role="row">{name}{cells}</tr>'
    return (
        f'<div class="wide"><table role="table"><caption>{escape(table.title)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{rows}</tbody></table></div>'
    )


def _inside(picture: Picture) -> str:
    """A picture as part of the page: the dark one on dark screens, the light one on paper.

    (What `<picture>` has chosen for a dark screen is printed as it is, at least by Chromium.)
    """
    return "".join(
        f'<img class="{kind}" alt="{escape(picture.alt)}" src="data:image/png;base64,'
        f'{base64.b64encode(form).decode()}">'
        for kind, form in (("light", picture.light), ("dark", picture.dark))
    )
