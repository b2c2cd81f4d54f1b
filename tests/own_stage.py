"""A stage of a test's own, beside whatever else is on this engine."""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from lab_helpers.setup.images import ROOT
from lab_helpers.stage import Demo
from tests.own_lab import own_ports


def project(test: str) -> str:
    """A name for a stack: each checkout has one of its own, which its next run finds again."""
    return f"workshop-{test}-{hashlib.sha256(bytes(ROOT)).hexdigest()[:8]}"


@contextmanager
def own_stage(test: str, folder: Path) -> Iterator[Demo]:
    """The stack, up, on ports and under a name of its own.

    folder: where it keeps its passwords.
    """
    stack = Demo(project(test), own_ports())
    stack.secrets_file = folder / "demo.env"
    stack.remove()  # of an earlier run that was killed
    try:
        stack.up()
        yield stack
    finally:
        stack.remove()


def together(act: Callable[[str], str], names: list[str]) -> dict[str, str]:
    """What an act said of each fault, done side by side."""
    with ThreadPoolExecutor(len(names)) as pool:
        return dict(zip(names, pool.map(act, names), strict=True))


def ended_owner() -> str:
    """What a process that has ended called itself."""
    program = "from lab_helpers.setup.owner import owner; print(owner(), end='')"
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def all_up(stage: Demo) -> bool:
    """Whether Prometheus finds all that it scrapes."""
    return {target["health"] for target in stage.targets()} == {"up"}
