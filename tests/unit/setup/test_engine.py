"""Finding the engine, and saying what to do where there is none. No engine is needed."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from urllib.parse import urlparse

import docker
import pytest

from lab_helpers.setup import bootstrap, engine, images
from tests.docker_context import choose


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
        ("tcp://[::1]:2375", "127.0.0.1", "127.0.0.1"),
        ("tcp://[2001:db8::5]:2375", "2001:db8::5", "::"),
    ],
)
def test_ports_are_on_loopback_unless_the_engine_is_elsewhere(
    monkeypatch: pytest.MonkeyPatch, docker_host: str, host: str, bound_to: str
) -> None:
    monkeypatch.setenv("DOCKER_HOST", docker_host)
    assert engine.host() == host
    assert engine.bind_address() == bound_to
    assert urlparse(engine.url(9090)).hostname == host
    assert urlparse(engine.url(9090)).port == 9090


@pytest.mark.parametrize("variable", ["TC_HOST", "TESTCONTAINERS_HOST_OVERRIDE"])
@pytest.mark.parametrize(
    ("chosen", "url", "bound_to"),
    [
        ("host.docker.internal", "http://host.docker.internal:80", "0.0.0.0"),
        ("172.17.0.1", "http://172.17.0.1:80", "0.0.0.0"),
        ("localhost", "http://localhost:80", "127.0.0.1"),
        ("[fd00::1]", "http://[fd00::1]:80", "::"),
    ],
)
def test_the_host_that_a_development_container_names_is_heeded(
    monkeypatch: pytest.MonkeyPatch, variable: str, chosen: str, url: str, bound_to: str
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///var/run/docker.sock")
    monkeypatch.setenv(variable, chosen)
    assert engine.url(80) == url
    assert engine.bind_address() == bound_to
    ask = (
        "from lab_helpers.setup import engine; print(engine.testcontainers_config.tc_host_override)"
    )
    assert python(ask) == f"{chosen.strip('[]')}\n"


PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize("exempt", ["", "intranet.example, 10.0.0.1"])
def test_no_proxy_stands_between_the_engine_and_who_asks_it(exempt: str) -> None:
    ask = """
        import requests
        from lab_helpers.setup import engine
        for url in (engine.url(9090), "http://127.0.0.1:1", "http://localhost:1", "https://a.example"):
            print(requests.utils.get_environ_proxies(url).get("http"))
        print(requests.utils.should_bypass_proxies("http://intranet.example", None))
        """
    proxies = {"HTTP_PROXY": PROXY, "http_proxy": PROXY, "HTTPS_PROXY": PROXY}
    elsewhere = {"DOCKER_HOST": "tcp://engine.example:2375", "NO_PROXY": exempt, "no_proxy": ""}
    said = python(ask, **proxies, **elsewhere).split()
    assert said == ["None", "None", "None", PROXY, str(bool(exempt))]


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


def test_an_engine_over_ssh_is_refused_with_the_commands_that_help() -> None:
    said = python(ASK.format(first=""), DOCKER_HOST="ssh://me@engine.example:2222")
    assert "`ssh -fNL 2375:/var/run/docker.sock -p 2222 me@engine.example`" in said
    assert "DOCKER_HOST=tcp://127.0.0.1:2375 TESTCONTAINERS_HOST_OVERRIDE=engine.example" in said
    assert "ssh://" not in (images.ROOT / "notebooks" / "00_check_setup.ipynb").read_text()


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


def test_a_python_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"3\.11 or newer is needed, and python3 is 3\.9\.2"):
        bootstrap.make_environment()


def test_a_command_that_fails_ends_the_set_up_with_its_words() -> None:
    with pytest.raises(SystemExit, match=r"(?s)`sh -c echo why; exit 3` failed:\nwhy"):
        bootstrap.run("sh", "-c", "echo why; exit 3")


def test_the_context_of_the_docker_command_is_followed(tmp_path: Path) -> None:
    choose(tmp_path, "tcp://engine.example:2375")
    ask = "from lab_helpers import engine; print(engine.host(), engine.bind_address())"
    assert python(ask, DOCKER_CONFIG=str(tmp_path), DOCKER_HOST="") == "engine.example 0.0.0.0\n"
    (tmp_path / "config.json").write_text("{}")
    chosen = {"DOCKER_CONTEXT": "elsewhere", "DOCKER_CONFIG": str(tmp_path)}
    ask = f"import os; os.environ.pop('DOCKER_HOST', None); {ask}"
    assert python(ask, **chosen) == "engine.example 0.0.0.0\n"
    assert python(ask, **chosen | {"DOCKER_CONTEXT": "default"}) == "127.0.0.1 127.0.0.1\n"


def test_a_context_whose_engine_is_away_is_named_with_its_socket(tmp_path: Path) -> None:
    choose(tmp_path, f"unix://{tmp_path}/away.sock")
    said = python(ASK.format(first=""), DOCKER_CONFIG=str(tmp_path), DOCKER_HOST="")
    assert f"at unix://{tmp_path}/away.sock, which the docker context 'elsewhere' names" in said
    assert "installs" not in said


class HalfRemoved:
    """An engine that lists one container, whose removal it has begun: it has no name any more."""

    api = property(lambda self: self)

    def containers(self, **_: object) -> list[dict[str, object]]:
        labels = {engine.OWNER_LABEL: "nobody/1/1.0"}
        state = {"State": "removing", "Created": 0}
        return [{"Id": "d2007c07b2b3" + 52 * "0", "Names": [], "Labels": labels, **state}]

    def networks(self, **_: object) -> list[dict[str, object]]:
        return []

    def remove_container(self, *_: object, **__: object) -> None:
        raise docker.errors.NotFound("No such container")

    kill = remove_container


@pytest.mark.parametrize("podman", [False, True])
def test_a_container_whose_removal_got_stuck_does_not_stop_a_sweep(
    monkeypatch: pytest.MonkeyPatch, podman: bool
) -> None:
    monkeypatch.setattr(engine, "client", HalfRemoved)
    monkeypatch.setattr(engine, "is_podman", lambda: podman)
    assert engine.sweep(everything=True) == ["d2007c07b2b3"]


class Miscounting:
    """The client of an engine that keeps a network, in the words of Docker 20.10."""

    def __init__(self, on_it: dict[str, dict]) -> None:
        self.api, self._on_it = self, on_it

    def remove_network(self, identity: str) -> None:
        raise docker.errors.APIError(f"network {identity} has active endpoints")

    def inspect_network(self, _: str) -> dict[str, dict]:
        return {"Containers": self._on_it}


def test_a_network_that_the_engine_keeps_though_nothing_is_on_it_stops_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "client", lambda: Miscounting({}))
    engine.remove_network("lab")
    monkeypatch.setattr(engine, "client", lambda: Miscounting({"d2007c07b2b3": {"Name": "page"}}))
    with pytest.raises(docker.errors.APIError, match="has active endpoints"):
        engine.remove_network("lab")
