"""A JupyterLab of a test's own."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import requests

from lab_helpers.waiting import wait_until


@contextmanager
def serving(command: Sequence[str], address: str, **how: Any) -> Iterator[None]:
    """Have a JupyterLab answer for as long as the block lasts.

    command: starts it. address: where its pages are. how: what else `Popen` is told.
    """
    server = subprocess.Popen(command, **how)
    try:
        wait_until(lambda: requests.get(f"{address}/api", timeout=5).ok, "JupyterLab answers")
        yield
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            # Its kernels have ended, its log says so. What keeps it is a thread of anyio's, which
            # waits for the end of a request that was under way.
            server.kill()
            server.wait()
