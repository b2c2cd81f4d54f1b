"""How the tests are shared out among the workers, and where their time went.

A worker has a whole file or notebook at a time. The longest files, whose tests can be done apart,
are cut: whoever is free takes the next exercise, lab or benchmark. pyproject.toml loads this module
(`-p tests.workers`).
"""

import os
from collections import Counter
from itertools import chain
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

#: Files that are cut by the first word of their tests' parameters.
CUT = {
    "tests/labs/test_proof.py",  # by exercise
    "tests/notebooks/test_labs.py",  # by chapter
    "tests/containers/test_benchmarks.py",  # by measurement
}
SHOWN = 12  # parts, and cells, whose time is shown


def part(nodeid: str) -> str:
    """What stays on one worker: the file of a test, or its share of a file that is cut."""
    file, _, test = nodeid.partition("::")
    if file not in CUT:
        return file
    return f"{file}::{test.partition('[')[2].rstrip(']').partition('-')[0]}"


class ByPart(LoadFileScheduling):
    """xdist's own, with parts in the place of files."""

    def _split_scope(self, nodeid: str) -> str:
        return part(nodeid)


@pytest.hookimpl(optionalhook=True, tryfirst=True)  # before xdist's own answer
def pytest_xdist_auto_num_workers() -> int:
    """More workers than processors: tests wait more than they work.

    There are eight at most: an engine has addresses for some thirty networks, and each worker has
    up to three.
    """
    return min(2 * (os.cpu_count() or 1) + 1, 8)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByPart | None:
    """Share out by parts where `--dist loadfile` is asked for."""
    return ByPart(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how long each worker was at work, and which parts and which cells took longest."""
    workers: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    cells: Counter[str] = Counter()
    for report in chain.from_iterable(terminalreporter.stats.values()):
        if worker := getattr(report, "worker_id", ""):
            workers[worker] += report.duration
            parts[f"{worker}  {part(report.nodeid)}"] += report.duration
            if report.nodeid.partition("::")[0].endswith(".ipynb"):
                cells[report.nodeid] += report.duration
    if not workers:
        return
    terminalreporter.section("seconds at work")
    for counted in (workers, parts, cells):
        for name, seconds in counted.most_common(SHOWN):
            terminalreporter.write_line(f"{seconds:6.0f}  {name}")
