"""What to do where the container engine does not answer, or refuses: a sentence for each case."""

import os
from urllib.parse import urlparse

from docker.context import ContextAPI

from lab_helpers.errors import EngineRefused
from lab_helpers.setup import bootstrap


def context() -> tuple[str, str]:
    """The name of the docker command's context and the address of its engine.

    Both are empty where it is the default one.
    """
    try:
        found = ContextAPI.get_context(os.environ.get("DOCKER_CONTEXT") or None)
    except Exception:  # it may be damaged in any way, and the docker command says so best
        return "", ""
    return ("", "") if found is None or found.Name == "default" else (found.Name, found.Host or "")


def tunnel(asked: str) -> str:
    """What to do in place of ``ssh://``, over which commands in containers do not run."""
    there = urlparse(asked)
    port = f"-p {there.port} " if there.port else ""
    user = f"{there.username}@" if there.username else ""
    return (
        f"The container engine is named by {asked}, and over ssh:// the workshop cannot use it. "
        f"Bring its socket here: `ssh -fNL 2375:/var/run/docker.sock {port}{user}{there.hostname}`,"
        f" then `export DOCKER_HOST=tcp://127.0.0.1:2375 "
        f"TESTCONTAINERS_HOST_OVERRIDE={there.hostname}`, and retry."
    )


def nobody_answers(problem: str) -> str:
    """Where the engine was asked for, what was said, and what to do."""
    name, address = context()
    asked = os.environ.get("DOCKER_HOST")
    if name and asked in {None, "", address}:
        where = f"{address}, which the docker context {name!r} names"
        remedy = "Start it, or choose another one with `docker context use`."
    elif asked:
        where, remedy = f"DOCKER_HOST={asked}", "Start it, or name another one there."
    else:
        where, remedy = "this machine's default socket", _other_engines()
    if "Permission denied" in problem or "PermissionError" in problem:
        return (
            f"The container engine at {where} is not open to this user. "
            "Add yourself to its group (sudo usermod -aG docker $USER), log in again, and retry."
        )
    return f"No container engine answers at {where}. {remedy} (What was said: {problem})"


def _other_engines() -> str:
    """What to do where nobody answers on the default socket: another one that answers, if any."""
    for found in bootstrap.answering():
        return f"One does at {found}: `export DOCKER_HOST=unix://{found}`, and retry."
    if bootstrap.has_podman():
        user = "" if os.geteuid() == 0 else "--user "
        socket = bootstrap.podman_socket()
        return (
            f"Podman is installed: `systemctl {user}enable --now podman.socket`, then "
            f"`export DOCKER_HOST=unix://{socket}`, and retry."
        )
    return (
        "Start Docker Desktop, Colima or Podman; on Debian and Ubuntu `make setup`, as root, "
        "installs and starts one."
    )


def refusal(problem: Exception) -> EngineRefused:
    """What an engine refused, in a sentence that says what to do where that is known."""
    reason = str(getattr(problem, "explanation", None) or problem)
    if wants_addresses(reason):
        return EngineRefused(
            "The container engine has no addresses left for one more network: it has some thirty, "
            "one for each lab that runs, and a VPN may take others. Stop a lab (`lab.stop()`, or "
            "close its notebook's kernel), remove networks that nobody uses (`docker network "
            "prune`), leave the VPN, or remove everybody's labs on this engine (`make clean`). "
            f"(The engine said: {reason})"
        )
    if "pause" in reason:
        return EngineRefused(
            "The container engine cannot pause a container: rootless Podman needs cgroups v2 for "
            f"that. Use Podman as root, or Docker. (The engine said: {reason})"
        )
    return EngineRefused(f"The container engine refused: {reason}")


def wants_addresses(said: str) -> bool:
    """Whether an engine, or Compose, says that there is no address pool left for a network."""
    words = ("address pool", "fully subnetted", "free subnet")
    return any(word in said for word in words)
