"""A lab of a test's own, and what the engine has of it; ports of its own for a stage."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager

import docker

from lab_helpers.lab import Lab
from lab_helpers.setup import engine, ports
from lab_helpers.stage import compose


def containers(lab: str) -> set[str]:
    """The host names of the containers that run under a lab's name, whoever started them."""
    label = f"{engine.LAB_LABEL}={lab}"
    client = engine.client()
    found = client.containers.list(all=True, filters={"label": label}, ignore_removed=True)
    return {container.attrs["Config"]["Hostname"] for container in found}


def networks(lab: str) -> int:
    """How many networks there are under a lab's name."""
    return len(_networks(lab))


def _networks(lab: str) -> list[dict]:
    found: list[dict] = engine.client().api.networks(filters={"label": f"{engine.LAB_LABEL}={lab}"})
    return found


def is_held(network: str) -> bool:
    """Whether the engine cannot remove a network although nothing is on it.

    Docker 20.10 now and then miscounts what is on a network. Trying is the only way to know: do not
    ask about one that somebody still wants.
    """
    try:
        engine.remove_network(network)
    except docker.errors.APIError:  # a container is on it
        return False
    return bool(engine.client().api.networks(ids=[network]))


@contextmanager
def own_lab(test: str) -> Iterator[Lab]:
    """A lab of a name of its own, not started; nothing of it may be left in the end."""
    lab = Lab(name=f"{test} {os.getpid()}")
    yield lab
    lab.stop()
    assert containers(lab.name) == set()
    assert all(is_held(network["Id"]) for network in _networks(lab.name))


def own_ports() -> dict[str, str]:
    """A free port for each service of the stage, under the variable that moves it there.

    They are below those that the system hands out: nobody gets one before the stack does.
    """
    free = (port for port in random.sample(range(10_000, 30_000), 200) if not ports.is_taken(port))
    return {name: str(next(free)) for name, _ in compose.ports({}).values()}
