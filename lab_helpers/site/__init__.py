"""The workshop as a site: pages to read, search and print, without a network and without a kernel.

Sphinx with myst-nb makes the pages (`conf.py`), of sources that are written from the notebooks as
they are stored: nothing is run.
"""

from lab_helpers.site.building import SITE, build

__all__ = ["SITE", "build"]
