"""This machine's address on a network of its engine, as the engine's containers know it."""

import json
import subprocess

import pytest
from docker import DockerClient

from lab_helpers.errors import WorkshopError
from lab_helpers.setup import engine
from tests.second_engine import second_engine


def test_it_is_known_from_the_engines_first_start_on() -> None:
    try:
        with second_engine(cut_off=True) as second:
            api = DockerClient(second.socket).api
            api.create_network("own", driver="bridge")
            networks = [api.inspect_network(name) for name in ("bridge", "own")]
            show = [*second.inside, "ip", "-json", "-4", "address"]
            interfaces = json.loads(subprocess.check_output(show))
    except WorkshopError as problem:
        pytest.skip(str(problem))
    known = {address["local"] for one in interfaces for address in one["addr_info"]}
    assert known == {"127.0.0.1", *map(engine.address_on, networks)}
