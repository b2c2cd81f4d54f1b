"""The container engine, asked over its API with the standard library alone."""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

#: Where Docker listens when nobody says otherwise.
DEFAULT = "unix:///var/run/docker.sock"
#: What the workshop's containers and networks are labelled with: who started them, and which lab.
OWNER_LABEL = "workshop.owner"
LAB_LABEL = "workshop.lab"


def settings() -> tuple[Path, dict[str, Any]]:
    """The docker command's folder, and what its file of settings says."""
    folder = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
    try:
        found = json.loads((folder / "config.json").read_text())
    except (OSError, ValueError):
        found = None  # none, or one that the docker command itself complains about
    return folder, found if isinstance(found, dict) else {}


def context() -> tuple[str, str]:
    """The name of the docker command's context and the address of its engine.

    Both are empty where it is the default one, the address alone where there is no such context.
    """
    folder, said = settings()
    name = os.environ.get("DOCKER_CONTEXT") or str(said.get("currentContext") or "default")
    if name == "default":
        return "", ""
    described = folder / "contexts" / "meta" / sha256(name.encode()).hexdigest() / "meta.json"
    try:
        address = json.loads(described.read_text())["Endpoints"]["docker"]["Host"]
    except (OSError, ValueError, LookupError, TypeError):
        address = ""
    return name, str(address or "")


def address() -> str:
    """Where the engine is that the workshop uses: ``DOCKER_HOST``, the context, the default."""
    return os.environ.get("DOCKER_HOST") or context()[1] or DEFAULT


class NoEngine(Exception):
    """What is at an address is no engine, or the address is none."""


class Daemon:
    """An engine at an address, as ``DOCKER_HOST`` has it.

    Args:
        patience: seconds that each answer may take.
    """

    def __init__(self, where: str, patience: float) -> None:
        self.where = where
        self._patience = patience

    @property
    def socket(self) -> Path | None:
        """Its socket on this machine, if it has one."""
        return Path(self.where[7:]) if self.where.startswith("unix://") else None

    def get(self, path: str) -> Any:
        """What it answers, such as to ``/info``.

        Raises:
            OSError: it cannot be reached, or does not answer in time.
            NoEngine: this is no answer of an engine.
        """
        connection = self._connect()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200:
                raise NoEngine(f"HTTP status {answer.status}")
            return json.loads(content) if "json" in answer.headers.get_content_type() else content
        except (http.client.HTTPException, ValueError) as problem:
            raise NoEngine(f"{type(problem).__name__}: {problem}") from None
        finally:
            connection.close()

    def send(self, path: str, content: Iterable[bytes]) -> Iterator[Any]:
        """Post a tar; what it answers meanwhile, message by message.

        Raises:
            OSError: it cannot be reached, hangs up, or is silent for too long.
            NoEngine: it refuses, or this is no answer of an engine.
        """
        connection = self._connect()
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # one that refuses may not listen
                connection.request(
                    "POST", path, content, {"Content-Type": "application/x-tar"},
                    encode_chunked=True,
                )  # fmt: skip
            answer = connection.getresponse()
            if answer.status != 200:
                raise NoEngine(answer.read().decode(errors="replace")[:500])
            for line in answer:
                yield json.loads(line)
        except (http.client.HTTPException, ValueError) as problem:
            raise NoEngine(f"{type(problem).__name__}: {problem}") from None
        finally:
            connection.close()

    def answers(self) -> bool:
        """Whether an engine answers there."""
        try:
            self.get("/_ping")
        except (OSError, NoEngine):
            return False
        return True

    def _connect(self) -> http.client.HTTPConnection:
        if self.socket:
            return _Local(self.socket, self._patience)
        given = self.where if "://" in self.where else f"tcp://{self.where}"
        parts = urlsplit(given)
        try:
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or parts.scheme not in ("tcp", "http", "https"):
            raise NoEngine(f"{self.where} is no address of an engine")
        if parts.scheme == "https" or os.environ.get("DOCKER_TLS_VERIFY"):
            return http.client.HTTPSConnection(
                host, port or 2376, timeout=self._patience, context=_certificates()
            )
        return http.client.HTTPConnection(host, port or 2375, timeout=self._patience)


class _Local(http.client.HTTPConnection):
    """A connection to a socket of this machine."""

    def __init__(self, listener: Path, patience: float) -> None:
        super().__init__("localhost", timeout=patience)
        self._listener = listener

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._listener))


def _certificates() -> ssl.SSLContext:
    """Those by which an engine and its user know each other, as the docker command has them."""
    folder = Path(os.environ.get("DOCKER_CERT_PATH") or settings()[0])
    has = {name: folder / f"{name}.pem" for name in ("ca", "cert", "key")}
    made = ssl.create_default_context(cafile=str(has["ca"]) if has["ca"].exists() else None)
    if has["cert"].exists():
        made.load_cert_chain(str(has["cert"]), str(has["key"]))
    return made
