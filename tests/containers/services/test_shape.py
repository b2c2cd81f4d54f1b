"""Each image in force, pulled or built, has the shape of its upstream image: see shapes.toml."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.services.consul import ConsulContainer
from lab_helpers.setup import engine, images, provision
from lab_helpers.setup.engine import said_by

TABLE = tomllib.loads((Path(__file__).parent / "shapes.toml").read_text())
#: What an image has where the table says nothing.
UNSET = {
    "user": "",
    "entry_point": [],
    "arguments": [],
    "volumes": [],
    "folder": "/",
    "ports": [],
    "stop_signal": "",
}
SOURCE = {"repository", "path", "tag"}


def shape_of(image: str) -> dict[str, Any]:
    """The shape of an image that the engine has."""
    config = engine.client().api.inspect_image(image)["Config"]
    return {
        "user": config.get("User") or "",
        "entry_point": config.get("Entrypoint") or [],
        "arguments": config.get("Cmd") or [],
        "volumes": sorted(config.get("Volumes") or ()),
        "folder": config.get("WorkingDir") or "/",
        "ports": sorted(config.get("ExposedPorts") or ()),
        "stop_signal": config.get("StopSignal") or "",
    }


def upstream_shape(service: str) -> dict[str, Any]:
    """The shape that the table gives the upstream image of `service`."""
    return UNSET | {key: value for key, value in TABLE[service].items() if key in UNSET}


def test_the_table_has_every_pinned_image_and_its_source() -> None:
    assert list(TABLE) == list(images.upstream())
    for service, row in TABLE.items():
        assert row.keys() >= SOURCE, service
        assert row.keys() <= {*SOURCE, *UNSET, "stand_in"}, service
        for key, (value, reason) in row.get("stand_in", {}).items():
            assert value != upstream_shape(service)[key], f"{service}: no difference in {key}"
            assert len(reason.split()) > 3, f"{service}: why does {key} differ?"


@pytest.mark.parametrize("service", TABLE)
def test_an_image_has_the_shape_of_its_upstream_image(service: str) -> None:
    pulled = (*provision.UPSTREAM_ONLY, *images.OF_THE_CLUSTER)
    if service in pulled and (reason := engine.why_unavailable(service)):
        pytest.skip(reason)
    image = images.image_for(service)
    expected = upstream_shape(service)
    if image == provision.built_name(service):
        differences = TABLE[service].get("stand_in", {})
        expected |= {key: value for key, (value, _) in differences.items()}
    assert shape_of(image) == expected, image


@pytest.mark.parametrize(
    ("service", "arguments", "answer"),
    [
        ("memcached", ["--version"], "memcached 1."),
        ("haproxy", ["-v"], "HAProxy version"),
        ("mysql", ["--version"], "MariaDB"),
        ("mysql", ["sh", "-c", "echo $0 $1", "one", "two"], "one"),
        ("consul", ["version"], "Consul v"),
        ("consul", ["consul", "version"], "Consul v"),
        ("nginx", ["nginx", "-v"], "nginx version"),
        ("nginx", ["echo", "a command of its own"], "a command of its own"),
    ],
)
def test_an_entry_point_takes_options_and_commands_as_upstream_does(
    service: str, arguments: list[str], answer: str
) -> None:
    assert answer in said_by(images.image_for(service), *arguments)


def test_consul_steps_down_to_its_own_user() -> None:
    with ConsulContainer() as consul:
        look = "for p in /proc/[0-9]*; do grep -qs ^consul $p/cmdline && stat -c %U $p; done; true"
        assert set(consul.run("sh", "-c", look).split()) == {"consul"}
