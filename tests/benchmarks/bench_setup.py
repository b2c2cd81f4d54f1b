"""Set-up from nothing, JupyterLab from set-up, and the whole of the tests."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import requests

from lab_helpers.errors import WorkshopError
from lab_helpers.setup.images import ROOT
from lab_helpers.waiting import wait_until
from tests.benchmarks.figure import Figure
from tests.second_engine import second_engine

SETUP, OPEN, TESTS = 120.0, 5.0, 900.0  # seconds

Variables = Mapping[str, str]


@contextmanager
def nothing() -> Iterator[Variables]:
    """The variables with which set-up finds neither an image nor a package that is here already.

    Python, and Debian's packages of the engine, are there: a fresh machine needs some more seconds.
    """
    with second_engine() as second:
        yield {"DOCKER_HOST": second.socket, "UV_NO_CACHE": "1", "PIP_NO_CACHE_DIR": "1"}


@contextmanager
def fresh_checkout() -> Iterator[Path]:
    """A copy of this checkout with nothing set up."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "workshop"
        for name in filter(None, tracked):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
        yield copy


def make(checkout: Path, *words: str, variables: Variables | None = None) -> float:
    """Seconds that `make` takes with these words.

    Raises:
        WorkshopError: it fails; the message has its last lines.
    """
    command = ["make", "--silent", *words]
    environment = os.environ | dict(variables or {})
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=checkout, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        lines = done.stdout.decode(errors="replace").splitlines()[-20:]
        what = f"`{' '.join(command)}` ended with {done.returncode} after {seconds:.0f} s:"
        raise WorkshopError("\n".join([what, *lines]))
    return seconds


def open_seconds(checkout: Path, variables: Variables) -> float:
    """`make lab`, when everything is set up, until JupyterLab answers on the address it prints."""
    began = time.perf_counter()
    process = subprocess.Popen(
        ["make", "--silent", "lab"],
        cwd=checkout,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"BROWSER": "true"} | dict(variables),
        start_new_session=True,
    )
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if found := re.search(r"http://127\.0\.0\.1:\S+", line):
                page = found[0]
                wait_until(lambda: requests.get(page, timeout=10).ok, f"{page} answers")  # noqa: B023
                return time.perf_counter() - began
        raise RuntimeError("`make lab` ended without an address")
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def set_up(
    start_from: Callable[[], AbstractContextManager[Variables]] = nothing,
) -> Iterator[Figure]:
    """`make setup` in a fresh checkout, every download included, and then `make lab`."""
    with fresh_checkout() as checkout, start_from() as variables:
        seconds = make(checkout, "setup", variables=variables)
        goal = f"≤ {SETUP:.0f} s"
        yield Figure("set-up from nothing", f"{seconds:.0f} s", goal, seconds <= SETUP)
        seconds = open_seconds(checkout, variables)
        yield Figure("second make lab", f"{seconds:.1f} s", f"< {OPEN:.0f} s", seconds < OPEN)


def all_tests(options: Collection[str] = ()) -> Iterator[Figure]:
    """`make test` in this checkout, which is set up."""
    seconds = make(ROOT, *options, "test")
    name, goal = "make test, after set-up", f"≤ {TESTS:.0f} s"
    yield Figure(name, f"{seconds:.0f} s", goal, seconds <= TESTS)
