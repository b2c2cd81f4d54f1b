"""From a bundle to JupyterLab and to a green chapter 01, on an engine without images, cut off."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from lab_helpers.errors import WorkshopError
from lab_helpers.setup.packing.make import make
from lab_helpers.waiting import wait_until
from tests.benchmarks.figure import Figure
from tests.second_engine import second_engine

OPEN = 60.0  # seconds
PAGE = "notebooks/01_first_scrape.ipynb"
BUNDLE = 1200.0  # megabytes, for the machines of one architecture

#: The command of a learner who has Python and the file, and nothing else.
_BARE = (getattr(sys, "_base_executable", sys.executable), "-S")


def without_a_network() -> Iterator[Figure]:
    """`workshop bundle`, then `python3 workshop.bundle` where there is no network."""
    with tempfile.TemporaryDirectory() as folder, second_engine(cut_off=True) as second:
        path = Path(folder) / "workshop.bundle"
        make(path=path)
        size = path.stat().st_size / 1e6
        yield Figure("the bundle of this machine", f"{size:.0f} MB", f"≤ {BUNDLE:.0f} MB",
                     size <= BUNDLE)  # fmt: skip
        variables = {"DOCKER_HOST": second.socket, "BROWSER": "true", "UV_NO_CACHE": "1"}
        began = time.perf_counter()
        process = subprocess.Popen(
            [*second.inside, *_BARE, path, "workshop"], cwd=folder, text=True,
            env=os.environ | variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            said = list(_until_open(process))
            if not (found := re.search(r"http://127\.0\.0\.1:\S+", said[-1])):
                raise WorkshopError("\n".join(["JupyterLab did not open:", *said[-20:]]))
            ask = f"import urllib.request; urllib.request.urlopen({found[0]!r}, timeout=10)"
            command = [*second.inside, *_BARE, "-c", ask]
            wait_until(
                lambda: not subprocess.run(command, stderr=subprocess.DEVNULL).returncode,
                f"{found[0]} answers",
            )
            seconds = time.perf_counter() - began
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        yield Figure("a bundle to JupyterLab, no network", f"{seconds:.0f} s", f"≤ {OPEN:.0f} s",
                     seconds <= OPEN)  # fmt: skip
        done = subprocess.run(
            [*second.inside, ".venv/bin/pytest", "-q", PAGE], cwd=Path(folder) / "workshop",
            env=os.environ | variables, capture_output=True, text=True,
        )  # fmt: skip
        last = done.stdout.splitlines()[-1:] or ["nothing"]
        yield Figure("chapter 01 then, no network", last[0].strip("= "), "passed",
                     done.returncode == 0)  # fmt: skip


def _until_open(process: subprocess.Popen[str]) -> Iterator[str]:
    """The lines of a process, until one has JupyterLab's address."""
    assert process.stdout is not None
    for line in process.stdout:
        yield line.rstrip()
        if "http://127.0.0.1:" in line:
            return
