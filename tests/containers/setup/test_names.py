"""A name that is not on the lab's network is refused at once, also where the resolver is dead."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.soak.dead_resolver import NOBODY, dead_resolver

AT_ONCE = 0.5  # seconds; a resolver that is dead takes ten
#: Docker before version 24 says nothing where it cannot ask outside; whoever asks gives up.
SOON = 3.0

READS_RESOLV_CONF = """
from lab_helpers.setup import engine
from lab_helpers.setup.images import image_for
said = engine.client().containers.run(
    image_for("shop"), ["/etc/resolv.conf"], entrypoint=["cat"], remove=True
)
print(said.decode())
"""


def under_a_dead_resolver(*arguments: str) -> str:
    """What Python prints on an engine whose machine has a dead resolver."""
    with dead_resolver() as engine:
        done = subprocess.run(
            [sys.executable, *arguments],
            env=os.environ | {"DOCKER_HOST": engine},
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(under_a_dead_resolver("-m", "tests.stopped_service"))
    return told


def test_an_exporter_whose_service_was_stopped_is_up(told: dict[str, Any]) -> None:
    assert (told["up"], told["memcached_up"]) == (1, 0)


@pytest.mark.parametrize(("names", "limit"), [("name", AT_ONCE), ("outside", SOON)])
def test_every_container_of_a_lab_refuses_it(
    told: dict[str, Any], names: str, limit: float
) -> None:
    assert set(told[names]) == {"memcached-exporter", "prometheus"}
    for service, took in told[names].items():
        assert set(took) == {"AF_UNSPEC", "AF_INET", "AF_INET6"}
        assert max(took.values()) < limit, f"{service}: {took}"


def test_the_resolver_is_dead_for_a_container_that_asks_for_no_other() -> None:
    assert f"nameserver {NOBODY}" in under_a_dead_resolver("-c", READS_RESOLV_CONF)
