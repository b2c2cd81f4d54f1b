"""Designs of alerts: from a rules file to its score in a week of history."""

from __future__ import annotations

import time
from collections.abc import Iterator

from lab_helpers import PrometheusContainer, Week
from lab_helpers.setup.images import ROOT
from tests.benchmarks.figure import Figure

GOAL = 10.0  # seconds
DESIGNS = ROOT / "labs" / "08_service_levels" / "designs"


def each_design(*, only: str = "*") -> Iterator[Figure]:
    """Each design by itself: nothing is kept from the one before."""
    with PrometheusContainer(history=True) as server:
        for file in sorted(DESIGNS.glob(f"{only}.yml")):
            began = time.perf_counter()
            score = Week(server).score(file.read_text())
            seconds = time.perf_counter() - began
            assert score.events == 1, score
            name = f"design {file.stem} over a week"
            yield Figure(name, f"{seconds:.1f} s", f"< {GOAL:.0f} s", seconds < GOAL)
