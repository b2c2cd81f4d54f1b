"""An engine on another machine, played by a second loopback address; and what stands between."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

ENGINE_SOCKET = "/var/run/docker.sock"
ELSEWHERE = "127.0.0.2"

PROGRAM = """
from lab_helpers.lab import Lab
from lab_helpers.services.prometheus import PrometheusContainer
with Lab(prometheus := PrometheusContainer(history=True), name="remote") as lab:
    print(prometheus.url.rpartition(":")[0])
    found = lab.wait_until(lambda: prometheus.query("up").job.tolist(), "it is scraped")
    print(found, len(prometheus.query("up{job='node'}", at="2026-03-03 12:00")))
"""


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one side hung up


@pytest.fixture
def remote_engine() -> Iterator[str]:
    """The address of a forwarder to this machine's engine, to be used as DOCKER_HOST."""
    listener = socket.create_server((ELSEWHERE, 0))

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return  # the test is over
            engine = socket.socket(socket.AF_UNIX)
            engine.connect(ENGINE_SOCKET)
            for ends in ((client, engine), (engine, client)):
                threading.Thread(target=_pass_on, args=ends, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"tcp://{ELSEWHERE}:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def a_lab(**environment: str) -> list[str]:
    """What a program says that starts a lab, in an environment that differs."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        timeout=180,
        env=os.environ | environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


only_here = pytest.mark.skipif(
    sys.platform != "linux" or "DOCKER_HOST" in os.environ or not Path(ENGINE_SOCKET).exists(),
    reason="needs a second loopback address, and the engine on the default socket",
)


@only_here
def test_a_lab_on_an_engine_elsewhere_with_a_proxy_that_is_not_there(remote_engine: str) -> None:
    nobody = "http://127.0.0.1:9"
    proxies = {"HTTP_PROXY": nobody, "http_proxy": nobody, "ALL_PROXY": nobody, "no_proxy": ""}
    said = a_lab(DOCKER_HOST=remote_engine, **proxies)
    assert said == [f"http://{ELSEWHERE}", "['prometheus'] 1"]


@only_here
@pytest.mark.parametrize(
    ("name", "url"), [(ELSEWHERE, f"http://{ELSEWHERE}"), ("::1", "http://[::1]")]
)
def test_a_lab_in_a_container_that_names_its_host(name: str, url: str) -> None:
    assert a_lab(TESTCONTAINERS_HOST_OVERRIDE=name) == [url, "['prometheus'] 1"]
