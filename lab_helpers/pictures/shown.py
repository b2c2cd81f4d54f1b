"""How a notebook shows a figure: sharp, and with a text for whoever cannot see it.

JupyterLab and nbconvert take the `alt` of a picture from HTML alone. So a figure is shown as an
`<img>`, at two pixels for each of the page's; beside it stands the plain PNG for what shows no HTML
(a PDF by way of LaTeX), and as text what `alt` says. Where the pixels differ from machine to
machine, the text does not: it is what a run of the page is compared by.
"""

import base64
import io
from html import escape
from typing import TYPE_CHECKING, Any

from lab_helpers.pictures import alt

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

SHARP = 2
_COLOURS = 128  # that a picture may have: those of its lines and letters, and their soft edges


def use_alt_texts() -> None:
    """Have IPython show figures in this way; outside of it there is nothing to show them."""
    try:
        from IPython import get_ipython
        from matplotlib_inline.config import InlineBackend
    except ImportError:
        return
    shell = get_ipython()
    if shell is None:
        return
    # Its own formatter would have the last word. To choose formats again is up to the reader.
    InlineBackend.instance(parent=shell).figure_formats = set()
    shell.display_formatter.mimebundle_formatter.for_type_by_name(
        "matplotlib.figure", "Figure", bundle
    )


def bundle(figure: "Figure", include: Any = None, exclude: Any = None) -> dict[str, Any]:
    """The figure in each of its forms, by MIME type; empty if nothing is drawn in it."""
    if not figure.axes and not figure.lines and not figure.texts:
        return {}
    sharp = _drawn(figure)
    text = alt.text_of(figure)
    source = f"data:image/png;base64,{base64.b64encode(_png(sharp)).decode()}"
    return {
        "text/html": f'<img alt="{escape(text)}" width="{sharp.width // SHARP}" src="{source}">',
        "image/png": _png(sharp.reduce(SHARP)),
        "text/plain": text,
    }


def _drawn(figure: "Figure") -> "Image":
    """The figure at SHARP pixels for each of the page's, without the blank around it."""
    from PIL import Image

    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=SHARP * figure.dpi, bbox_inches="tight")
    return Image.open(written).convert("RGB")


def _png(image: "Image") -> bytes:
    from PIL.Image import Dither

    small = io.BytesIO()
    image.quantize(_COLOURS, dither=Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()
