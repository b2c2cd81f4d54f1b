"""A container that stands still: frozen by the engine, or by signals where it cannot freeze.

Podman freezes a container by its cgroup. Without root on cgroups v1, and inside of another
container, it has none.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

import docker

from lab_helpers.setup import engine

if TYPE_CHECKING:
    from docker.models.containers import Container


def pause(container: "Container") -> None:
    """Have a container stand still, its connections open, until `wake`; harmless if it does.

    Raises:
        docker.errors.APIError: it does not run.
    """
    container.reload()
    if container.status == "paused":
        return
    try:
        container.pause()
    except docker.errors.APIError as problem:
        if "cgroup" not in str(problem.explanation):
            raise
        _signal(container, "STOP")


def wake(container: "Container") -> None:
    """Have a container go on after `pause`; harmless if it does, or does not run."""
    container.reload()
    if container.status == "paused":
        container.unpause()
    elif container.status == "running" and engine.is_podman():
        _signal(container, "CONT")  # the engine does not know whom it sent a signal to stop


def _signal(container: "Container", name: str) -> None:
    """Send a signal to every process of a container."""
    with suppress(docker.errors.APIError):  # an image without a shell has one process
        container.exec_run(["sh", "-c", f"kill -{name} -1"], user="root")  # but to the first one
    container.kill(f"SIG{name}")
