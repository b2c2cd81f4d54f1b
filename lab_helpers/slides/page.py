"""The page that shows a deck: reveal.js, the slides and their look, in one file."""

from html import escape
from importlib.util import find_spec
from pathlib import Path

from lab_helpers import look
from lab_helpers.slides.deck import Deck, Slide

_HERE = Path(__file__).resolve().parent
_BAR = """\
<nav class="bar" aria-label="Slides">
  <span class="title">{title}</span>
  <button type="button" data-go="prev" aria-label="Previous slide">◀</button>
  <span class="place" role="status"></span>
  <button type="button" data-go="next" aria-label="Next slide">▶</button>
  <button type="button" data-go="notes">Speaker (S)</button>
  {switch}
  <button type="button" data-go="help">Keys (?)</button>
</nav>"""


def page(deck: Deck) -> str:
    """The whole HTML page of a deck."""
    reveal = _reveal()
    columns: list[list[Slide]] = []
    for slide in deck.slides:
        if slide.below and columns:
            columns[-1].append(slide)
        else:
            columns.append([slide])
    slides = "\n".join(f"<section>{''.join(map(_section, column))}</section>" for column in columns)
    bar = _BAR.format(title=escape(deck.title), switch=look.SWITCH)
    scripts = [
        reveal / "dist" / "reveal.js",
        reveal / "plugin" / "notes" / "notes.js",
        _HERE / "slides.js",
    ]
    return look.page(
        f"{deck.title}: slides",
        f'<main class="deck"><div class="slides">\n{slides}\n</div></main>\n{bar}\n'
        + "".join(f"<script>\n{_script(path)}</script>\n" for path in scripts),
        f"<style>\n{(reveal / 'dist' / 'reveal.css').read_text()}</style>\n"
        f"<style>\n{(_HERE / 'slides.css').read_text()}</style>\n",
    )


def _section(slide: Slide) -> str:
    notes = "".join(f'<aside class="notes">{note}</aside>' for note in slide.notes)
    return f'<section class="slide">{"".join(slide.parts)}{notes}</section>\n'


def _script(path: Path) -> str:
    """A script such that it can stand inside a page."""
    return path.read_text().replace("</script", r"<\/script")


def _reveal() -> Path:
    """Where reveal.js is: sphinx-revealjs brings it along."""
    found = find_spec("sphinx_revealjs")
    assert found and found.origin
    return Path(found.origin).parent / "_static" / "revealjs"
