"""The virtual environment: whether it is whole, and made here, for this checkout, from its lock."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

from lab_helpers.setup.images import ROOT

LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
STAMP = VENV / "workshop-lock.sha256"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)\s*(;?)", re.M)


def lock_digest() -> str:
    """What the environment is made from, in one word."""
    files = (LOCK, ROOT / "pyproject.toml")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def packages() -> str:
    """The digest of the lock alone: of the packages, whoever installs them."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def is_another() -> bool:
    """Whether this runs in an environment of somebody's own, conda's for instance."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        return False
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        distribution("practical-monitoring-workshop")
    except PackageNotFoundError:
        return False
    return True


def python() -> Path:
    """The Python that has the workshop's packages, or will have them."""
    return Path(sys.executable) if is_another() else VENV / "bin" / "python"


def why_not_usable() -> str | None:
    """What is wrong with the packages in use, ``.venv``'s or conda's; None if nothing is."""
    return None if is_another() else why_not_ready()


def why_not_ready() -> str | None:
    """What is wrong with ``.venv``, in a sentence; None if it holds what the lock says."""
    if not VENV.is_dir():
        return "There is no .venv yet."
    if not STAMP.exists():
        return "The .venv is not finished."
    if STAMP.read_text() != lock_digest():
        return "The .venv was made from another requirements.lock: this checkout is newer or older."
    return _why_broken()


def _why_broken() -> str | None:
    python = VENV / "bin" / "python"
    program = VENV / "bin" / "workshop"
    ask = "import lab_helpers; print(lab_helpers.__file__)"
    try:
        done = subprocess.run(
            [python, "-I", "-c", ask], cwd="/", capture_output=True, text=True, timeout=10
        )
        named = program.read_text().splitlines()[:2] if program.exists() else []
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "it does not answer"
        return f"The .venv's Python cannot be run: {reason}."
    if VENV.is_symlink():
        return None  # somebody has it elsewhere on purpose, shared with another checkout
    there = Path(done.stdout.strip() or "/")
    if done.returncode or there.parent.parent.resolve() != ROOT.resolve():
        return "The .venv was made for another place: this folder was moved or copied."
    if not any(str(VENV) in line or str(VENV.resolve()) in line for line in named):
        return "The commands in .venv/bin name another place: this folder was moved or copied."
    return None


def differing() -> list[str]:
    """The packages in ``.venv`` that are not what the lock pins, as ``name 1.0 (lock: 2.0)``."""
    found = {}
    for folder in VENV.glob("lib/python*/site-packages/*.dist-info"):
        name, _, version = folder.name.removesuffix(".dist-info").rpartition("-")
        found[_normal(name)] = version
    pins: dict[str, set[str]] = {}
    bound = set()  # to a condition: whether they are wanted here is not worked out
    for name, version, condition in _PINNED.findall(LOCK.read_text()):
        pins.setdefault(_normal(name), set()).add(version.replace("-", "_"))
        if condition:
            bound.add(_normal(name))
    differ = []
    for name, versions in pins.items():
        has = found.get(name)
        wanted = " or ".join(sorted(versions))
        if has is None and name not in bound:
            differ.append(f"{name} is missing (lock: {wanted})")
        elif has is not None and has not in versions:
            differ.append(f"{name} {has} (lock: {wanted})")
    return differ


def _normal(name: str) -> str:
    """A package's name in the one spelling that all its spellings mean."""
    return re.sub(r"[-_.]+", "-", name).lower()
