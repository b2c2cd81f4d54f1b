"""Machines whose engine is away, closed, silent, or something else. No engine is needed."""

import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from lab_helpers.setup import advice, daemon, doctor
from tests.broken_machine import HANGS, silent, visit
from tests.docker_context import choose

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def test_nobody_listens_where_a_variable_says() -> None:
    found = visit(environment={"DOCKER_HOST": "tcp://127.0.0.1:9"})
    assert found.status == 1
    assert found.word("engine") == "broken"
    assert found.text("engine").startswith("No container engine answers at DOCKER_HOST=tcp://127.")
    assert "No lab starts without one. → Start it, or name another one" in found.text("engine")
    for check in ("memory", "addresses", "left over", "network"):
        assert found.said[check][0] == "skipped", check
    assert found.word("ports") in ("ok", "look"), "what needs no engine is looked at all the same"
    assert found.took < HANGS


def test_an_engine_that_takes_the_call_and_says_nothing(tmp_path: Path) -> None:
    with silent(tmp_path / "engine.sock"):
        found = visit(environment={"DOCKER_HOST": f"unix://{tmp_path}/engine.sock"})
    assert found.word("engine") == "broken"
    assert "takes calls, and does not answer in time" in found.text("engine")
    assert "restart" in found.text("engine")
    assert found.took < HANGS
    assert found.word("memory") == "skipped"


@ROOT_ONLY
def test_an_engine_that_is_not_open_to_this_user(tmp_path: Path) -> None:
    place = tmp_path / "engine.sock"
    with silent(place):
        place.chmod(0o600)
        for folder in [tmp_path, *tmp_path.parents][:-2]:
            folder.chmod(0o755)
        nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        found = visit(before=nobody, environment={"DOCKER_HOST": f"unix://{place}"})
    assert "is not open to this user" in found.text("engine")
    assert "→ Add yourself to its group: `sudo usermod -aG docker $USER`" in found.text("engine")
    assert "may not write to" in found.text("checkout")
    assert "sudo chown -R $(id -un)" in found.text("checkout")


def test_who_joined_the_group_has_to_log_in_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "engine.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{place}")
    monkeypatch.setenv("USER", "ann")
    group = advice.grp.struct_group(("docker", "x", 993, ["ann"]))
    monkeypatch.setattr(advice.grp, "getgrgid", lambda _: group)
    with silent(place):
        assert "`newgrp docker`" in advice.nobody_answers("Permission denied").remedy
        monkeypatch.setenv("USER", "bob")
        assert "`sudo usermod -aG docker" in advice.nobody_answers("Permission denied").remedy


def test_a_context_whose_engine_is_away(tmp_path: Path) -> None:
    choose(tmp_path, f"unix://{tmp_path}/away.sock")
    found = visit(environment={"DOCKER_CONFIG": str(tmp_path), "DOCKER_HOST": ""})
    assert f"unix://{tmp_path}/away.sock, which the docker context 'elsewhere' names" in (
        found.text("engine")
    )
    assert "`docker context use`" in found.text("engine")


def test_an_engine_over_ssh() -> None:
    found = visit(environment={"DOCKER_HOST": "ssh://me@engine.example"})
    assert "→ Bring its socket here: `ssh -fNL 2375:" in found.text("engine")


class Page(BaseHTTPRequestHandler):
    """A web page, where an engine should be."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>It works!</h1>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{port}", "nonsense://", "unix:///dev/null"])
def test_what_is_no_engine(address: str) -> None:
    with HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        found = visit(environment={"DOCKER_HOST": address.format(port=server.server_port)})
        server.shutdown()
    assert found.word("engine") == "broken"
    assert "no container engine" in found.text("engine").lower()
    assert "DOCKER_HOST" in found.text("engine")


def test_the_limit_leaves_time_for_python_itself() -> None:
    assert doctor.LIMIT <= 4


def test_what_is_asked_of_a_damaged_context_is_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    for content in ("{damaged", "[]", json.dumps({"currentContext": None})):
        (tmp_path / "config.json").write_text(content)
        assert daemon.context() == ("", "")
        assert daemon.address() == daemon.DEFAULT
    choose(tmp_path, "tcp://engine.example:2375")
    assert daemon.address() == "tcp://engine.example:2375"
    for described in (tmp_path / "contexts").rglob("meta.json"):
        described.write_text('{"Endpoints": []}')
    assert daemon.context() == ("elsewhere", "")
    assert daemon.address() == daemon.DEFAULT


def test_a_port_of_an_address_may_be_missing_or_wrong() -> None:
    for address in ("tcp://", "tcp://host:port", "tcp://host:99999", "npipe://x"):
        with pytest.raises(daemon.NoEngine, match="is no address of an engine"):
            daemon.Daemon(address, 1).get("/_ping")
