"""What nbval needs to run the chapters: cures for its defects, and cells that wait for an image.

pyproject.toml loads it (`-p tests.notebooks.plugin`). nbval runs each notebook in a kernel of its
own and compares what its cells show with what is stored. Its defects are cured here, in
`PatientKernel`; besides,

- a cell tagged `needs:<service>` is skipped, with the reason, where that service's image cannot be
  had, and one tagged `needs:<service>>=<version>` where it is older besides; and so is every later
  cell that reads a name which only a skipped cell would have made;
- a cell that runs out of time, or that ends its kernel, ends its notebook: what follows is skipped;
- what a cell writes to stderr (warnings, logs) is not compared, and a line of progress that was
  rewritten in place counts as what it says at the end, or as nothing once it was taken away;
- ports and durations are made alike before comparing, by sanitize.cfg;
- a picture is compared by its text, what `alt` says: its pixels differ from machine to machine.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

import nbval.plugin
import pytest
from jupyter_client.manager import KernelManager
from nbformat import NotebookNode, from_dict
from nbval.kernel import NbvalKernelspecManager, RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile, coalesce_streams

CLEAN_UP = 60  # seconds a kernel has to end: half of them in peace, then SIGTERM, then SIGKILL
RECORD = pytest.StashKey[tempfile.TemporaryDirectory[str]]()  # of solved exercises, not the user's
ENDED = pytest.StashKey[str]()  # on a notebook: which cell ended it, and how


class KernelDied(Exception):
    """A cell's code ended the Python process that ran it."""


class PatientKernel(RunningKernel):
    """nbval's kernel, without four of its defects (version 0.11).

    - It keeps every message: ZeroMQ drops what exceeds a queue of 1,000 unless told otherwise,
      and nbval reads a cell's output only after the cell.
    - It notices within a second that the kernel died, not at the end of the cell's time.
    - It asks the kernel to end, so that `atexit` runs and containers go, before it kills it.
    - It runs cells as Jupyter does, with history: without, a semicolon at the end hides nothing.
    """

    def __init__(self, kernel_name: str, cwd: str | None = None, startup_timeout: float = 60):
        self.displays: dict[str, NotebookNode] = {}
        self.km = KernelManager(
            kernel_name=kernel_name, kernel_spec_manager=NbvalKernelspecManager()
        )
        self.km.shutdown_wait_time = CLEAN_UP
        self.km.start_kernel(stderr=subprocess.DEVNULL, cwd=cwd)
        self.kc = self.km.client()
        self.kc.context.rcvhwm = 0  # no limit
        self.kc.start_channels()
        try:
            self.kc.wait_for_ready(timeout=startup_timeout)
            self._ensure_iopub_up()
        except BaseException:
            self.stop()
            raise

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        message: str = self.kc.execute(
            cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
        )
        return message

    def await_reply(self, msg_id: str, timeout: float | None = None) -> None:
        """Wait until the cell ended, for `timeout` seconds.

        Raises `queue.Empty` when time runs out, `KernelDied` when no kernel is left to answer.
        """
        until = time.monotonic() + (timeout or float("inf"))
        while True:
            try:
                return super().await_reply(msg_id, timeout=min(1, until - time.monotonic()))
            except (Empty, ValueError):  # ValueError: no time left
                if not self.is_alive():
                    raise KernelDied("the kernel died while it ran this cell") from None
                if time.monotonic() >= until:
                    raise Empty from None

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        """The next message; an update of a display changes the message that showed it first."""
        while True:
            message: dict[str, Any] = super().get_message(stream, timeout)
            content = message["content"]
            display = content.get("transient", {}).get("display_id", "")
            if message["msg_type"] == "display_data" and display:
                content["data"] = self.displays[display] = from_dict(content["data"])
            if message["msg_type"] != "update_display_data":
                return message
            if display in self.displays:
                self.displays[display].clear()
                self.displays[display].update(content["data"])

    def stop(self) -> None:
        self.kc.stop_channels()
        if self.km.is_alive():
            self.km.interrupt_kernel()
            self.km.shutdown_kernel(now=False)
        del self.km


def shown(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Outputs as a reader sees them: streams merged, displays that show nothing left out.

    Of a picture its text is kept, and not the HTML that has its pixels.
    """
    kept = [o for o in coalesce_streams(outputs) if "data" not in o or any(o.data.values())]
    return [without_pixels(output) for output in kept]


def without_pixels(output: NotebookNode) -> NotebookNode:
    if "image/png" not in output.get("data", {}):
        return output
    return from_dict({**output, "data": {k: v for k, v in output.data.items() if k != "text/html"}})


def pytest_configure(config: pytest.Config) -> None:
    if threading.current_thread() is threading.main_thread():
        # A run that is told to end tidies up, as it does after Ctrl-C.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    nbval.plugin.RunningKernel = PatientKernel
    nbval.plugin.coalesce_streams = shown
    own = config.stash[RECORD] = tempfile.TemporaryDirectory()
    os.environ["WORKSHOP_PROGRESS"] = str(Path(own.name) / "progress.jsonl")
    if config.option.nbval_sanitize_with is None:
        config.option.nbval_sanitize_with = str(Path(__file__).with_name("sanitize.cfg"))


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> Any:
    """Remove what is left of workers that did not end in time, and were killed, on an interrupt."""
    try:
        return (yield)
    finally:
        if exitstatus == pytest.ExitCode.INTERRUPTED and not hasattr(session.config, "workerinput"):
            from lab_helpers.errors import EngineUnavailable
            from lab_helpers.setup import engine

            with suppress(EngineUnavailable):
                engine.sweep()


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[RECORD].cleanup()


def why_not(need: str) -> str | None:
    """None where a cell with this need can run on this machine, else a sentence that says why."""
    from lab_helpers.setup.needs import why_unmet

    return why_unmet(need)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what cannot run here, notebook by notebook, and leave stderr out of every comparison."""
    notebooks: dict[IPyNbFile, list[IPyNbCell]] = {}
    for item in items:
        if isinstance(item, IPyNbCell):
            notebooks.setdefault(item.parent, []).append(item)
    if not notebooks:
        return
    from lab_helpers.pages.notebooks import cannot_run  # not before: it brings the engine's client

    for notebook, cells in notebooks.items():
        notebook.skip_compare += ("stderr",)
        reasons = cannot_run([item.cell for item in cells], lambda need: why_not(need))
        for index, reason in reasons.items():
            cells[index].add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """Skip what follows a cell that ended its notebook, and remember such a cell."""
    if not isinstance(item, IPyNbCell):
        return (yield)
    notebook = item.parent
    if ended := notebook.stash.get(ENDED, None):
        pytest.skip(f"not run: {ended}")
    try:
        return (yield)
    except KernelDied as problem:
        notebook.stash[ENDED] = f"{problem} ({item.name})"
        item.raise_cell_error(f"{str(problem).capitalize()}.")
    finally:
        if notebook.timed_out and ENDED not in notebook.stash:
            notebook.timed_out = False  # nbval would expect the rest to fail, and call that fine
            notebook.stash[ENDED] = f"a cell above ran out of time ({item.name})"
