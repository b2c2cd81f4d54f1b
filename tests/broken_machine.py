"""A visit of the doctor, on a machine on which something is broken."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab_helpers.setup.images import ROOT

#: A Python with nothing installed: that of the system, without its packages.
BARE = (getattr(sys, "_base_executable", sys.executable), "-S")
#: Seconds after which a visit has waited for something: it takes five, and an overloaded machine
#: some more to start Python.
HANGS = 8.0
#: What may name another engine, or a proxy.
NAMED = (
    "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
    "http_proxy", "https_proxy", "no_proxy", "ALL_PROXY", "all_proxy",
)  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """What the doctor said.

    Attributes:
        status: its exit status.
        said: by check, the word and the text after it, on one line.
        rest: all that it printed.
        took: seconds.
    """

    status: int
    said: dict[str, tuple[str, str]]
    rest: str
    took: float

    def word(self, check: str) -> str:
        """How well something is."""
        return self.said[check][0]

    def text(self, check: str) -> str:
        """What was found, what it means and what to do."""
        return self.said[check][1]


def visit(
    *words: str,
    folder: Path = ROOT,
    before: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
    python: tuple[str, ...] = BARE,
) -> Visit:
    """Have the doctor look at a checkout.

    Args:
        before: a command that runs it, such as in another network.
        environment: what is set, beside what names no engine and no proxy.
    """
    usual = {name: value for name, value in os.environ.items() if name not in NAMED}
    if at := os.environ.get("DOCKER_HOST"):  # the engine that these tests use
        usual["DOCKER_HOST"] = at
    began = time.monotonic()
    done = subprocess.run(
        [*before, *python, "-m", "lab_helpers.setup.doctor", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        env=usual | dict(environment or {}),
    )
    took = time.monotonic() - began
    assert "Traceback" not in done.stderr, done.stderr
    said = {}
    last = done.stdout.rpartition("and again:")[2]
    for part in re.split(r"^(?=[✓!✗–] |`)", last, flags=re.M)[1:]:
        if part.startswith("`"):  # the last line: what to do about all of it
            continue
        flat = " ".join(part.split())
        whole = re.match(r"[✓!✗–] (\w+) (left over|\w+) (.*)", flat)
        assert whole, flat
        said[whole[2]] = (whole[1], whole[3])
    return Visit(done.returncode, said, done.stdout + done.stderr, took)


def copy(folder: Path) -> Path:
    """What the doctor needs of a checkout, in another place."""
    shutil.copytree(
        ROOT / "lab_helpers" / "setup",
        folder / "lab_helpers" / "setup",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for name in ("lab_helpers/__init__.py", "lab_helpers/errors.py", "requirements.lock",
                 "pyproject.toml", "compose", "labs/shop"):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


@contextmanager
def silent(place: Path | tuple[str, int]) -> Iterator[socket.socket]:
    """Something that takes every call and says nothing."""
    family = socket.AF_UNIX if isinstance(place, Path) else socket.AF_INET
    calls = []
    with socket.socket(family) as listener:
        listener.bind(str(place) if isinstance(place, Path) else place)
        listener.listen()

        def take() -> None:
            while True:
                try:
                    calls.append(listener.accept()[0])
                except OSError:
                    return

        threading.Thread(target=take, daemon=True).start()
        yield listener
        listener.shutdown(socket.SHUT_RDWR)
        for call in calls:
            call.close()
