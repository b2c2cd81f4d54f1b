"""The site: its sources, and all of its pages."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lab_helpers.site import build, sources
from tests.benchmarks.figure import Figure


def the_site(whole: bool = True) -> Iterator[Figure]:
    """`whole`: whether Sphinx makes the pages, too."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        sources.write(Path(folder))
        yield _figure("the site's sources, from the notebooks", began, 10)
    if whole:
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            build(Path(folder) / "html")
            yield _figure("the whole site", began, 60)


def _figure(name: str, began: float, goal: float) -> Figure:
    seconds = time.perf_counter() - began
    return Figure(name, f"{seconds:.1f} s", f"< {goal:.0f} s", seconds < goal)
