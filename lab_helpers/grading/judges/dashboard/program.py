"""An answer, which is a program, turned into the dashboard that it makes."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.dashboard.model import Board

CHILD = Path(__file__).with_name("child.py")
SECONDS = 20.0  # for the child, on a busy machine; of computing it has less (child.LIMITS)


def run(answer: str) -> Board | Verdict:
    """Run an answer in a process of its own, and read the dashboard; or say what went wrong.

    It has the rights of whoever asks, an empty folder to be in, no standard input, and a limit of
    time, memory and output. Nothing of it is left behind.
    """
    with TemporaryDirectory() as folder:
        source, result = Path(folder, "answer.py"), Path(folder, "dashboard.json")
        source.write_text(answer, "utf-8")
        process = subprocess.Popen(
            [sys.executable, "-I", CHILD, source, result],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            status = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            status = -signal.SIGXCPU
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # whatever the answer has started, too
            process.wait()
        if status in (-signal.SIGXCPU, -signal.SIGKILL):
            return missed(
                "endless",
                "The program did not come to its end within a few seconds. Is there a loop that "
                "never ends, or something that it waits for?",
            )
        written = result.read_bytes() if result.exists() else b""
    return _read(written)


def _read(written: bytes) -> Board | Verdict:
    try:
        found = msgspec.json.decode(written, type=_Result)
    except msgspec.ValidationError as problem:
        where = str(problem).replace("$.dashboard", "dashboard")
        return missed("not a dashboard", f"Grafana could not read it. {where}.")
    except msgspec.DecodeError:
        return missed("stopped early", "The program stopped before it had made a dashboard.")
    if found.wrong:
        return missed(*found.wrong)
    return found.dashboard


class _Result(msgspec.Struct):
    dashboard: Board = msgspec.field(default_factory=Board)
    wrong: tuple[str, str] | None = None
