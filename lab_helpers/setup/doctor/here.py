"""Checks of what is on this machine: no engine and no network is asked."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
from contextlib import suppress

from lab_helpers.setup import bootstrap, environment, system
from lab_helpers.setup.doctor.finding import Finding, Remedy, Skipped, broken, look, ok
from lab_helpers.setup.doctor.machine import Machine
from lab_helpers.setup.images import ROOT

COMPOSE = ROOT / "compose" / "compose.yaml"
#: The overview page of the demo, which is no container: its variable, and its usual port.
OVERVIEW = ("OVERVIEW_PORT", "8088")


def python(machine: Machine) -> Finding:
    """Whether this Python is new enough, and can make environments, if one is still to be made."""
    version = ".".join(map(str, sys.version_info[:3]))
    if machine.environment() is None:
        return ok(f"{version}; the packages have their own")
    if sys.version_info < bootstrap.OLDEST_PYTHON:
        return broken(
            f"Python is {version}, and 3.11 or newer is needed.",
            "Nothing of the workshop can be installed with it.",
            system.here().get_python(),
        )
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        return broken(
            f"Python {version} cannot make virtual environments.",
            "The workshop's packages go into one.",
            f"`{system.here().install(package) or 'install ' + package}`, then `make setup`.",
        )
    return ok(version)


def packages(machine: Machine) -> Finding:
    """Whether the environment is here, made here, and what the lock says."""
    anew = Remedy("making .venv anew", bootstrap.make_environment)
    if wrong := machine.environment():
        return broken(
            wrong, "Chapters and the `workshop` command need its packages.", "`make setup`.", anew
        )
    if environment.is_another():
        return ok(f"in {sys.prefix}, which is not the workshop's own .venv")
    if differ := environment.differing():
        more = f" and {len(differ) - 3} more" if len(differ) > 3 else ""
        return look(
            f"Packages were changed: {', '.join(differ[:3])}{more}.",
            "The workshop is tested with those of requirements.lock.",
            "`rm -r .venv && make setup`.",
            anew,
        )
    return ok("those of requirements.lock")


def checkout(_: Machine) -> Finding:
    """Whether this folder may be written to, and is not behind what was fetched."""
    ours = [path for path in (ROOT, ROOT / ".venv", ROOT / ".workshop") if path.exists()]
    if closed := [path for path in ours if not os.access(path, os.W_OK)]:
        names = " ".join(str(path) for path in closed)
        return broken(
            f"This user may not write to {names}.",
            "Set-up and the record of what is solved need it. (Was it once used with sudo?)",
            f"`sudo chown -R $(id -un) {ROOT}`.",
        )
    if system.here().wsl and str(ROOT).startswith("/mnt/"):
        return look(
            f"This folder is on the disk of Windows: {ROOT}.",
            "From WSL that is ten times slower.",
            f"`git clone {ROOT} ~/{ROOT.name}`, and go on there.",
        )
    behind = _git("rev-list", "--count", "HEAD..@{upstream}")
    if behind.isdecimal() and int(behind):
        return look(
            f"This checkout is {behind} commits behind what was fetched last.",
            "Pages and programs may have been mended since.",
            "`git pull`, then `make setup`.",
        )
    return ok(f"{ROOT}{_git('log', '-1', '--format=, of %cs')}")


def ports(machine: Machine) -> Finding:
    """Whether a port can be taken and reached, and who has those of the demo."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=2).close()
    except OSError as problem:
        return broken(
            f"A port of 127.0.0.1 cannot be taken and reached: {problem.strerror or problem}.",
            "Every service and JupyterLab itself is reached over one.",
            "Let this machine reach itself: a firewall forbids it, or the loopback is down "
            f"(`{system.here().sudo}ip link set lo up`).",
        )
    taken = {variable: port for variable, port in demo_ports().items() if _is_taken(port)}
    for port in _of_containers(machine) | _of_overviews():
        taken = {variable: number for variable, number in taken.items() if number != port}
    if not taken:
        return ok("can be taken and reached; the demo's are free, or its own")
    variable, port = next(iter(taken.items()))
    listed = ", ".join(map(str, taken.values()))
    who = f"lsof -nP -iTCP:{port} -sTCP:LISTEN"
    if sys.platform == "linux":
        who = f"{system.here().sudo}ss -ltnp 'sport = :{port}'"
    return look(
        f"Taken by another program: {listed}.",
        "Labs take free ports and do not mind; `make demo` wants these.",
        f"`{who}` says by which. End it, or `{variable}={_free_port()} make demo`.",
    )


def demo_ports() -> dict[str, int]:
    """The ports that the demo takes on this machine, by the variable that moves each."""
    found = [*re.findall(r"127\.0\.0\.1\}:\$\{(\w+):-(\d+)\}", COMPOSE.read_text()), OVERVIEW]
    return {name: int(os.environ.get(name) or usual) for name, usual in found}


def _of_containers(machine: Machine) -> set[int]:
    """The ports of this machine that containers have."""
    try:
        listed = machine.ask("/containers/json")
    except Skipped:
        return set()
    published = (port for found in listed for port in found.get("Ports") or ())
    return {port["PublicPort"] for port in published if "PublicPort" in port}


def _of_overviews() -> set[int]:
    """The ports of this checkout's overview pages, of which a record is kept while they run."""
    found = set()
    for record in (ROOT / ".workshop").glob("overview.*.json"):
        with suppress(OSError, ValueError, LookupError, TypeError):
            found.add(int(json.loads(record.read_text())["port"]))
    return found


def _is_taken(port: int) -> bool:
    with socket.socket() as caller:
        caller.settimeout(0.5)
        return caller.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _git(*words: str) -> str:
    """What git answers about this checkout; empty where it does not."""
    try:
        done = subprocess.run(
            ["git", "-C", str(ROOT), *words], capture_output=True, text=True, timeout=3
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
