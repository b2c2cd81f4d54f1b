"""A registry on this machine, and a network before it that can be as bad as a conference's.

The registry is Debian's `docker-registry`, as it is. Whatever goes wrong goes wrong in between.
"""

import gzip
import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

import pytest
import requests

from lab_helpers.setup import images
from tests.free_port import free_port

KEPT = images.ROOT / ".workshop" / "docker-registry"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"

#: What the network does with a request: it is given the request's handler, and the answer is
#: whether it has dealt with it; else the request goes through to the registry.
Weather = Callable[["Request"], bool]


def program() -> str:
    """Debian's registry; its package is taken apart, not installed, so that nothing is started.

    The test is skipped, with the reason, where it cannot be had.
    """
    if found := shutil.which("docker-registry"):
        return found
    kept = KEPT / "usr" / "bin" / "docker-registry"
    if not kept.exists():
        if shutil.which("apt-get") is None:
            pytest.skip("Debian's docker-registry is not here, and this is not Debian")
        mine = KEPT.with_name(f"{KEPT.name}-{os.getpid()}")
        mine.mkdir(parents=True)
        try:
            for command in ("apt-get download -qq docker-registry", "dpkg --extract *.deb ."):
                done = subprocess.run(command, shell=True, cwd=mine, capture_output=True, text=True)
                if done.returncode:
                    pytest.skip(f"Debian's docker-registry cannot be had: {done.stderr.strip()}")
            with suppress(OSError):  # another worker was first
                mine.rename(KEPT)
        finally:
            shutil.rmtree(mine, ignore_errors=True)
    return str(kept)


class Registry:
    """Debian's registry, empty, on loopback; use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.host = f"127.0.0.1:{free_port()}"
        self._configuration = folder / "registry.json"
        self._configuration.write_text(
            json.dumps(
                {
                    "version": "0.1",
                    "log": {"level": "error", "accesslog": {"disabled": True}},
                    "storage": {"filesystem": {"rootdirectory": str(folder / "registry")}},
                    "http": {"addr": self.host},
                }
            )
        )

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [program(), "serve", str(self._configuration)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 30
        while True:
            with suppress(requests.ConnectionError):
                if requests.get(f"http://{self.host}/v2/", timeout=5).status_code == 200:
                    return self
            assert self._process.poll() is None, "the registry ended"
            assert time.monotonic() < until, "the registry does not answer"
            time.sleep(0.05)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def push(self, repository: str, *tags: str, layers: tuple[int, ...] = (1,)) -> None:
        """Put an image there, with layers of so many bytes that no packing makes smaller."""
        mine = "arm64" if platform.machine() in ("arm64", "aarch64") else "amd64"
        manifest = self._image(repository, mine, [os.urandom(size) for size in layers])
        for tag in tags:
            self._name(repository, tag, MANIFEST, manifest)

    def push_for(self, repository: str, tag: str, layers: dict[str, list[bytes]]) -> None:
        """Put an image of several architectures there, each with layers of such contents."""
        listed = []
        for architecture, contents in layers.items():
            manifest = self._image(repository, architecture, contents)
            self._name(repository, _digest(manifest), MANIFEST, manifest)
            about = {"platform": {"architecture": architecture, "os": "linux"}}
            listed.append(_description(MANIFEST, manifest) | about)
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": listed}
        self._name(repository, tag, INDEX, json.dumps(index).encode())

    def _image(self, repository: str, architecture: str, contents: list[bytes]) -> bytes:
        """Put an image's parts there; the answer is its manifest."""
        packed, plain = [], []
        for filling in contents:
            content = io.BytesIO()
            with tarfile.open(fileobj=content, mode="w") as tar:
                entry = tarfile.TarInfo(f"filling-{len(filling)}")
                entry.size = len(filling)
                tar.addfile(entry, io.BytesIO(filling))
            plain.append(_digest(content.getvalue()))
            packed.append(gzip.compress(content.getvalue(), compresslevel=0, mtime=0))
        config = json.dumps(
            {
                "architecture": architecture,
                "os": "linux",
                "config": {},
                "rootfs": {"type": "layers", "diff_ids": plain},
            }
        ).encode()
        for blob in (config, *packed):
            self._upload(repository, blob)
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": _description(CONFIG, config),
            "layers": [_description(LAYER, blob) for blob in packed],
        }
        return json.dumps(manifest).encode()

    def _name(self, repository: str, reference: str, kind: str, manifest: bytes) -> None:
        answer = requests.put(
            f"http://{self.host}/v2/{repository}/manifests/{reference}",
            data=manifest,
            headers={"Content-Type": kind},
            timeout=10,
        )
        answer.raise_for_status()

    def _upload(self, repository: str, blob: bytes) -> None:
        begun = requests.post(f"http://{self.host}/v2/{repository}/blobs/uploads/", timeout=10)
        begun.raise_for_status()
        done = requests.put(
            begun.headers["Location"], params={"digest": _digest(blob)}, data=blob, timeout=30
        )
        done.raise_for_status()


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _description(kind: str, content: bytes) -> dict[str, object]:
    return {"mediaType": kind, "size": len(content), "digest": _digest(content)}


class Request(BaseHTTPRequestHandler):
    """A request on its way to the registry."""

    server: "Network"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.seen.append((self.command, self.path))
        self.server.agents.add(self.headers.get("User-Agent", ""))
        # One that goes away in the middle is what is tested here.
        with suppress(ConnectionError):
            if not self.server.weather(self):
                self.pass_on()

    do_HEAD = do_GET

    def answer(self, status: int, content: bytes, kind: str, **headers: str) -> None:
        """Answer in the registry's place."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def pass_on(self, at_most: int | None = None, takes: float = 0) -> None:
        """Let the registry answer, in about so many seconds; after `at_most` bytes hang up."""
        given = {
            name: ", ".join(self.headers.get_all(name, []))
            for name in ("Accept", "Range")
            if name in self.headers
        }
        url = f"http://{self.server.registry}{self.path}"
        with requests.request(
            self.command, url, headers=given, timeout=10, allow_redirects=False
        ) as found:
            self.send_response(found.status_code)
            for name, value in found.headers.items():
                if name not in ("Date", "Server", "Connection"):
                    self.send_header(name, value)
            self.end_headers()
            if self.command == "HEAD":
                return
            content = found.content[:at_most]
            parts = 20 if takes else 1
            size = len(content) // parts + 1
            for start in range(0, len(content), size):
                self.server.over.wait(takes / parts)
                self.wfile.write(content[start : start + size])
        if at_most is not None:
            self.close_connection = True

    def hang(self) -> None:
        """Answer nothing for as long as the weather lasts, then hang up."""
        weather = self.server.weather
        while self.server.weather is weather and not self.server.over.wait(0.05):
            pass
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads a line for each request."""


class Network(ThreadingHTTPServer):
    """The way to a registry. `weather` decides what becomes of a request."""

    daemon_threads = True

    def __init__(self, registry: str, address: str = "127.0.0.1") -> None:
        super().__init__((address, 0), Request)
        self.registry = registry
        self.host = f"{address}:{self.server_address[1]}"
        self.weather: Weather = lambda request: False
        self.seen: list[tuple[str, str]] = []
        self.agents: set[str] = set()
        self.over = threading.Event()

    def handle_error(self, *_: object) -> None:
        """Who hangs up on it is no news."""


@contextmanager
def network(registry: str, address: str = "127.0.0.1") -> Iterator[Network]:
    """A network that lets everything through, until its `weather` is set."""
    with Network(registry, address) as between:
        thread = threading.Thread(target=between.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield between
        finally:
            between.over.set()
            between.shutdown()
