"""Finding the engine, and saying what to do where there is none. No engine is needed."""

import hashlib
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import docker
import psutil
import pytest

from lab_helpers.setup import bootstrap, engine


def python(program: str, **environment: str) -> str:
    """What a program prints in a Python of its own, whose environment differs."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("docker_host", "host", "bound_to"),
    [
        ("", "127.0.0.1", "127.0.0.1"),
        ("unix:///run/user/1000/podman.sock", "127.0.0.1", "127.0.0.1"),
        ("tcp://localhost:2375", "127.0.0.1", "127.0.0.1"),
        ("tcp://engine.example:2376", "engine.example", "0.0.0.0"),
        ("ssh://me@engine.example", "engine.example", "0.0.0.0"),
    ],
)
def test_ports_are_on_loopback_unless_the_engine_is_elsewhere(
    monkeypatch: pytest.MonkeyPatch, docker_host: str, host: str, bound_to: str
) -> None:
    monkeypatch.setenv("DOCKER_HOST", docker_host)
    assert engine.host() == host
    assert engine.bind_address() == bound_to


ASK = """
    from lab_helpers.setup import engine
    from lab_helpers.errors import EngineUnavailable
    {first}
    try:
        engine.client()
    except EngineUnavailable as problem:
        print(problem)
"""


def test_an_engine_that_is_away(tmp_path: Path) -> None:
    said = python(ASK.format(first=""), DOCKER_HOST=f"unix://{tmp_path}/nothing.sock")
    assert said.startswith(f"No container engine answers at DOCKER_HOST=unix://{tmp_path}/nothing")
    said = python(ASK.format(first=""), DOCKER_HOST="tcp://127.0.0.1:9")
    assert "No container engine answers at DOCKER_HOST=tcp://127.0.0.1:9" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_engine_that_is_not_open_to_this_user(tmp_path: Path) -> None:
    first = f"""
    import os, socket
    listener = socket.socket(socket.AF_UNIX)
    listener.bind({str(tmp_path / "engine.sock")!r})
    listener.listen()
    os.chmod({str(tmp_path / "engine.sock")!r}, 0o600)
    for folder in {[str(folder) for folder in tmp_path.parents][:-2]!r}:
        os.chmod(folder, 0o755)
    os.chmod({str(tmp_path)!r}, 0o755)
    os.seteuid(65534)
    """
    said = python(ASK.format(first=first.strip()), DOCKER_HOST=f"unix://{tmp_path}/engine.sock")
    assert "is not open to this user" in said
    assert "usermod -aG docker" in said


def test_only_a_process_that_has_ended_is_gone() -> None:
    assert not engine._is_gone(engine.owner())
    machine, pid, started = engine.owner().rsplit("/", 2)
    assert engine._is_gone(f"{machine}/{pid}/{float(started) - 1:.2f}"), "its number was used again"
    assert not engine._is_gone(f"another-machine/{pid}/{started}")
    unused = max(psutil.pids()) + 1
    assert engine._is_gone(f"{machine}/{unused}/{started}")


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = python(
        """
        import sys
        import lab_helpers
        loaded = {"pandas", "numpy", "matplotlib", "docker", "testcontainers"} & set(sys.modules)
        from lab_helpers import Lab, PrometheusContainer, history
        loaded |= {"pandas", "matplotlib"} & set(sys.modules)
        print(sorted(loaded))
        """
    )
    assert heavy == "[]\n"


def test_an_environment_is_ready_only_for_the_lock_that_it_was_made_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp")
    assert not bootstrap.environment_is_ready()
    bootstrap.STAMP.write_text(bootstrap.lock_digest())
    assert bootstrap.environment_is_ready()
    (tmp_path / "requirements.lock").write_text("changed")
    assert not bootstrap.environment_is_ready()


def test_a_python_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"3\.11 or newer is needed, and python3 is 3\.9\.2"):
        bootstrap.make_environment()


def test_a_command_that_fails_ends_the_set_up_with_its_words() -> None:
    with pytest.raises(SystemExit, match=r"(?s)`sh -c echo why; exit 3` failed:\nwhy"):
        bootstrap.run("sh", "-c", "echo why; exit 3")


def test_an_engine_is_never_installed_beside_one_that_was_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "ENGINE_SOCKET", tmp_path / "none.sock")
    monkeypatch.setattr(bootstrap, "can_install", lambda: True)
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    assert bootstrap.engine_is_ours_to_start()
    monkeypatch.setenv("DOCKER_HOST", "tcp://engine.example:2376")
    assert not bootstrap.engine_is_ours_to_start()
    monkeypatch.delenv("DOCKER_HOST")
    monkeypatch.setattr(bootstrap, "can_install", lambda: False)
    assert not bootstrap.engine_is_ours_to_start()


def test_the_context_of_the_docker_command_is_followed(tmp_path: Path) -> None:
    name = "elsewhere"
    folder = tmp_path / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
    folder.mkdir(parents=True)
    endpoint = {"Host": "ssh://me@engine.example", "SkipTLSVerify": False}
    (folder / "meta.json").write_text(
        json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": endpoint}})
    )
    (tmp_path / "config.json").write_text(json.dumps({"currentContext": name}))
    ask = "from lab_helpers import engine; print(engine.host(), engine.bind_address())"
    assert python(ask, DOCKER_CONFIG=str(tmp_path), DOCKER_HOST="") == "engine.example 0.0.0.0\n"


class HalfRemoved:
    """An engine that lists one container, whose removal it has begun: it has no name any more."""

    api = property(lambda self: self)

    def containers(self, **_: object) -> list[dict[str, object]]:
        labels = {engine.OWNER_LABEL: "nobody/1/1.0"}
        return [{"Id": "d2007c07b2b3" + 52 * "0", "Names": [], "Labels": labels}]

    def networks(self, **_: object) -> list[dict[str, object]]:
        return []

    def remove_container(self, *_: object, **__: object) -> None:
        raise docker.errors.NotFound("No such container")


def test_a_container_whose_removal_got_stuck_does_not_stop_a_sweep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "client", HalfRemoved)
    assert engine.sweep(everything=True) == ["d2007c07b2b3"]
