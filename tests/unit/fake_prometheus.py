"""A server from the standard library that answers what it was told to."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class FakePrometheus:
    """Answers every request with `status` and `body`, and remembers what it was asked."""

    def __init__(self) -> None:
        self.status, self.body, self.wait = 200, b"", 0.0
        self.asked: list[tuple[str, dict[str, str]]] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = parse_qs(parts.query, keep_blank_values=True)
                fake.asked.append((parts.path, {k: v[0] for k, v in query.items()}))
                time.sleep(fake.wait)
                self.send_response(fake.status)
                self.send_header("Content-Length", str(len(fake.body)))
                self.end_headers()
                with contextlib.suppress(BrokenPipeError):  # who asked may have given up
                    self.wfile.write(fake.body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answers(self, data: Any, **remarks: Any) -> None:
        text = json.dumps({"status": "success", "data": data, **remarks}, ensure_ascii=False)
        self.status, self.body = 200, text.encode()

    def refuses(self, error: str, status: int = 400, kind: str = "bad_data") -> None:
        self.status = status
        self.body = json.dumps({"status": "error", "errorType": kind, "error": error}).encode()


@contextlib.contextmanager
def serving() -> Iterator[FakePrometheus]:
    """Serve, at first an empty vector, until the end of the block."""
    fake = FakePrometheus()
    threading.Thread(target=fake.server.serve_forever, args=(0.01,), daemon=True).start()
    fake.answers({"resultType": "vector", "result": []})
    yield fake
    fake.server.shutdown()
    fake.server.server_close()


def vector(*metrics: dict[str, str]) -> dict[str, Any]:
    result = [{"metric": m, "value": [1795336851.149, str(n)]} for n, m in enumerate(metrics)]
    return {"resultType": "vector", "result": result}
