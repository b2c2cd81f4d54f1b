"""The report as a PDF with tags (PDF/UA-1): text is text, tables and pictures can be read aloud.

Typst sets it, from `page.typ`. It refuses a picture without a description.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lab_helpers.report.document import Block, Document, Paragraph, Picture


def pdf(document: Document) -> bytes:
    """The whole document. The same document gives the same bytes."""
    import matplotlib
    import typst

    told = {
        "title": document.title,
        "subtitle": document.subtitle,
        "summary": document.summary,
        "sections": [
            {"title": section.title, "blocks": [_block(block) for block in section.blocks]}
            for section in document.sections
        ],
    }
    made: bytes = typst.compile(
        Path(__file__).with_name("page.typ"),
        sys_inputs={"report": json.dumps(told)},
        font_paths=[Path(matplotlib.get_data_path()) / "fonts" / "ttf"],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )
    return made


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "text", "text": block.text, "small": block.small}
    if isinstance(block, Picture):
        return {"kind": "picture", "title": block.title, "svg": block.vector, "alt": block.alt}
    return {
        "kind": "table",
        "title": block.title,
        "head": block.head,
        "rows": block.rows,
        "numbers": block.numbers,
        "wide": block.wide,
    }
