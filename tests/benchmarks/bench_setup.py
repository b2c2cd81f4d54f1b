"""Set-up from nothing, JupyterLab from set-up, and the whole of the tests."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from lab_helpers.setup import engine, images, provision
from lab_helpers.waiting import wait_until
from tests.benchmarks.figure import Figure

SETUP, OPEN, TESTS = 180.0, 5.0, 720.0  # seconds


@contextmanager
def fresh_checkout() -> Iterator[Path]:
    """A copy of this checkout with nothing set up, whose images have other names than ours."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=images.ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    before = provision.present()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "workshop"
        for name in filter(None, tracked):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(images.ROOT / name, copy / name)
        # Every layer is made from this file on, and no name of an image is one of ours.
        recipe = copy / "compose" / "images" / "dpkg.conf"
        recipe.write_text(recipe.read_text() + f"# {time.time()}\n")
        try:
            yield copy
        finally:
            for name in provision.present() - before:
                if name != provision.DEBIAN_BASE:
                    engine.client().images.remove(name, force=True)


def setup_seconds(checkout: Path) -> float:
    """`make setup`, with every download made anew."""
    caches = {"UV_NO_CACHE": "1", "PIP_NO_CACHE_DIR": "1"}
    began = time.perf_counter()
    subprocess.run(["make", "--silent", "setup"], cwd=checkout, check=True, env=os.environ | caches)
    return time.perf_counter() - began


def base_seconds() -> float:
    """The image of Debian that set-up makes where none can be pulled, if that is the case here."""
    if provision.DEBIAN_BASE not in provision.present():
        return 0.0  # pulled, or made a moment ago: it is in the set-up's own time
    began = time.perf_counter()
    made = subprocess.run(provision.MAKE_BASE, capture_output=True, check=True).stdout
    repository = "workshop/benchmark"
    engine.client().api.import_image_from_data(made, repository=repository, tag="base")
    seconds = time.perf_counter() - began
    engine.client().images.remove(f"{repository}:base")
    return seconds


def open_seconds(checkout: Path) -> float:
    """`make lab`, when everything is set up, until JupyterLab answers on the address it prints."""
    began = time.perf_counter()
    process = subprocess.Popen(
        ["make", "--silent", "lab"],
        cwd=checkout,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"BROWSER": "true"},
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


def figures() -> Iterator[Figure]:
    """Every figure of this file."""
    with fresh_checkout() as checkout:
        base = base_seconds()
        seconds = base + setup_seconds(checkout)
        yield Figure(
            "set-up from nothing", f"{seconds:.0f} s", f"≤ {SETUP:.0f} s", seconds <= SETUP
        )
        seconds = open_seconds(checkout)
        yield Figure("second make lab", f"{seconds:.1f} s", f"< {OPEN:.0f} s", seconds < OPEN)
    began = time.perf_counter()
    done = subprocess.run(["make", "--silent", "test"], cwd=images.ROOT, capture_output=True)
    seconds = time.perf_counter() - began
    holds = done.returncode == 0 and seconds <= TESTS
    yield Figure("make test, after set-up", f"{seconds:.0f} s", f"≤ {TESTS:.0f} s", holds)
