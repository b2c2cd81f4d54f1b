"""Which system this is, and what its people type to install, start and mend things."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_FAMILIES = {
    "debian": "debian", "ubuntu": "debian", "fedora": "fedora", "rhel": "fedora",
    "centos": "fedora", "arch": "arch",
}  # fmt: skip
_INSTALL = {
    "debian": "apt install", "fedora": "dnf install", "arch": "pacman -S", "macos": "brew install",
}  # fmt: skip
_DOCKER = {"debian": "docker.io", "fedora": "moby-engine", "arch": "docker"}


@dataclass(frozen=True)
class System:
    """A kind of machine.

    Attributes:
        family: debian, fedora, arch, macos, or other.
        wsl: it is Linux on Windows.
        systemd: systemd starts its services.
        root: this user may do anything.
    """

    family: str
    wsl: bool = False
    systemd: bool = True
    root: bool = False

    @property
    def sudo(self) -> str:
        """What is typed before a command that needs root."""
        return "" if self.root else "sudo "

    def install(self, *packages: str) -> str:
        """The command that installs packages; empty where it is not known."""
        if self.family not in _INSTALL:
            return ""
        sudo = "" if self.family == "macos" else self.sudo
        return f"{sudo}{_INSTALL[self.family]} {' '.join(packages)}"

    def service(self, act: str, name: str) -> str:
        """The command that starts or restarts a service."""
        if self.systemd:
            return f"{self.sudo}systemctl {act} {name}"
        return f"{self.sudo}service {name} {act}"

    def get_docker(self) -> str:
        """How to get an engine where there is none, in a sentence."""
        if self.family == "macos":
            return "Install one: `brew install colima docker && colima start`, or Docker Desktop."
        if self.family not in _DOCKER:
            return "Install Docker or Podman, and start it."
        if self.family == "debian" and self.root:
            return "`make setup`, as root on Debian and Ubuntu, installs and starts one."
        group = "" if self.root else " && sudo usermod -aG docker $USER"
        then = "" if self.root else ", and log in again"
        desktop = (
            "In Docker Desktop's settings, turn on WSL integration (Resources) for this "
            "distribution; or install an engine"
        )
        return (
            f"{desktop if self.wsl else 'Install one'}: `{self.install(_DOCKER[self.family])} && "
            f"{self.service('start', 'docker')}{group}`{then}."
        )

    def get_python(self) -> str:
        """How to get a Python that is new enough, in a sentence."""
        if newer := _first_that_runs([f"python3.{minor}" for minor in range(14, 10, -1)]):
            return f"There is one: `make setup PYTHON={newer}`."
        name = {"fedora": "python3.12", "macos": "python@3.12", "arch": "python"}.get(self.family)
        conda = "`conda env create -f environment.yml`"
        if name:
            return f"`{self.install(name)}`, then `make setup PYTHON=python3.12`; or {conda}."
        if self.family == "debian":
            command = self.install("python3.11", "python3.11-venv")
            return (
                f"Where your release has it: `{command}`, then `make setup PYTHON=python3.11`; "
                f"else {conda}."
            )
        return f"Install one, then `make setup PYTHON=python3.12`; or {conda}."

    def set_clock(self) -> str:
        """How to set the clock, in a sentence."""
        if self.family == "macos":
            return "`sudo sntp -sS time.apple.com`."
        if self.wsl:
            return f"`{self.sudo}hwclock -s`, or `wsl --shutdown` in Windows."
        if self.systemd:
            return f"`{self.sudo}timedatectl set-ntp true`; it takes some seconds, and a network."
        return f"`{self.sudo}date -s '2026-01-31 13:45'`, with the time that it is."


def _first_that_runs(pythons: list[str]) -> str:
    """The first Python of these that is there; a name may be one that a version manager keeps."""
    quiet = subprocess.DEVNULL
    tried = {
        name: subprocess.Popen([name, "-S", "-c", ""], stdout=quiet, stderr=quiet)
        for name in filter(shutil.which, pythons)
    }
    until = time.monotonic() + 2
    while any(one.poll() is None for one in tried.values()) and time.monotonic() < until:
        time.sleep(0.02)
    for one in tried.values():
        one.kill()
    return next((name for name, one in tried.items() if one.wait() == 0), "")


def here() -> System:
    """The system that this runs on."""
    kernel = platform.release().lower()
    return System(
        family=family(),
        wsl="microsoft" in kernel or "wsl" in kernel,
        systemd=Path("/run/systemd/system").exists(),
        root=os.geteuid() == 0,
    )


def family(release: Path = Path("/etc/os-release")) -> str:
    """The family that a system belongs to, after what it says of itself."""
    if platform.system() == "Darwin":
        return "macos"
    try:
        lines = [line.partition("=") for line in release.read_text().splitlines()]
    except OSError:
        return "other"
    said = {name: value.strip("\"'") for name, _, value in lines}
    for word in [said.get("ID", ""), *said.get("ID_LIKE", "").split()]:
        if word in _FAMILIES:
            return _FAMILIES[word]
    return "other"
