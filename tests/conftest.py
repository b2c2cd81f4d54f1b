"""How the tests are shared out among the workers, and where their time went.

A worker has a whole file or notebook at a time. The proof of the exercises, which is the longest
by far, is cut into exercises: whoever is free takes the next one.
"""

from collections import Counter
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

PROOF = "tests/labs/test_proof.py"
SHOWN = 12  # parts whose time is shown


def part(nodeid: str) -> str:
    """What stays on one worker: the file of a test, or the exercise that it proves."""
    file, _, test = nodeid.partition("::")
    if file != PROOF:
        return file
    return f"{file}::{test.partition('[')[2].rstrip(']').partition('-')[0]}"


class ByPart(LoadFileScheduling):
    """xdist's own, with parts in the place of files."""

    def _split_scope(self, nodeid: str) -> str:
        return part(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByPart | None:
    """Share out by parts where `--dist loadfile` is asked for."""
    return ByPart(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how long each worker was at work, and which parts took longest."""
    workers: Counter[str] = Counter()
    parts: Counter[tuple[str, str]] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if worker := getattr(report, "worker_id", ""):
                workers[worker] += report.duration
                parts[part(report.nodeid), worker] += report.duration
    if not workers:
        return
    write = terminalreporter.write_line
    terminalreporter.section("seconds at work, by worker and part")
    write("  ".join(f"{worker} {seconds:.0f}" for worker, seconds in sorted(workers.items())))
    for (name, worker), seconds in parts.most_common(SHOWN):
        write(f"{seconds:6.0f}  {worker}  {name}")
