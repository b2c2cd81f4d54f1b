"""A copy of this checkout for one engine, and what is run in it there."""

import os
import shutil
import subprocess
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lab_helpers.setup import images

PATIENCE = 1800  # seconds that one step may take


class NotHere(Exception):
    """Why this machine cannot be given an engine."""


@dataclass
class Outcome:
    """How a step went: in a word, in seconds, and what was said first where it went wrong."""

    word: str
    passed: bool
    seconds: float
    message: str = ""


@dataclass
class Checkout:
    """A copy of this checkout's files, with its Python packages.

    folder: where it is; it is made by `copy`.
    environment: what differs in the environment of what is run in it.
    user: who runs it, a user and a group; None is whoever runs this.
    groups: the further groups of that user.
    wrapped: what a command is handed to, such as ``unshare``.
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: tuple[int, int] | None = None
    groups: Sequence[int] = ()
    wrapped: Callable[[list[str], Mapping[str, str]], list[str]] = lambda command, _: command

    @property
    def python(self) -> str:
        """Its Python."""
        return str(self.folder / ".venv" / "bin" / "python")

    def set_up(self) -> Outcome:
        """What `make setup` does."""
        began = time.monotonic()
        bootstrap = self.run([self.python, "-m", "lab_helpers.setup.bootstrap"])
        done = bootstrap if bootstrap.returncode else self.workshop("setup")
        said = (done.stdout + done.stderr).strip()
        word = "passed" if done.returncode == 0 else "FAILED"
        seconds = time.monotonic() - began
        return Outcome(word, done.returncode == 0, seconds, "" if word == "passed" else said)

    def workshop(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command `workshop`."""
        start = "import sys; from lab_helpers.cli import main; sys.exit(main())"
        return self.run([self.python, "-c", start, *words])

    def test(self, path: str, report: str = "report.xml") -> Outcome:
        """pytest, on a file of tests or on a notebook."""
        began = time.monotonic()
        found = self.folder / report
        found.unlink(missing_ok=True)
        options = ["-q", "-p", "no:cacheprovider", f"--junitxml={report}", path]
        done = self.run([self.python, "-m", "pytest", *options])
        seconds = time.monotonic() - began
        if not found.exists():
            return Outcome("FAILED", False, seconds, (done.stdout + done.stderr)[-2000:])
        suite = ET.parse(found).getroot()[0]
        count = {name: int(suite.get(name) or 0) for name in ("tests", "failures", "errors")}
        wrong = count["failures"] + count["errors"]
        good = count["tests"] - wrong - int(suite.get("skipped") or 0)
        passed = done.returncode == 0 and good > 0
        word = f"{good} passed" + (f", {wrong} FAILED" if wrong else "")
        return Outcome(word, passed, seconds, "" if passed else _first_message(suite))

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """A command in this checkout, as its user."""
        kept = {"PATH", "LANG", "TZ", "TMPDIR"}
        base = {name: value for name, value in os.environ.items() if name in kept}
        own = {"HOME": str(self.folder), "PYTHONPATH": str(self.folder)}
        environment = base | own | dict(self.environment)
        who = {"user": self.user[0], "group": self.user[1]} if self.user else {}
        try:
            return subprocess.run(
                self.wrapped(command, environment),
                cwd=self.folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                extra_groups=list(self.groups) if self.user else None,
                **who,  # type: ignore[call-overload]
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, 124, "", f"not done after {PATIENCE} s")


def packages(folder: Path) -> Path:
    """An environment of Python that every user may read: this checkout's own, or another one.

    folder: where the other one is made, by the system's Python.
    """
    own = images.ROOT / ".venv"
    if _is_open(own) and _is_open((own / "bin" / "python").resolve()):
        return own
    copy(folder)
    set_up = ["/usr/bin/python3", "-m", "lab_helpers.setup.bootstrap"]
    done = subprocess.run(set_up, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise NotHere(f"ordinary users may not read {own}: {done.stdout}{done.stderr}")
    return folder / ".venv"


def _is_open(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def copy(folder: Path, packages: Path | None = None, user: tuple[int, int] | None = None) -> Path:
    """Copy what this checkout tracks, and use Python packages that are somewhere else."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=images.ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in filter(None, tracked):
        if (images.ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(images.ROOT / name, folder / name)
    if packages:
        (folder / ".venv").symlink_to(packages)
    if user:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, *user, follow_symlinks=False)
    return folder


def _first_message(suite: ET.Element) -> str:
    """What the first test that failed has to say."""
    for case in suite.iter("testcase"):
        for kind in ("failure", "error"):
            if (found := case.find(kind)) is not None:
                said = found.get("message") or found.text or ""
                return f"{case.get('name')}: {said}"
    return "no test ran"
