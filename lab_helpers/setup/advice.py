"""What to do where the container engine or the network does not answer, or refuses: in sentences.

Nothing but the standard library is needed, so that this can be said where nothing is installed.
"""

from __future__ import annotations

import grp
import os
import shutil
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlparse

from lab_helpers.errors import EngineRefused
from lab_helpers.setup import bootstrap, daemon, system


class Trouble(NamedTuple):
    """What is wrong, and what to do, in a sentence or two each."""

    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}"


# The engine


def tunnel(asked: str) -> Trouble:
    """What to do in place of ``ssh://``, over which commands in containers do not run."""
    there = urlparse(asked)
    port = f"-p {there.port} " if there.port else ""
    user = f"{there.username}@" if there.username else ""
    return Trouble(
        f"The container engine is named by {asked}, and over ssh:// the workshop cannot use it.",
        f"Bring its socket here: `ssh -fNL 2375:/var/run/docker.sock {port}{user}{there.hostname}`,"
        f" then `export DOCKER_HOST=tcp://127.0.0.1:2375 "
        f"TESTCONTAINERS_HOST_OVERRIDE={there.hostname}`, and retry.",
    )


def nobody_answers(problem: str) -> Trouble:
    """Where the engine was asked for, what was said, and what to do."""
    name, there = daemon.context()
    asked = os.environ.get("DOCKER_HOST")
    if name and there and asked in {None, "", there}:
        where = f"{there}, which the docker context {name!r} names"
        remedy = "Start it, or choose another one with `docker context use`."
    elif asked:
        where, remedy = f"DOCKER_HOST={asked}", f"Start it, or name another one there.{_another()}"
    else:
        where, remedy = "this machine's default socket", _another().strip() or start_one()
    if "Permission denied" in problem or "PermissionError" in problem:
        return Trouble(
            f"The container engine at {where} is not open to this user.",
            _let_in(Path(daemon.address().replace("unix://", "", 1))),
        )
    if "timed out" in problem:
        return Trouble(
            f"The container engine at {where} takes calls, and does not answer in time.",
            f"It hangs, or the machine is overloaded: {restart()}, which ends its containers.",
        )
    said = f"(What was said: {problem})"
    return Trouble(f"No container engine answers at {where}.", f"{remedy} {said}")


def no_engine(where: str, problem: str) -> Trouble:
    """Something answers that is no engine, or there is no such address."""
    return Trouble(
        f"What is at {where} is no container engine ({problem}).",
        "Name one in DOCKER_HOST, or `unset DOCKER_HOST` for the usual one.",
    )


def restart() -> str:
    """How this machine's engine is restarted, in the middle of a sentence."""
    if system.here().family == "macos":
        return "quit Docker Desktop and start it again, or `colima restart`"
    return f"`{system.here().service('restart', 'docker')}`"


def _let_in(listener: Path) -> str:
    """How this user may use a socket that is another's."""
    if "podman" in listener.parts:
        own = bootstrap.runtime_folder() / "podman" / "podman.sock"
        return (
            "That is root's Podman; yours: `systemctl --user enable --now podman.socket`, then "
            f"`export DOCKER_HOST=unix://{own}`, and retry."
        )
    try:
        group = grp.getgrgid(listener.stat().st_gid)
    except (OSError, KeyError):
        group = None
    # A socket that is root's alone is not Docker's usual one: its group is the one to ask for.
    name = "docker" if group is None or group.gr_gid == 0 else group.gr_name
    user = os.environ.get("USER", "")
    if group and user in group.gr_mem:
        return f"You are in its group {name}, but not yet here: log in again, or `newgrp {name}`."
    return f"Add yourself to its group: `sudo usermod -aG {name} $USER`, log in again, and retry."


def _another() -> str:
    """The command that names another engine that answers, after a space; empty if there is none."""
    for found in bootstrap.answering():
        return f" One does at {found}: `export DOCKER_HOST=unix://{found}`, and retry."
    return ""


def start_one() -> str:
    """How to start the engine that this machine has, or to get one."""
    here = system.here()
    if here.family == "macos":
        return _start_on_a_mac()
    if bootstrap.dockerd():
        if bootstrap.engine_is_ours_to_start():
            return "Docker is installed: `make setup`, as root, starts it."
        return f"Docker is installed: `{here.service('start', 'docker')}`, and retry."
    if bootstrap.has_podman():
        user = "" if here.root else "--user "
        return (
            f"Podman is installed: `systemctl {user}enable --now podman.socket`, then "
            f"`export DOCKER_HOST=unix://{bootstrap.podman_socket()}`, and retry."
        )
    return f"Start Docker Desktop, Colima or Podman, if you have it. {here.get_docker()}"


