"""Twelve services: how soon they are ready, and what they need; and what an import costs."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import yaml
from docker.types import EndpointConfig

from lab_helpers.lab import Lab
from lab_helpers.progress import Progress
from lab_helpers.services.base import Service
from lab_helpers.services.exporters import (
    ApacheExporterContainer,
    BlackboxExporterContainer,
    MemcachedExporterContainer,
    MySQLExporterContainer,
    NginxExporterContainer,
    NodeExporterContainer,
)
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.shop import (
    ApacheContainer,
    MemcachedContainer,
    MySQLContainer,
    NginxContainer,
    ShopWebContainer,
)
from lab_helpers.setup import engine, provision
from tests.benchmarks.figure import Figure
from tests.benchmarks.memory import held_by

ROUNDS = 7
TICK = 5.0  # seconds between two looks of Prometheus at its targets
AT_ONCE, TAKEN_OVER_AT_ONCE = 1.5, "--scrape.discovery-reload-interval=100ms"
BARE, COMPOSED = "bench-bare", "bench-compose"  # what the engine's own containers are labelled with


def labels(lab: str) -> dict[str, str]:
    """With these, whatever a run that is killed leaves behind is swept by the next lab."""
    return {engine.LAB_LABEL: lab, engine.OWNER_LABEL: engine.owner()}


def twelve() -> list[Service]:
    """The shop and its monitoring."""
    database = MySQLContainer()
    return [
        PrometheusContainer(),
        NodeExporterContainer(),
        database,
        MySQLExporterContainer(database),
        MemcachedContainer(),
        MemcachedExporterContainer(),
        ShopWebContainer(database),
        NginxContainer(),
        NginxExporterContainer(),
        ApacheContainer(),
        ApacheExporterContainer(),
        BlackboxExporterContainer(),
    ]


def two() -> list[Service]:
    """A server and what it watches."""
    return [PrometheusContainer(), NodeExporterContainer()]


Make = Callable[[], list[Service]]


def lab_seconds(make: Make) -> float:
    """From the call until every one of the services is ready to work."""
    lab = Lab(*make(), name="bench")
    began = time.perf_counter()
    lab.start()
    seconds = time.perf_counter() - began
    lab.stop()
    return seconds


def bare_seconds(make: Make) -> float:
    """What the engine itself needs for containers of the same images that do nothing."""
    client = engine.client()
    services = make()

    def start(service: Service) -> None:
        container = client.containers.create(
            service.image,
            entrypoint=["sleep", "600"],
            command=[],
            ports={f"{service.port}/tcp": (engine.bind_address(), None)},
            network=network.name,
            networking_config={
                network.name: EndpointConfig(client.api._version, aliases=[service.name])
            },
            labels=labels(BARE),
        )
        container.start()

    began = time.perf_counter()
    network = client.networks.create("workshop-bench", labels=labels(BARE))
    with ThreadPoolExecutor(len(services)) as pool:
        list(pool.map(start, services))
    seconds = time.perf_counter() - began
    engine.sweep(BARE)
    return seconds


def compose_file(services: list[Service]) -> str:
    """The same services for Docker Compose, as they are, without any check of readiness."""
    files = {
        f"{service.name}{number}": (service.name, content, path)
        for service in services
        for number, (path, content) in enumerate(service.files.items())
    }
    described = {
        service.name: {
            "image": service.image,
            "labels": labels(COMPOSED),
            "environment": service.env,
            "ports": [f"127.0.0.1::{service.port}"],
            "configs": [
                {"source": name, "target": path}
                for name, (owner, _, path) in files.items()
                if owner == service.name
            ],
        }
        | ({"command": service._command} if service._command else {})
        for service in services
    }
    contents = {
        name: {"content": content.decode()}
        for name, (_, content, _) in files.items()
        if isinstance(content, bytes)
    }
    networks = {"default": {"labels": labels(COMPOSED)}}
    text = yaml.safe_dump(
        {
            "name": f"bench-{os.getpid()}",
            "services": described,
            "configs": contents,
            "networks": networks,
        }
    )
    return text.replace("$", "$$")  # Compose has no variable to replace


class Compose:
    """Docker Compose in a container of its own, so that its own start is not counted."""

    def __enter__(self) -> "Compose":
        with Progress() as progress:
            image = provision.build(["compose"], progress)["compose"]
        self._container = engine.client().containers.run(
            image,
            entrypoint=["sleep", "600"],
            volumes={"/var/run/docker.sock": {"bind": "/var/run/docker.sock"}},
            labels=labels(COMPOSED),
            detach=True,
        )
        return self

    def run(self, text: str, *arguments: str) -> float:
        """Seconds that a compose command took."""
        script = 'printf %s "$FILE" > /tmp/compose.yaml; exec docker-compose -f /tmp/compose.yaml '
        command = ["sh", "-c", script + " ".join(arguments)]
        began = time.perf_counter()
        done = self._container.exec_run(command, environment={"FILE": text})
        seconds = time.perf_counter() - began
        if done.exit_code:
            raise RuntimeError(done.output.decode())
        return seconds

    def __exit__(self, *_: object) -> None:
        engine.sweep(COMPOSED)


def starts(make: Make = twelve, rounds: int = ROUNDS) -> Iterator[Figure]:
    """The lab against the bare engine and against Docker Compose, in turn."""
    with Compose() as compose:

        def one_round() -> tuple[float, float, float]:
            engine_alone, mine = bare_seconds(make), lab_seconds(make)
            text = compose_file(make())
            composed = compose.run(text, "up", "--wait")
            compose.run(text, "down", "--timeout=0", "--volumes")
            return mine, engine_alone, composed

        one_round()  # images and programs come from the disk
        ours, bare, composed = zip(*(one_round() for _ in range(rounds)), strict=True)
    yield Figure(
        "twelve services ready, side by side", f"{median(ours):.2f} s", "(for information)", True
    )
    for name, others, goal in (
        ("… against twelve bare containers", bare, 1.3),
        ("… against docker compose up --wait", composed, 1.0),
    ):
        ratio = median(mine / other for mine, other in zip(ours, others, strict=True))
        yield Figure(name, f"{ratio:.2f} ×", f"≤ {goal} ×", ratio <= goal)


def first_samples() -> Iterator[Figure]:
    """From a start, and from a reload, to the first sample of a target.

    The first sample waits for two parts of Prometheus. The discovery manager looked at its targets
    every 5 s, and does so within a moment since 3.12; the scrape manager takes them over every 5 s,
    unless a flag says otherwise.
    """
    version = yield from _first_samples("", 1.2 * TICK)
    if tuple(map(int, version.split(".")[:2])) >= (3, 12):
        yield from _first_samples(", taken over at once", AT_ONCE, TAKEN_OVER_AT_ONCE)


def _first_samples(how: str, goal: float, *flags: str) -> Generator[Figure, None, str]:
    """The figures for a server with these flags; its version is returned."""
    prometheus = PrometheusContainer(flags=flags)
    with Lab(prometheus, NodeExporterContainer(), name="bench") as lab:
        began = time.perf_counter()
        lab.wait_until(lambda: len(prometheus.query("up")) == 1, "the first sample is there")
        fresh = time.perf_counter() - began
        prometheus.reload(
            "scrape_configs:\n- job_name: node\n  scrape_interval: 1s\n"
            "  static_configs: [{targets: ['node-exporter:9100']}]\n"
        )
        began = time.perf_counter()
        lab.wait_until(lambda: len(prometheus.query("up{job='node'}")) == 1, "the new one is there")
        added = time.perf_counter() - began
        version = str(prometheus.raw("status/buildinfo")["version"])
    for what, seconds in (("a fresh server", fresh), ("a reload", added)):
        name = f"first sample of a target after {what}{how}"
        yield Figure(name, f"{seconds:.2f} s", f"≤ {goal} s", seconds <= goal)
    return version


def memory(make: Make = twelve) -> Iterator[Figure]:
    """What the twelve hold together."""
    services = make()
    with Lab(*services, name="bench"):
        held = held_by(service.get_container_id() for service in services)
    yield Figure("memory of the twelve together", f"{held:.0f} MiB", "< 600 MiB", held < 600)


def imports(rounds: int = ROUNDS) -> Iterator[Figure]:
    """A new Python that imports the package, less one that imports nothing."""

    def seconds(program: str) -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True)
        return time.perf_counter() - began

    times = [seconds("import lab_helpers") - seconds("pass") for _ in range(rounds)]
    yield Figure("import lab_helpers", f"{median(times):.3f} s", "< 0.3 s", median(times) < 0.3)
    program = "from lab_helpers import Lab, PrometheusContainer, ShopWebContainer, history, traffic"
    times = [seconds(program) - seconds("pass") for _ in range(rounds)]
    yield Figure(
        "… and the names of a chapter", f"{median(times):.3f} s", "(for information)", True
    )
