"""Run `make test` again and again, and print what failed, and what was left behind.

Read from the environment: N, how often; LOAD, how many busy loops run beside it; RESOLVER=dead,
for a machine whose resolver does not answer; ONLY, which tests.
"""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from lab_helpers.setup.images import ROOT
from tests.soak import leftovers, report
from tests.soak.dead_resolver import dead_resolver

FOLDER = ROOT / ".workshop" / "soak"


@contextmanager
def busy_loops(count: int) -> Iterator[None]:
    """Have as many processes beside it that do nothing, as fast as they can.

    Each in a session of its own: what shares a session shares one part of the processor, however
    many they are (autogroup, sched(7)), and a hundred loops would weigh as much as one.
    """
    busy = [sys.executable, "-c", "while True: pass"]
    loops = [subprocess.Popen(busy, start_new_session=True) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def run_once(number: int, only: str, environment: dict[str, str]) -> tuple[report.Run, bool]:
    """Run the suite; what came of it, and whether it was interrupted."""
    written, log = FOLDER / f"{number}.xml", FOLDER / f"{number}.log"
    before, mark, began = leftovers.Snapshot.now(), uuid.uuid4().hex, time.monotonic()
    interrupted = False
    with log.open("w") as said:
        process = subprocess.Popen(
            ["make", "test", f"ARGS=--junitxml={written} {only}"],
            cwd=ROOT,
            env=environment | {leftovers.MARK: mark},
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that an interrupt reaches it once, from here
        )
        try:
            status = process.wait()
        except KeyboardInterrupt:
            interrupted = True
            os.killpg(process.pid, signal.SIGINT)
            status = process.wait()
    lines = log.read_text(errors="replace").strip().splitlines() or [""]
    run = report.read(written, status, time.monotonic() - began, lines[-1])
    if interrupted:  # that it did not end well is nobody's fault
        run.outcomes.pop(report.THE_RUN, None)
        run.messages.pop(report.THE_RUN, None)
    run.left_behind = leftovers.processes(mark) + leftovers.Snapshot.now().added_since(before)
    return run, interrupted


def prepare(folder: Path) -> None:
    """Have an empty folder for the reports."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()


def main() -> int:
    """Run the suite N times; the exit status is 1 if anything failed, 130 after Ctrl-C."""
    count, only = int(os.environ.get("N") or 20), os.environ.get("ONLY", "")
    prepare(FOLDER)
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell told it to ignore the first
        signal.signal(number, signal.default_int_handler)
    runs: list[report.Run] = []
    interrupted = False
    with ExitStack() as stack:
        environment = dict(os.environ)
        stack.enter_context(busy_loops(int(os.environ.get("LOAD") or 0)))
        if os.environ.get("RESOLVER") == "dead":
            environment["DOCKER_HOST"] = stack.enter_context(dead_resolver())
        while len(runs) < count and not interrupted:
            run, interrupted = run_once(len(runs) + 1, only, environment)
            runs.append(run)
            failed = run.count("failed")
            print(f"run {len(runs)} of {count}: {run.seconds:.0f} s, {failed} failed", flush=True)
    print(f"\n{report.table(runs)}\n\nReports and logs are in {FOLDER.relative_to(ROOT)}.")
    return 130 if interrupted else int(report.has_failed(runs))


if __name__ == "__main__":
    sys.exit(main())
