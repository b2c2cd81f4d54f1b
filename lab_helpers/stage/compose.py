"""The stacks of ``compose/``, handed to Docker Compose.

Compose is the machine's own where it is recent enough, else one in a container of its own, which
talks to the same engine. Either way it is handed one text, with every file written out in it: so
nothing of this machine is mounted, and the engine may be another machine's.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import yaml
from testcontainers.core.docker_client import get_docker_host

from lab_helpers.archives import pack, unpack_into
from lab_helpers.errors import ServiceFailed, WorkshopError
from lab_helpers.progress import Progress
from lab_helpers.services.base import ANY_PORT
from lab_helpers.setup import advice, engine, names, provision
from lab_helpers.setup.doctor.here import OVERVIEW
from lab_helpers.setup.images import ROOT

FILE = ROOT / "compose" / "compose.yaml"
CLUSTER = ROOT / "compose" / "victoriametrics-cluster.yaml"
#: The first version of Compose that copies configuration in, instead of mounting it.
OLDEST = (2, 23, 1)
ENGINE_SOCKET = "/var/run/docker.sock"
#: The variables that have a checkout's secret sign, and what people call that checkout.
SIGN, CHECKOUT = "STAGE_SIGN", "STAGE_CHECKOUT"
#: The labels by which a checkout knows the containers of its stack, by variable.
LABELS = {SIGN: "workshop.sign", CHECKOUT: "workshop.checkout"}
_PORT = re.compile(
    r"\$\{BIND:-127\.0\.0\.1\}:\$\{(?P<variable>\w+):-(?P<port>\d+)\}:(?P<inside>\d+)"
)


def model(file: Path = FILE) -> dict[str, Any]:
    """What compose.yaml says, with its variables as they stand there."""
    found: dict[str, Any] = yaml.safe_load(file.read_text())
    return found


def ports(variables: Mapping[str, str] = os.environ) -> dict[str, tuple[str, int]]:
    """The variable that moves a service's port, and the port on this machine, by service.

    A further port of a service is there under its name and the port inside, such as inbox:1025; the
    overview page, which no container serves, is there too.

    Raises:
        ServiceFailed: a variable that is no port.
    """
    found = {}
    for service, published in {**_published(), "overview": [(*OVERVIEW, "")]}.items():
        for number, (name, usual, inside) in enumerate(published):
            wanted = variables.get(name) or usual
            if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
                raise ServiceFailed(f"{name} is a port, a number up to 65535, not {wanted!r}.")
            found[f"{service}:{inside}" if number else service] = (name, int(wanted))
    return found


def page_port(service: str) -> int:
    """The port inside a service's container on which its pages are: the first that is published."""
    return int(_published()[service][0][2])


