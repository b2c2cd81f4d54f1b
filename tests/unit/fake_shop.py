"""A shop that answers at once, notes what it is asked, and has a lever."""

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NOBODY = "http://127.0.0.1:1"  # a port that the system gives to nobody


class Shop(ThreadingHTTPServer):
    """An HTTP server in this process."""

    daemon_threads = True
    request_queue_size = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, str, str, str]] = []
        self.lever = {"latency": 0.0, "errors": 0.0}
        self.pulled: list[dict[str, float]] = []
        self.open_connections = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Shop

    def setup(self) -> None:
        super().setup()
        self.server.open_connections += 1

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path, _, query = self.path.partition("?")
        status, said = 200, "{}"
        if path == "/chaos":
            values = dict(pair.split("=") for pair in query.split("&"))
            if float(values.get("errors", 0)) > 1:
                status, said = 400, "<h1>Bad Request</h1><p>errors is a number from 0 to 1</p>"
            else:
                self.server.lever.update({name: float(value) for name, value in values.items()})
                self.server.pulled.append(dict(self.server.lever))
                said = json.dumps(self.server.lever)
        else:
            brought = self.headers["Cookie"], self.headers["traceparent"]
            self.server.asked.append((self.command, path, body, *brought))
            time.sleep(self.server.lever["latency"])
            if random.random() < self.server.lever["errors"]:
                status = 500
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        with suppress(BrokenPipeError):  # who asked may have given up
            self.wfile.write(said.encode())

    do_GET = do_POST = answer

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Shop]:
    with Shop() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()
