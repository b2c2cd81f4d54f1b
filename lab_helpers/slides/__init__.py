"""A chapter as slides: in the browser, from this machine alone, and as a PDF.

The notebook says what a slide is (the slide type of each cell), what only the speaker sees (type
`notes`) and what is left out (`skip`, and the solutions). The page cuts what is too much for one
slide into several, once it knows how high everything is.
"""

from lab_helpers.slides.deck import Deck, chapter
from lab_helpers.slides.page import page
from lab_helpers.slides.pdf import print_to
from lab_helpers.slides.server import show

__all__ = ["Deck", "chapter", "page", "print_to", "show"]
