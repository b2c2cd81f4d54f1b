"""Links in the messages of the stage, and of a lab, lead to where people reach the pages."""

import random
from unittest.mock import MagicMock

import pytest

from lab_helpers.services.addressed import FLAG
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.setup import engine
from lab_helpers.stage import compose


def test_links_of_the_stage_lead_to_its_ports() -> None:
    for name in ("prometheus", "alertmanager"):
        command = compose.model()["services"][name]["command"]
        (word,) = [one for one in command if one.startswith(FLAG)]
        port = f"${{{name.upper()}_PORT:-{compose.ports({})[name][1]}}}"
        assert word == f"{FLAG}=http://${{HOST:-127.0.0.1}}:{port}/"


def test_a_server_is_told_the_port_that_it_gets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "client", MagicMock())
    monkeypatch.setattr("testcontainers.core.container.DockerClient", MagicMock())
    chosen = set()
    server = PrometheusContainer()
    for _ in range(20):
        random.seed(1)  # as a notebook may, or a property test
        server._tell_address()
        _, port = server.ports["9090/tcp"]  # type: ignore[misc]
        told = [one for one in server._command or () if one.startswith(FLAG)]
        assert told == [f"{FLAG}={engine.url(port)}/"]
        chosen.add(port)
    assert len(chosen) > 1, "each start takes another one"
    fixed = PrometheusContainer(port=9090)
    fixed._tell_address()
    assert f"{FLAG}={engine.url(9090)}/" in (fixed._command or ())
