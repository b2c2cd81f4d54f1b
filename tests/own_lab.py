"""A lab of a test's own, and what the engine has of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from lab_helpers.lab import Lab
from lab_helpers.setup import engine


def containers(lab: str) -> set[str]:
    """The host names of the containers that run under a lab's name, whoever started them."""
    label = f"{engine.LAB_LABEL}={lab}"
    client = engine.client()
    found = client.containers.list(all=True, filters={"label": label}, ignore_removed=True)
    return {container.attrs["Config"]["Hostname"] for container in found}


def networks(lab: str) -> int:
    label = f"{engine.LAB_LABEL}={lab}"
    return len(engine.client().networks.list(filters={"label": label}))


@contextmanager
def own_lab(test: str) -> Iterator[Lab]:
    """A lab of a name of its own, not started; nothing of it may be left in the end."""
    lab = Lab(name=f"{test} {os.getpid()}")
    yield lab
    lab.stop()
    assert containers(lab.name) == set()
    assert networks(lab.name) == 0
