"""The container engine: where it is, what reaches it, and what an earlier run left behind."""

import ipaddress
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any
from urllib.parse import urlparse

import docker
import psutil
import requests
from testcontainers.core.config import ConnectionMode, testcontainers_config
from testcontainers.core.docker_client import DockerClient, get_docker_host

from lab_helpers.errors import EngineUnavailable, ImageUnavailable
from lab_helpers.progress import Progress
from lab_helpers.setup import advice, daemon, pulls
from lab_helpers.setup.daemon import LAB_LABEL, OWNER_LABEL
from lab_helpers.setup.images import image_for, variable
from lab_helpers.setup.owner import has_ended, owner

LOOPBACK = "127.0.0.1"
_LOCAL_NAMES = {"", "localhost", LOOPBACK, "::1"}


def host() -> str:
    """The host name or address at which published ports are reached.

    It is 127.0.0.1, unless ``DOCKER_HOST`` or the docker command's context names another machine.
    ``TESTCONTAINERS_HOST_OVERRIDE`` says otherwise where neither is right: in a container that has
    its machine's engine, as development containers do.
    """
    chosen = os.environ.get("TC_HOST") or os.environ.get("TESTCONTAINERS_HOST_OVERRIDE")
    address = urlparse(get_docker_host() or "")
    remote = address.hostname if address.scheme in {"tcp", "ssh", "http", "https"} else None
    name = (chosen or remote or "").strip("[]")
    return LOOPBACK if not chosen and name in _LOCAL_NAMES else name


def url(port: int | str, scheme: str = "http") -> str:
    """The address of a published port, ``http://127.0.0.1:PORT``."""
    name = host()
    return f"{scheme}://[{name}]:{port}" if ":" in name else f"{scheme}://{name}:{port}"


def bind_address() -> str:
    """The address that published ports bind: loopback, or every one on a remote engine.

    A remote engine's loopback could not be reached from here.
    """
    name = host()
    if name in {LOOPBACK, "localhost"}:
        return LOOPBACK
    return "::" if ":" in name else "0.0.0.0"


def address_on(network: Mapping[str, Any]) -> str:
    """This machine's address on a network of its own engine, which containers there reach.

    network: as the engine describes it. Of its first one, Docker names the address only after it
        has been started for the second time; it is the first of the subnet.

    Raises:
        LookupError, ValueError: it has none, such as one of the machine's own network.
    """
    config = network["IPAM"]["Config"][0]
    return str(config.get("Gateway") or ipaddress.ip_network(config["Subnet"])[1])


def _keep_from_proxies() -> None:
    """Have no program send to a proxy what is meant for the engine and its published ports."""
    known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    if known.strip() == "*":
        return
    engine_itself = urlparse(get_docker_host() or "").hostname or ""
    wanted = dict.fromkeys([*known.split(","), "localhost", LOOPBACK, host(), engine_itself])
    merged = ",".join(name for name in map(str.strip, wanted) if name)
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = merged  # programs read the one or the other


if "DOCKER_CONTEXT" in os.environ and (address := daemon.context()[1]):
    os.environ.setdefault("DOCKER_HOST", address)  # testcontainers knows no other variable
_keep_from_proxies()
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
    if (get_docker_host() or "").startswith("ssh:"):
        raise EngineUnavailable(str(advice.tunnel(str(get_docker_host()))))
    try:
        found = DockerClient().client
        found.ping()
    except (docker.errors.DockerException, OSError) as problem:
        raise EngineUnavailable(str(advice.nobody_answers(str(problem)))) from None
    return found


@cache
def is_podman() -> bool:
    """Whether the engine is Podman, which is Docker's twin but for a few habits."""
    parts = client().version().get("Components") or []
    return any(part["Name"].startswith("Podman") for part in parts)


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what the engine's client raises into sentences.

    Raises:
        EngineRefused: the engine refused something.
        EngineUnavailable: it went away meanwhile.
    """
    try:
        yield
    except docker.errors.DockerException as problem:
        raise advice.refusal(problem) from None
    except requests.RequestException:
        client.cache_clear()
        client()  # or it is not the engine that was asked
        raise


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
        return everything or mine or has_ended(name) or name in before_boot

    removed = []
    api = client().api  # the plain API: the richer one asks about every container again
    containers = api.containers(all=True, filters={"label": OWNER_LABEL})
    before_boot = _owners_before_boot(containers)
    for found in containers:
        if is_over(found["Labels"]):
            remove_container(found["Id"])
            # One whose removal is under way, or got stuck in the engine, has lost its name.
            (name,) = found["Names"][:1] or [found["Id"][:12]]
            removed.append(name.removeprefix("/"))
    for network in api.networks(filters={"label": OWNER_LABEL}):
        if is_over(network["Labels"]):
            # Another process that sweeps at the same time may have it, or a container in it, first.
            with suppress(docker.errors.APIError):
                remove_network(network["Id"])
    return removed


def _owners_before_boot(containers: list[dict[str, Any]]) -> set[str]:
    """The owners of which nothing has run since this machine, which is the engine's, was started.

    Their processes ended with it, though nothing else tells so.
    """
    if host() != LOOPBACK or not psutil.LINUX:
        return set()
    alive = {
        found["Labels"][OWNER_LABEL]
        for found in containers
        if found["State"] == "running" or found["Created"] >= psutil.boot_time()
    }
    return {found["Labels"][OWNER_LABEL] for found in containers} - alive


def running() -> set[str]:
    """The identities of the workshop's containers that run, asked for all at once."""
    found = client().api.containers(filters={"label": OWNER_LABEL, "status": "running"})
    return {container["Id"] for container in found}


def remove_container(identity: str) -> None:
    """Remove a container, running or not, and its volumes; one that is gone already is fine."""
    with suppress(docker.errors.APIError):  # it has ended
        if is_podman():  # which gives a program that takes no notice of SIGTERM 10 s to end
            client().api.kill(identity)
    try:
        client().api.remove_container(identity, force=True, v=True)
    except docker.errors.NotFound:
        pass
    except docker.errors.APIError as problem:
        if "already in progress" not in str(problem):
            raise


def remove_network(identity: str) -> None:
    """Remove a network; one that is gone already is fine.

    So is one that the engine keeps though nothing is on it: Docker 20.10 now and then miscounts
    what is on a network, and counts anew only when it starts.

    Raises:
        docker.errors.APIError: a container is on it.
    """
    api = client().api
    try:
        api.remove_network(identity)
    except docker.errors.NotFound:
        pass
    except docker.errors.APIError as problem:
        miscounted = "active endpoints" in str(problem)
        if not miscounted or api.inspect_network(identity)["Containers"]:
            raise


def said_by(image: str, *words: str) -> str:
    """What a command of an image says, on both of its outputs; nothing of its container is left."""
    container = client().containers.create(image, list(words), labels={OWNER_LABEL: owner()})
    try:
        container.start()
        container.wait(timeout=60)
        return str(container.logs().decode(errors="replace"))
    finally:
        remove_container(container.id)
