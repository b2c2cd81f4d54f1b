"""The room's Prometheus: a container that scrapes this machine."""

import secrets
import socket
from typing import Any, Self

import docker

from lab_helpers.errors import WorkshopError
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.setup import engine

#: How the container calls this machine where it has no address of its own on the engine's network.
_THIS_MACHINE = "instructor"
EVERY = 2  # seconds from scrape to scrape

_CONFIG = """\
scrape_configs:
  - job_name: room
    scrape_interval: {every}s
    # The names in it are nobody else's business: chapter 09 closes its doors like this.
    authorization: {{credentials: {password}}}
    static_configs:
      - targets: ["{target}"]
"""


class RoomPrometheus(PrometheusContainer):
    """A Prometheus that scrapes the room.

    host, port: where this machine has the metrics, see `metrics_socket`.
    password: that they ask for.
    """

    service = "room-prometheus"
    image_name = "prometheus"

    def __init__(self, host: str, port: int, password: str) -> None:
        target = f"{_THIS_MACHINE if host == engine.LOOPBACK else host}:{port}"
        super().__init__(_CONFIG.format(every=EVERY, password=password, target=target))
        self._by_name = host == engine.LOOPBACK

    def with_kwargs(self, **given: Any) -> Self:
        """Settings of the container; this machine's name is one."""
        if self._by_name:
            given["extra_hosts"] = {_THIS_MACHINE: "host-gateway"}
        return super().with_kwargs(**given)


def metrics_socket() -> socket.socket:
    """Where this machine listens for its Prometheus, on a free port.

    An engine on this very machine has an address on its network, which its containers and this
    machine reach; one in a virtual machine hands on what comes for the loopback.
    """
    for host in (_gateway(), engine.LOOPBACK):
        try:
            return socket.create_server((host, 0))
        except OSError:
            continue
    raise AssertionError("a loopback has free ports")


def password() -> str:
    """What Prometheus shows; made anew each time."""
    return secrets.token_urlsafe(24)


def _gateway() -> str:
    """The address of this machine on the engine's own network; the loopback if it has none."""
    try:
        (network,) = engine.client().api.networks(filters={"name": "^(bridge|podman)$"})
        return engine.address_on(network)
    except (WorkshopError, docker.errors.DockerException, LookupError, ValueError):
        return engine.LOOPBACK
