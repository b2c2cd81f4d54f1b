"""A port of this machine: whether somebody has it, and who."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import MagicMock

import pytest

from lab_helpers.setup import engine, ports


def test_who_has_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    idle = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = idle.server_address[1]
    client = MagicMock()
    client.api.containers.return_value = []
    monkeypatch.setattr(engine, "client", lambda: client)
    assert ports.is_taken(port)
    assert re.fullmatch(r".+ \(process \d+\)", ports.who_has(port))
    client.api.containers.return_value = [{"Names": ["/mine"], "Ports": [{"PublicPort": port}]}]
    assert ports.who_has(port) == "the container mine"
    idle.server_close()
    assert not ports.is_taken(1), "a port that the system gives to nobody"
