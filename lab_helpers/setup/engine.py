"""The container engine: where it is, what reaches it, and what an earlier run left behind."""

import os
import socket
from contextlib import suppress
from functools import cache
from urllib.parse import urlparse

import docker
import psutil
from testcontainers.core.config import ConnectionMode, testcontainers_config
from testcontainers.core.docker_client import DockerClient, get_docker_host

from lab_helpers.errors import EngineUnavailable, ImageUnavailable
from lab_helpers.progress import Progress
from lab_helpers.setup import pulls
from lab_helpers.setup.images import image_for, variable

OWNER_LABEL = "workshop.owner"
LAB_LABEL = "workshop.lab"

_LOCAL_NAMES = {"", "localhost", "127.0.0.1", "::1"}


def host() -> str:
    """The host name or address at which published ports are reached.

    It is 127.0.0.1, unless ``DOCKER_HOST`` or the docker command's context names another machine.
    """
    address = urlparse(get_docker_host() or "")
    name = address.hostname if address.scheme in {"tcp", "ssh", "http", "https"} else None
    return "127.0.0.1" if (name or "") in _LOCAL_NAMES else str(name)


def bind_address() -> str:
    """The address that published ports bind: loopback, or every one on a remote engine.

    A remote engine's loopback could not be reached from here.
    """
    return "127.0.0.1" if host() == "127.0.0.1" else "0.0.0.0"


# A machine that has a /.dockerenv file is taken for a container, whose ports are at the gateway.
testcontainers_config.connection_mode_override = ConnectionMode.docker_host
testcontainers_config.tc_host_override = host()
# Ryuk would need one more image and an open port; `sweep` does its work.
testcontainers_config.ryuk_disabled = True


@cache
def client() -> docker.DockerClient:
    """A client of the engine that testcontainers uses too.

    Raises:
        EngineUnavailable: no engine answers; the message says what to do.
    """
    try:
        found = DockerClient().client
        found.ping()
    except (docker.errors.DockerException, OSError) as problem:
        raise EngineUnavailable(_advice(str(problem))) from None
    return found


def _advice(problem: str) -> str:
    where = os.environ.get("DOCKER_HOST") or "this machine's default socket"
    if "Permission denied" in problem or "PermissionError" in problem:
        return (
            f"The container engine at {where} is not open to this user. "
            "Add yourself to its group (sudo usermod -aG docker $USER), log in again, and retry."
        )
    if os.environ.get("DOCKER_HOST"):
        return f"No container engine answers at DOCKER_HOST={where}: {problem}"
    return (
        "No container engine answers on this machine. Start Docker Desktop, Colima or Podman; on "
        "Debian and Ubuntu `make setup`, as root, installs and starts one. "
        f"(Asked at {where}: {problem})"
    )


def require_image(image: str, service: str) -> None:
    """Make sure that ``image`` is here, pulling it if need be.

    Raises:
        ImageUnavailable: it is neither here nor to be pulled.
    """
    try:
        client().api.inspect_image(image)
    except docker.errors.ImageNotFound:
        with Progress(quiet_for=1) as progress:
            problems = pulls.pull(client().api, [image], progress)
            progress.clear()
        if problem := problems.get(image):
            raise ImageUnavailable(
                f"The image of {service}, {image}, is not on this machine and cannot be pulled: "
                f"{problem.what}. To get it, {problem.remedy}; or name another image in "
                f"{variable(service)} and run `make setup`."
            ) from None


def why_unavailable(service: str) -> str | None:
    """Why ``service`` cannot run here, in one sentence; None where it can."""
    try:
        require_image(image_for(service), service)
    except (ImageUnavailable, EngineUnavailable) as problem:
        return str(problem)
    return None


@cache
def owner() -> str:
    """This process, told from every other on every machine: host, process id, start time."""
    process = psutil.Process()
    return f"{socket.gethostname()}/{process.pid}/{process.create_time():.2f}"


def _is_gone(name: str) -> bool:
    """Whether the process called ``name`` by :func:`owner` ran on this machine and has ended."""
    machine, pid, started = name.rsplit("/", 2)
    if machine != socket.gethostname():
        return False
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" != started
    except psutil.NoSuchProcess:
        return True


def sweep(lab: str | None = None, *, everything: bool = False) -> list[str]:
    """Remove the containers, their volumes and the networks of runs that are over.

    Args:
        lab: also remove what this process started under that lab's name.
        everything: remove what any process started, running or not.

    Returns:
        The names of the removed containers.
    """

    def is_over(labels: dict[str, str]) -> bool:
        name = labels[OWNER_LABEL]
        mine = name == owner() and lab is not None and labels.get(LAB_LABEL) == lab
        return everything or mine or _is_gone(name)

    removed = []
    api = client().api  # the plain API: the richer one asks about every container again
    for found in api.containers(all=True, filters={"label": OWNER_LABEL}):
        if is_over(found["Labels"]):
            remove_container(found["Id"])
            # One whose removal is under way, or got stuck in the engine, has lost its name.
            (name,) = found["Names"][:1] or [found["Id"][:12]]
            removed.append(name.removeprefix("/"))
    for network in api.networks(filters={"label": OWNER_LABEL}):
        if is_over(network["Labels"]):
            # Another process that sweeps at the same time may have it, or a container in it, first.
            with suppress(docker.errors.APIError):
                api.remove_network(network["Id"])
    return removed


def running() -> set[str]:
    """The identities of the workshop's containers that run, asked for all at once."""
    found = client().api.containers(filters={"label": OWNER_LABEL, "status": "running"})
    return {container["Id"] for container in found}


def remove_container(identity: str) -> None:
    """Remove a container, running or not, and its volumes; one that is gone already is fine."""
    try:
        client().api.remove_container(identity, force=True, v=True)
    except docker.errors.NotFound:
        pass
    except docker.errors.APIError as problem:
        if "already in progress" not in str(problem):
            raise