def _start_on_a_mac() -> str:
    """How to start what a Mac has."""
    if Path("/Applications/Docker.app").exists():
        return "Docker Desktop is installed: `open -a Docker`, and retry."
    if shutil.which("colima"):
        return "Colima is installed: `colima start`, and retry."
    if bootstrap.has_podman():
        found = "$(podman machine inspect --format '{{.ConnectionInfo.PodmanSocket.Path}}')"
        return (
            "Podman is installed: `podman machine start`, then "
            f'`export DOCKER_HOST="unix://{found}"`, and retry.'
        )
    return system.here().get_docker()


def no_addresses() -> Trouble:
    """What it means, and what to do, when an engine has no address pool left for a network."""
    return Trouble(
        "The container engine has no addresses left for one more network: it has some thirty, one "
        "for each lab that runs, and a VPN may take others.",
        "Stop a lab (`lab.stop()`, or close its notebook's kernel), remove networks that nobody "
        "uses (`docker network prune`), leave the VPN, or remove everybody's labs on this engine "
        "(`make clean`).",
    )


def refusal(problem: Exception) -> EngineRefused:
    """What an engine refused, in a sentence that says what to do where that is known."""
    reason = str(getattr(problem, "explanation", None) or problem)
    if wants_addresses(reason):
        return EngineRefused(f"{no_addresses()} (The engine said: {reason})")
    return EngineRefused(f"The container engine refused: {reason}")


def wants_addresses(said: str) -> bool:
    """Whether an engine, or Compose, says that there is no address pool left for a network."""
    words = ("address pool", "fully subnetted", "free subnet")
    return any(word in said for word in words)


# The network: a registry that set-up asks


def unreachable(host: str) -> Trouble:
    """There is no way to a host."""
    return Trouble(
        f"{host} cannot be reached from here: there is no network, or it does not let us through.",
        "Connect to another one and try again.",
    )


def no_names(host: str) -> Trouble:
    """The network's names are not to be had."""
    return Trouble(
        f"Nobody here knows where {host} is: the network's name server (DNS) does not answer, or "
        "does not know it.",
        "Open any page in a browser, log in if the network asks for it, leave the VPN, or connect "
        "to another network.",
    )


def too_slow(host: str) -> Trouble:
    """A host is silent."""
    return Trouble(f"{host} did not answer in time.", "Try again later, or on another network.")


def unknown_certificate(host: str) -> Trouble:
    """A host shows a certificate that is not known here."""
    return Trouble(
        f"The certificate of {host} is not one that is known here: a login page or a proxy of this "
        "network may stand before it.",
        "Open any page in a browser, log in, and try again; a proxy's certificate is named by "
        "REQUESTS_CA_BUNDLE.",
    )


def somebody_else(host: str) -> Trouble:
    """A page for people comes in place of a registry's answer: a captive portal."""
    return Trouble(
        f"What answers in the place of {host} is a page for people, not a registry: this network "
        "may want a login.",
        "Open any page in a browser, log in, and try again.",
    )


def certificate_of_another_time(host: str) -> Trouble:
    """A certificate is too old or too new."""
    return Trouble(
        f"The certificate of {host} is not valid at the time that this machine's clock shows: "
        f"{time.strftime('%Y-%m-%d %H:%M')}.",
        f"If that is not the time that it is: {system.here().set_clock()}",
    )


def no_proxy(proxy: str) -> Trouble:
    """The proxy is not there."""
    return Trouble(
        f"The proxy {proxy}, which HTTPS_PROXY names, does not answer.",
        "Start it, name the right one, or `unset HTTPS_PROXY https_proxy`.",
    )


def refused_by_proxy(host: str) -> Trouble:
    """The proxy says no."""
    return Trouble(
        f"The proxy in HTTPS_PROXY does not let us through to {host}.",
        "Ask whose proxy it is, or try `unset HTTPS_PROXY https_proxy`.",
    )


def broke_off(host: str) -> Trouble:
    """An answer is no whole one."""
    return Trouble(f"The answer of {host} broke off.", "Try again, or on another network.")


def out_of_order(host: str, status: int) -> Trouble:
    """A registry answers, and not with what was asked for."""
    return Trouble(f"{host} answered with HTTP status {status}.", "Try again later.")


def asked_too_often(host: str, again: str = "later") -> Trouble:
    """A registry limits how often it is asked."""
    return Trouble(
        f"{host} says that it was asked too often.", f"Try again {again}, or from another network."
    )
