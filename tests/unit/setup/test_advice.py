"""What to do where there is no engine, or it refuses. No engine is needed."""

import os
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import UnixStreamServer
from threading import Thread

import docker
import pytest

from lab_helpers import cli
from lab_helpers.errors import EngineRefused
from lab_helpers.setup import advice, bootstrap, engine
from tests.docker_context import choose


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Root on a Debian on which there is no engine, with its home folder here."""
    monkeypatch.setattr(bootstrap, "can_install", lambda: True)
    monkeypatch.setattr(bootstrap, "engine_answers", lambda path=None: False)
    monkeypatch.setattr(bootstrap, "dockerd", lambda: None)
    monkeypatch.setattr(bootstrap, "has_podman", lambda: False)
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_an_engine_is_never_installed_beside_one_that_was_named(
    monkeypatch: pytest.MonkeyPatch, bare: Path
) -> None:
    assert bootstrap.engine_is_ours_to_start()
    monkeypatch.setenv("DOCKER_HOST", "tcp://engine.example:2376")
    assert not bootstrap.engine_is_ours_to_start()
    monkeypatch.delenv("DOCKER_HOST")
    monkeypatch.setenv("DOCKER_CONTEXT", "elsewhere")
    assert not bootstrap.engine_is_ours_to_start()
    monkeypatch.setenv("DOCKER_CONTEXT", "default")
    assert bootstrap.engine_is_ours_to_start()
    monkeypatch.delenv("DOCKER_CONTEXT")
    choose(bare / ".docker", "unix:///away.sock")
    assert not bootstrap.engine_is_ours_to_start()
    (bare / ".docker" / "config.json").write_text("{damaged")
    assert bootstrap.engine_is_ours_to_start()
    monkeypatch.setattr(bootstrap, "can_install", lambda: False)
    assert not bootstrap.engine_is_ours_to_start()


def test_an_engine_is_never_installed_beside_another_that_is_there(
    monkeypatch: pytest.MonkeyPatch, bare: Path
) -> None:
    monkeypatch.setattr(bootstrap, "has_podman", lambda: True)
    assert not bootstrap.engine_is_ours_to_start()
    monkeypatch.setattr(bootstrap, "dockerd", lambda: "/usr/sbin/dockerd")
    assert bootstrap.engine_is_ours_to_start(), "Docker is installed, and only has to be started"
    monkeypatch.setattr(bootstrap, "engine_answers", lambda path=None: path is not None)
    assert not bootstrap.engine_is_ours_to_start(), "Podman runs"


class Ping(BaseHTTPRequestHandler):
    """An engine that answers that it is there, and nothing else."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/_ping" else 500)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_an_engine_on_another_socket_is_named_with_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / ".colima" / "default" / "docker.sock"
    place.parent.mkdir(parents=True)
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(bootstrap, "podman_socket", lambda: tmp_path / "none.sock")
    assert str(place) not in str(advice.nobody_answers("no such file"))
    with UnixStreamServer(str(place), Ping) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        said = str(advice.nobody_answers("no such file"))
        server.shutdown()
    assert said.startswith("No container engine answers at this machine's default socket. One ")
    assert f"One does at {place}: `export DOCKER_HOST=unix://{place}`, and retry." in said
    assert not bootstrap.engine_answers(place), "it has ended"


def test_podman_that_does_not_listen_is_named_with_its_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bootstrap, "answering", list)
    monkeypatch.setattr(bootstrap, "has_podman", lambda: True)
    monkeypatch.setattr(bootstrap, "dockerd", lambda: None)
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(advice.daemon, "context", lambda: ("", ""))
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/7")
    monkeypatch.setattr(os, "geteuid", lambda: 7)
    said = str(advice.nobody_answers("no such file"))
    assert "`systemctl --user enable --now podman.socket`" in said
    assert "`export DOCKER_HOST=unix:///run/user/7/podman/podman.sock`" in said
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    said = str(advice.nobody_answers("no such file"))
    assert "`systemctl enable --now podman.socket`" in said
    assert "`export DOCKER_HOST=unix:///run/podman/podman.sock`" in said
    monkeypatch.setattr(bootstrap, "has_podman", lambda: False)
    assert "Start Docker Desktop, Colima or Podman" in str(advice.nobody_answers("no such file"))


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("could not find an available, non-overlapping IPv4 address pool", "no addresses left"),
        ("all predefined address pools have been fully subnetted", "no addresses left"),
        ("could not find free subnet from subnet pools", "no addresses left"),
        ("the disk is full", "refused: the disk is full"),
    ],
)
def test_what_an_engine_refuses_is_said_in_a_sentence(reason: str, said: str) -> None:
    with pytest.raises(EngineRefused, match=said) as caught, engine.in_words():
        raise docker.errors.NotFound("404", explanation=reason)
    assert reason in str(caught.value)


def test_the_command_says_in_a_sentence_what_the_engine_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise docker.errors.APIError("500", explanation="the disk is full")

    monkeypatch.setattr("lab_helpers.setup.provision.ensure", refuse)
    monkeypatch.setattr("sys.argv", ["workshop", "setup"])
    assert cli.main() == 1
    assert capsys.readouterr().err == ("workshop: The container engine refused: the disk is full\n")
