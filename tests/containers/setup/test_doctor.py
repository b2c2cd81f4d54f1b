"""The doctor on machines that have an engine, and on which something else is broken."""

import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import docker
import pytest

from lab_helpers import cli
from lab_helpers.errors import WorkshopError
from lab_helpers.setup import bootstrap, daemon, engine, images
from lab_helpers.setup.daemon import Daemon
from lab_helpers.setup.doctor import left_over, resources
from lab_helpers.setup.doctor.finding import State
from lab_helpers.setup.doctor.machine import Machine
from tests.broken_machine import HANGS, copy, visit
from tests.docker_context import choose
from tests.second_engine import second_engine


def test_a_healthy_machine() -> None:
    found = visit()
    assert found.status == 0, found.rest
    for check in ("Python", "packages", "checkout", "engine", "memory", "clock", "images"):
        assert found.word(check) == "ok", found.rest
    assert found.took < HANGS


@contextmanager
def changed(change: Callable[[dict[str, Any]], object]) -> Iterator[str]:
    """The engine, with something changed in what it says of itself; the answer is its address."""
    true = Daemon(daemon.address(), patience=10)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = true.get(self.path)
            if self.path == "/info":
                change(content)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"tcp://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("says", "check", "word", "told"),
    [
        ({"MemTotal": 2**30}, "memory", "broken", "The engine has 1.0 GiB of memory, and 1.5 GiB"),
        (
            {"MemTotal": 2**30, "OperatingSystem": "Docker Desktop"},
            "memory", "broken", "→ In Docker Desktop: Settings, Resources, Memory.",
        ),
        (
            {"MemTotal": 2**30, "Name": "colima"},
            "memory", "broken", "`colima stop && colima start --memory 4`",
        ),
        (
            {"SystemTime": "2026-01-01T00:00:00.5Z"},
            "clock", "broken", "s behind this machine's. A page asks for the last minutes",
        ),
        (
            {"SystemTime": "2099-01-01T01:00:00+01:00", "Name": "colima"},
            "clock", "broken", "s ahead of this machine's.",
        ),
    ],
)  # fmt: skip
def test_an_engine_that_is_small_or_late(
    says: dict[str, Any], check: str, word: str, told: str
) -> None:
    with changed(lambda about: about.update(says)) as address:
        found = visit(environment={"DOCKER_HOST": address})
    assert found.word(check) == word, found.rest
    assert told in found.text(check)


def test_a_clock_that_is_behind_the_files(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    later = time.time() + 3 * 86_400
    os.utime(folder / "compose" / "images.env", (later, later))
    found = visit(folder=folder)
    assert "clock is behind: files of this folder are from 3 days later" in found.text("clock")
    os.utime(folder / "compose" / "images.env")
    assert visit(folder=folder).word("clock") == "ok"


def test_images_that_are_gone_or_of_another_checkout(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    found = visit(folder=folder)
    assert "Set-up has not fetched the images yet." in found.text("images")
    record = folder / ".workshop" / "images.env"
    record.parent.mkdir()
    lines = images.RECORD_FILE.read_text().splitlines()
    chosen = [line for line in lines if not line.startswith("PROMETHEUS_IMAGE=")]
    record.write_text("\n".join([*chosen, "PROMETHEUS_IMAGE=workshop/prometheus:gone"]))
    assert "images are gone from the engine, workshop/prometheus:gone" in (
        visit(folder=folder).text("images")
    )
    record.write_text("\n".join(lines))
    assert visit(folder=folder).word("images") == "ok"
    (folder / "compose" / "images.env").open("a").write("# newer\n")
    assert "chosen for another state of this checkout" in visit(folder=folder).text("images")


@pytest.mark.skipif(shutil.which("docker") is None, reason="the docker command is not here")
def test_a_dead_context_is_left_for_the_default_one(tmp_path: Path) -> None:
    choose(tmp_path, f"unix://{tmp_path}/away.sock")
    found = visit(environment={"DOCKER_CONFIG": str(tmp_path), "DOCKER_HOST": ""})
    assert found.word("engine") == "broken"
    assert "ARGS=--fix" in found.rest
    found = visit("--fix", environment={"DOCKER_CONFIG": str(tmp_path), "DOCKER_HOST": ""})
    assert "back: `docker context use elsewhere`" in found.rest
    assert found.word("engine") == "ok", found.rest
    missing = {"DOCKER_CONFIG": str(tmp_path), "DOCKER_CONTEXT": "nothing"}
    found = visit(environment=missing)
    assert "The docker context 'nothing' is chosen, and there is none" in found.text("engine")


#: A machine of its own: no engine runs on it, its names and processes are nobody else's.
APART = """
mount -t tmpfs none /run && mount -t tmpfs none /var/lib/docker && mount -t tmpfs none /var/log &&
mount -t proc proc /proc && ip link set lo up && exec "$@"
"""


@pytest.mark.skipif(
    os.geteuid() != 0 or bootstrap.dockerd() is None or not Path("/var/lib/docker").exists(),
    reason="needs root on Linux, and Debian's docker.io",
)
def test_an_engine_that_does_not_run_is_started() -> None:
    before = ("unshare", "--mount", "--net", "--pid", "--fork", "sh", "-c", APART, "sh")
    here = {"DOCKER_HOST": ""}
    found = visit(before=before, environment=here)
    assert "→ Docker is installed: `make setup`, as root, starts it." in found.text("engine")
    found = visit("--fix", before=before, environment=here)
    assert "starting the Docker engine …" in found.rest
    assert found.word("engine") == "ok", found.rest
    assert "images are gone from the engine" in found.text("images"), "it is a new one"


def test_what_ended_notebooks_left_is_removed() -> None:
    place, pid, started = engine.owner().rsplit("/", 2)
    ended = f"{place}/{pid}/{float(started) - 1:.2f}"
    container = engine.client().containers.create(
        images.image_for("shop"), labels={engine.OWNER_LABEL: ended}
    )
    mine = engine.client().containers.create(
        images.image_for("shop"), labels={engine.OWNER_LABEL: engine.owner()}
    )
    try:
        finding = left_over.left_over(Machine(10))
        assert finding.state is State.LOOK
        assert "left of notebooks that have ended" in finding.what
        assert finding.remedy
        finding.remedy.do()
        with pytest.raises(docker.errors.NotFound):
            container.reload()
        mine.reload()
    finally:
        engine.remove_container(container.id)
        engine.remove_container(mine.id)


def test_networks_are_counted_as_the_engine_counts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second engine has addresses for a few; it refuses when none is left."""
    try:
        with second_engine("--default-address-pool=base=10.213.7.0/27,size=29") as second:
            monkeypatch.setenv("DOCKER_HOST", second.socket)
            client = docker.DockerClient(second.socket)
            left = []
            while True:
                left.append(resources.addresses(Machine(10)))
                try:
                    client.networks.create(f"n-{uuid.uuid4().hex[:8]}")
                except docker.errors.APIError as problem:
                    assert "pool" in str(problem)
                    break
    except WorkshopError as problem:
        pytest.skip(str(problem))
    assert [finding.state for finding in left] == [State.LOOK] * (len(left) - 1) + [State.BROKEN]
    assert left[0].what == f"The engine has addresses for {len(left) - 1} more networks only."
    assert len(left) > 2
    assert "no addresses left" in left[-1].what


def test_set_up_ends_with_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["workshop", "setup"])
    assert cli.main() == 0
    told = capfd.readouterr().out
    assert "this machine is fit: 10 checks in" in told or "more to look at: `make doctor`" in told
