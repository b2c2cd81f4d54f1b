"""What keeps a hub from being opened, a sentence each."""

import socket
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from lab_helpers.errors import ServiceFailed
from lab_helpers.hub import refusals
from lab_helpers.setup import engine
from tests.free_port import free_port


@pytest.fixture(autouse=True)
def a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Docker on this machine, and 6 GB of memory."""
    monkeypatch.setattr(engine, "bind_address", lambda: engine.LOOPBACK)
    monkeypatch.setattr(engine, "is_podman", lambda: False)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=6e9))


def refusal(count: int = 2, host: str = "127.0.0.1", port: int | None = None) -> str:
    try:
        refusals.require(count, host, free_port() if port is None else port)
    except ServiceFailed as problem:
        return str(problem)
    return ""


def test_a_fit_machine_is_not_refused() -> None:
    assert refusal() == ""


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"count": 0}, "--learners takes a number from 1 to 99, not 0."),
        ({"count": -3}, "--learners takes a number from 1 to 99, not -3."),
        ({"count": 20}, "20 learners need 23 GB of memory; here is room for 4. Say `--learners 4`"),
        ({"port": 70_000}, "--port takes a number from 1 to 65535, not 70000."),
        ({"host": "192.0.2.77"}, "This machine has no address 192.0.2.77"),
        ({"host": "0.0.0.0"}, "--host takes the one address"),
        ({"host": "room.example"}, "--host takes the one address"),
    ],
)
def test_wrong_arguments(asked: dict[str, Any], said: str) -> None:
    assert refusal(**asked).startswith(said)


def test_a_taken_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert refusal(port=port).startswith(f"Port {port} is taken by ")


def test_an_engine_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "bind_address", lambda: "0.0.0.0")
    assert "on the engine's own machine" in refusal()


def test_podman(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "is_podman", lambda: True)
    assert refusal().startswith("The hub needs Docker")


def test_a_machine_that_has_room_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=1.5e9))
    assert refusal(1).endswith("here is room for 0. Take a larger machine.")


def test_a_full_machine_takes_no_further_learner(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusals.why_no_room() == ""
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=0.5e9))
    assert "Your files are safe" in refusals.why_no_room()
