"""The process that serves the overview page, beside the stack: started, found again, ended.

It outlives the command that starts it. What it is called is kept in a record, so that the next
command finds it, and never takes another process for it.
"""

import json
import secrets
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from lab_helpers.errors import ServiceFailed
from lab_helpers.setup import ports
from lab_helpers.setup.images import ROOT
from lab_helpers.setup.owner import has_ended, owner

STARTS = 30.0  # seconds within which it listens, on a busy machine
ENDS = 5.0  # seconds within which it ends when it is asked to


@dataclass(frozen=True)
class Settings:
    """What the process is told, on its standard input, so that no list of processes shows it.

    Attributes:
        project: the name of the stack that it shows.
        secrets_file: where the stage's own password is.
        record: where it says who it is.
        port: where it listens, on the loopback.
        host: the address on which it listens besides; "" for none.
        token: what whoever reads from elsewhere than this machine must have.
    """

    project: str
    secrets_file: str
    record: str
    port: int
    host: str = ""
    token: str = ""


def _require_own(host: str) -> None:
    """Raise ServiceFailed if that is no address of this machine."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, 0), family=family).close()
    except OSError:
        raise ServiceFailed(
            f"{host} is no address of this machine: `ip address` lists those that it has."
        ) from None


class OverviewProcess:
    """The overview's process, if there is one.

    Args:
        record: the file in which it says who it is.
    """

    def __init__(self, record: Path) -> None:
        self.record = record
        self.log = record.with_suffix(".log")

    def found(self) -> dict[str, Any] | None:
        """What the process that runs says of itself: owner, port, host. None where none runs."""
        try:
            said: dict[str, Any] = json.loads(self.record.read_text())
            return None if has_ended(said["owner"]) else said
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None

    @property
    def url(self) -> str | None:
        """The page's address on this machine; None where no process runs."""
        said = self.found()
        return f"http://127.0.0.1:{said['port']}" if said else None

    def start(self, project: str, secrets_file: Path, port: int, host: str | None = None) -> str:
        """Have it run with these settings, and return the token of those who read from elsewhere.

        One that runs on that port is left alone, unless it is to be opened or closed.

        Args:
            host: the address of this machine to open it at, besides its loopback; "" to close it,
                None to leave it as it is, if it runs.

        Raises:
            ServiceFailed: its port is taken, ``host`` is no address of this machine, or it died.
        """
        said = self.found()
        if said and said["port"] == port and not host and host in (None, said["host"]):
            return ""
        if host:
            _require_own(host)
        self.stop()
        ports.require_free({"overview": ("OVERVIEW_PORT", port)})
        token = secrets.token_urlsafe(9) if host else ""
        settings = Settings(project, str(secrets_file), str(self.record), port, host or "", token)
        self.record.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "lab_helpers.overview"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                start_new_session=True,  # a key or a hang-up at the terminal is not meant for it
            )
        assert child.stdin
        with suppress(BrokenPipeError), child.stdin:
            child.stdin.write(json.dumps(asdict(settings)).encode())
        self._await(child)
        return token

    def _await(self, child: subprocess.Popen[bytes]) -> None:
        """Wait until a process that was just started has said that it listens."""
        until = time.monotonic() + STARTS
        while (self.found() or {}).get("owner", "").split("/")[1:2] != [str(child.pid)]:
            if child.poll() is not None or time.monotonic() > until:
                said = self.log.read_text(errors="replace").strip().splitlines()[-1:]
                if child.poll() is None:
                    child.kill()
                    child.wait()
                why = said[0] if said else f"it did not listen within {STARTS:.0f} s"
                raise ServiceFailed(f"The overview page does not start: {why}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it, if it runs on this machine."""
        said = self.found()
        if said and said["owner"].split("/")[0] == owner().split("/")[0]:
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(int(said["owner"].split("/")[1]))
                process.terminate()
                try:
                    process.wait(ENDS)
                except psutil.TimeoutExpired:
                    process.kill()
                    process.wait(ENDS)
        self.record.unlink(missing_ok=True)
