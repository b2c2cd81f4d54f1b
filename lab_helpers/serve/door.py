"""The door: how many may come in at once, and what they may bring."""

import resource
from collections import Counter
from collections.abc import Callable

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.iostream import IOStream

CONNECTIONS = 512  # of everybody
FROM_ONE_ADDRESS = 16
PATIENCE = 20.0  # seconds for all of a request's headers, and between two requests
HEADERS = 8192  # bytes

_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nConnection: close\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 48\r\n\r\n"
    b"Too many connections at once; ask again soon.   "
)


class Door(HTTPServer):
    """A server that lets in so many connections, of each address and of all, and no request bodies.

    Args:
        answer: what is done with a request.
    """

    def initialize(self, answer: Callable[[HTTPServerRequest], None]) -> None:  # type: ignore[override]
        super().initialize(
            answer,
            max_header_size=HEADERS,
            max_body_size=0,
            max_buffer_size=2 * HEADERS,
            chunk_size=HEADERS,
            idle_connection_timeout=PATIENCE,
        )
        self._inside = Counter[str]()
        self._most = _most_connections()

    def handle_stream(self, stream: IOStream, address: tuple) -> None:
        """Let a connection in, or turn it away."""
        host = address[0]
        if self._inside[host] >= FROM_ONE_ADDRESS or self._inside.total() >= self._most:
            stream.write(_FULL)
            stream.close()
            return
        self._inside[host] += 1
        super().handle_stream(stream, address)

    def on_close(self, server_conn: object) -> None:
        """Somebody has left."""
        super().on_close(server_conn)
        host = server_conn.context.address[0]  # type: ignore[attr-defined]
        self._inside[host] -= 1
        if not self._inside[host]:
            del self._inside[host]


def _most_connections() -> int:
    """As many as there are file descriptors for, with as many again left for all else."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        within = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (within, hard))
        soft = within
    return CONNECTIONS if soft == resource.RLIM_INFINITY else min(CONNECTIONS, soft // 2)