@cache
def _published() -> dict[str, list[tuple[str, str, str]]]:
    """Variable, usual port and port inside of all that each service publishes."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for service, described in model()["services"].items():
        for line in described.get("ports", ()):
            match = _PORT.fullmatch(line)
            assert match, f"{FILE}: {service} publishes {line}"
            port = (match["variable"], match["port"], match["inside"])
            found.setdefault(service, []).append(port)
    return found


def self_contained(every_service: Mapping[str, Any], file: Path = FILE) -> str:
    """compose.yaml with the files that it names written out in it.

    Each service has besides what each one of a lab has, and says who put it on stage.

    Args:
        every_service: what each service is described by besides.
    """
    stack = model(file)
    for described in stack["services"].values():
        described.update(every_service)
        described["sysctls"] = ANY_PORT
        described["labels"] = {name: f"${{{variable}}}" for variable, name in LABELS.items()}
    for described in stack["configs"].values():
        if "file" in described:
            text = (file.parent / described.pop("file")).read_text()
            described["content"] = text.replace("$", "$$")  # it is no place for variables
    return yaml.safe_dump(stack, sort_keys=False)


def expected_targets() -> dict[str, int]:
    """How many targets Prometheus must find, by job, as the files in compose/ say."""
    folder = FILE.parent
    jobs = yaml.safe_load((folder / "prometheus.yml").read_text())["scrape_configs"]
    registered = yaml.safe_load((folder / "consul-services.json").read_text())["services"]
    count = {
        job["job_name"]: sum(len(one["targets"]) for one in job.get("static_configs", ()))
        for job in jobs
    }
    for service in registered:
        count[service["name"]] += 1
    return count


def run(
    arguments: list[str],
    project: str,
    variables: Mapping[str, str],
    progress: Progress,
    file: Path = FILE,
) -> None:
    """Run a command of Compose on a stack.

    Args:
        arguments: such as ``["up", "--detach"]``.
        project: the name under which the stack runs.
        variables: what the file asks for.

    Raises:
        ServiceFailed: the command failed; the message ends with what Compose said.
        ImageUnavailable: this machine has no Compose, and the image that has one cannot be built.
    """
    arguments = ["--project-name", project, *arguments]
    stack = self_contained(names.of_the_network_alone(), file)
    if command := own_command():
        lines = _run_here([*command, "--file", "-", *arguments], stack, variables)
    else:
        lines = _run_in_a_container(arguments, stack, variables, progress)
    said: list[str] = []
    status = 1
    for line in lines:
        if isinstance(line, int):
            status = line
        elif line.strip():
            said.append(line.rstrip())
            progress.say(f"starting the containers ({line.strip()[:60]})")
    if status:
        tail = "\n".join(f"    {line}" for line in said[-15:])
        if advice.wants_addresses(tail):
            raise advice.refusal(WorkshopError(said[-1]))
        raise ServiceFailed(f"`docker compose {' '.join(arguments)}` failed:\n{tail}")


def own_command() -> list[str] | None:
    """How Compose is called on this machine; None where it is missing or too old."""
    for command in (["docker", "compose"], ["docker-compose"]):
        try:
            asked = [*command, "version", "--short"]
            said = subprocess.run(asked, capture_output=True, text=True, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            continue
        match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", said.stdout.strip())
        if said.returncode == 0 and match and tuple(map(int, match.groups())) >= OLDEST:
            return command
    return None


def _run_here(command: list[str], stack: str, variables: Mapping[str, str]) -> Iterator[str | int]:
    """The lines that a command says, and its exit status at the end."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | variables | {"COMPOSE_PROGRESS": "plain"},
    ) as process:
        assert process.stdin and process.stdout
        with suppress(BrokenPipeError):  # it may give up before it has read everything
            process.stdin.write(stack)
        with suppress(BrokenPipeError):
            process.stdin.close()
        yield from process.stdout
    yield process.returncode


def _run_in_a_container(
    arguments: list[str], stack: str, variables: Mapping[str, str], progress: Progress
) -> Iterator[str | int]:
    """As `_run_here`, by the Compose of an image of the workshop's."""
    image = provision.build(["compose"], progress)["compose"]
    container = engine.client().containers.create(
        image,
        command=["--file", "/compose.yaml", *arguments],
        environment=dict(variables),
        volumes={engine_socket(): {"bind": ENGINE_SOCKET}},
        security_opt=["label=disable"],  # SELinux would keep the engine's socket from it
        labels={engine.OWNER_LABEL: engine.owner()},
    )
    try:
        unpack_into(container, "/", pack({"compose.yaml": stack.encode()}))
        container.start()
        for chunk in container.logs(stream=True, follow=True):
            yield from chunk.decode(errors="replace").splitlines()
        yield int(container.wait()["StatusCode"])
    finally:
        engine.remove_container(container.id)


def engine_socket() -> str:
    """The engine's socket as its own machine knows it."""
    address = urlparse(get_docker_host() or "")
    local = address.scheme == "unix" and sys.platform == "linux" and Path(address.path).exists()
    return address.path if local else ENGINE_SOCKET
