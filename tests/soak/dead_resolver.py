"""An engine whose machine has a dead resolver, as conference WiFi has: names outside get no answer.

It is the engine that is there, behind a socket that hands every word on, with one change: a
container that is created without a resolver of its own gets 192.0.2.1, where nobody answers.
`dockerd --dns 192.0.2.1` does the same for a whole engine.
"""

import json
import re
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPMessage, parse_headers
from io import BufferedIOBase, BytesIO
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingMixIn, UnixStreamServer
from urllib.parse import urlsplit

from testcontainers.core.docker_client import get_docker_host

NOBODY = "192.0.2.1"  # of a network that is kept for examples (RFC 5737)


@contextmanager
def dead_resolver() -> Iterator[str]:
    """Have such an engine for a while; gives its address, for DOCKER_HOST."""
    with tempfile.TemporaryDirectory(prefix="resolver-") as folder:
        path = Path(folder) / "docker.sock"
        with _Server(str(path), _Connection) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            try:
                yield f"unix://{path}"
            finally:
                server.shutdown()


class _Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


class _Connection(StreamRequestHandler):
    """One connection to the engine; requests are read one by one, answers are handed on unread."""

    def handle(self) -> None:
        with _engine() as engine:
            answers = threading.Thread(target=_hand_on, args=(engine.recv, self.connection))
            answers.start()
            with suppress(ConnectionError):
                while self._request(engine):
                    pass
            with suppress(OSError):
                engine.shutdown(socket.SHUT_WR)
            answers.join()

    def _request(self, engine: socket.socket) -> bool:
        """Hand one request on; False where none follows."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            if not (line := self.rfile.readline()):
                return False
            head += line
        first, _, rest = head.partition(b"\r\n")
        headers = parse_headers(BytesIO(rest))
        method, target, _ = first.decode().split(" ")
        if "Upgrade" in headers:  # from here on it is no HTTP any more
            engine.sendall(head)
            _hand_on(self.rfile.read1, engine)
            return False
        if method == "POST" and urlsplit(target).path.endswith("/containers/create"):
            body = _with_a_dead_resolver(self.rfile.read(int(headers["Content-Length"])))
            length = b"Content-Length: %d" % len(body)
            engine.sendall(re.sub(rb"(?i)content-length: *\d+", length, head) + body)
        else:
            engine.sendall(head)
            for some in _body(headers, self.rfile):
                engine.sendall(some)
        return True


def _engine() -> socket.socket:
    address = urlsplit(get_docker_host() or "unix:///var/run/docker.sock")
    if address.scheme != "unix":
        return socket.create_connection((address.hostname, address.port))
    engine = socket.socket(socket.AF_UNIX)
    engine.connect(address.path)
    return engine


def _hand_on(read: Callable[[int], bytes], sink: socket.socket) -> None:
    with suppress(OSError):
        while some := read(2**16):
            sink.sendall(some)
        sink.shutdown(socket.SHUT_WR)


def _body(headers: HTTPMessage, source: BufferedIOBase) -> Iterator[bytes]:
    """The body of a request, piece by piece, as it is."""
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        length = -1
        while length and (size := source.readline()):
            length = int(size.split(b";")[0], 16)
            yield size + source.read(length + 2)  # and the end of its line
    left = int(headers.get("Content-Length", 0))
    while left and (some := source.read(min(left, 2**16))):
        yield some
        left -= len(some)


def _with_a_dead_resolver(body: bytes) -> bytes:
    container = json.loads(body)
    settings = container.setdefault("HostConfig", {})
    of_another = str(settings.get("NetworkMode", "")).startswith(("container:", "host"))
    if not settings.get("Dns") and not of_another:
        settings["Dns"] = [NOBODY]
    return json.dumps(container).encode()
