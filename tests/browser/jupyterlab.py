"""A JupyterLab of a test's own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from lab_helpers.waiting import wait_until
from tests.running import running


@contextmanager
def serving(command: Sequence[str], address: str, log: Path, **how: Any) -> Iterator[None]:
    """Have a JupyterLab answer for as long as the block lasts.

    It is killed in the end if need be: a thread of anyio's keeps it where a request was under way,
    although its kernels have ended.

    command: starts it. address: where its pages are. log, how: as `running` takes them.
    """
    with running(command, log, **how):
        wait_until(lambda: requests.get(f"{address}/api", timeout=5).ok, "JupyterLab answers")
        yield
