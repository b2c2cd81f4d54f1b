"""The packages that the lock pins, as wheels for each system, processor and Python."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement

from lab_helpers.errors import WorkshopError
from lab_helpers.progress import Progress
from lab_helpers.setup.images import ROOT
from lab_helpers.setup.packing.writer import Writer

PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = ("linux", "macos")
#: The oldest that a wheel may be for: glibc 2.28 is of Debian 10 and RHEL 8.
GLIBC, MACOS = 28, "13_0"
#: What set-up installs with, and what an environment has besides.
INSTALLERS = ("pip", "uv")

_MACHINES = {
    ("linux", "amd64"): "x86_64", ("linux", "arm64"): "aarch64",
    ("macos", "amd64"): "x86_64", ("macos", "arm64"): "arm64",
}  # fmt: skip


class NoWheel(Exception):
    """A package has no wheel for a machine; the message names the package."""


def add(architectures: Iterable[str], writer: Writer, scratch: Path) -> list[str]:
    """Download wheels, and take them in; the answer says which machines have none, and why.

    Raises:
        WorkshopError: packages cannot be downloaded.
    """
    left_out: list[str] = []
    everywhere: dict[str, Path] = {}  # wheels that do for all, by requirement
    targets = [(s, a, p) for a in architectures for s in SYSTEMS for p in PYTHONS]
    with Progress() as progress:
        for number, (system, architecture, python) in enumerate(targets, 1):
            target = f"{system}/{architecture} {python}"
            progress.say(f"packages for {target}, {number} of {len(targets)}")
            wanted = requirements(system, architecture, python)
            folder = scratch / target.replace("/", "-").replace(" ", "-")
            try:
                download(
                    [one for one in wanted if one not in everywhere],
                    platforms(system, architecture), python, folder,
                )  # fmt: skip
            except NoWheel as problem:
                left_out.append(f"{target}: {problem}")
                continue
            found = sorted(folder.iterdir())
            found += [everywhere[one] for one in wanted if one in everywhere]
            for wheel in found:
                writer.add(wheel, "wheel", wheel.name, _unpacked(wheel), [target])
            everywhere |= _for_all(wanted, found)
            for wheel in set(found) - set(everywhere.values()):
                wheel.unlink()
        size = writer.size(("wheel",)) / 1e6
        done = len(targets) - len(left_out)
        progress.done(f"✓ packages for {done} machines, {size:.0f} MB ({progress.elapsed:.0f} s)")
    shutil.rmtree(scratch, ignore_errors=True)
    return left_out


def requirements(system: str, architecture: str, python: str) -> list[str]:
    """What the lock pins for a machine. (pip would ask for which machine it runs on itself.)"""
    environment = {
        "sys_platform": {"linux": "linux", "macos": "darwin"}[system],
        "platform_system": {"linux": "Linux", "macos": "Darwin"}[system],
        "platform_machine": _MACHINES[system, architecture],
        "os_name": "posix",
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pinned = [Requirement(line) for line in lines if line.strip() and line[0] != "#"]
    bound = [one for one in pinned if one.marker is None or one.marker.evaluate(environment)]
    return [f"{one.name}{one.specifier}" for one in bound] + [*INSTALLERS]


def platforms(system: str, architecture: str) -> list[str]:
    """The tags of wheels that a machine takes, the best first."""
    machine = _MACHINES[system, architecture]
    if system == "macos":
        return [f"macosx_{MACOS}_{machine}"]
    new = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 4, -1)]
    return [*new, *(f"manylinux{year}_{machine}" for year in ("2014", "2010", "1"))]


def download(wanted: list[str], platforms: list[str], python: str, folder: Path) -> None:
    """Download wheels by pip, from where its user has it look.

    Raises:
        NoWheel: a package has none for this machine.
        WorkshopError: they cannot be had; the message has pip's last words.
    """
    folder.mkdir(parents=True)
    command: list[str | Path] = [
        sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder,
        "--only-binary=:all:", "--implementation=cp", f"--python-version={python}",
    ]  # fmt: skip
    command += [*(f"--platform={one}" for one in platforms), *wanted]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"})
    if done.returncode == 0:
        return
    missing = re.search(r"No matching distribution found for (\S+)", done.stderr)
    if missing and "Retrying" not in done.stderr:  # or it is the index that cannot be reached
        raise NoWheel(f"{missing[1]} has no wheel for it")
    said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
    raise WorkshopError(
        f"The packages for the bundle cannot be downloaded (pip said: {said}): connect to another "
        "network and try again."
    )


def _for_all(wanted: list[str], found: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """The wheels that run on every machine and Python, by requirement."""
    names = {_normal(re.split("[=!<>~]", one)[0]): one for one in wanted}
    for wheel in found:
        name, _, rest = wheel.name.partition("-")
        if rest.endswith("-none-any.whl") and ("-py3-" in rest or "-py2.py3-" in rest):
            yield names[_normal(name)], wheel


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _unpacked(wheel: Path) -> int:
    """Bytes that a wheel takes when it is installed; what Python compiles is as much again."""
    with zipfile.ZipFile(wheel) as packed:
        sizes = [(info.file_size, info.filename.endswith(".py")) for info in packed.infolist()]
    return sum(size * (2 if compiled else 1) for size, compiled in sizes)
