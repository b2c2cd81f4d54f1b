"""A web server of two processes on one port. Every page but /metrics is counted.

With PROMETHEUS_MULTIPROC_DIR set, prometheus_client keeps each process's numbers in files there,
and a page of metrics is the sum of all files; without, it is what one process knows.
"""

import os
from http.server import BaseHTTPRequestHandler, HTTPServer

if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # it must be there, and empty, before the import
    os.mkdir(os.environ["PROMETHEUS_MULTIPROC_DIR"])

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client import disable_created_metrics as without_created
from prometheus_client.multiprocess import MultiProcessCollector

without_created()
ANSWERED = Counter("workers_answered", "Requests answered.")
RUNNING = Gauge("workers_running", "Worker processes.", multiprocess_mode="livesum")


def page() -> bytes:
    """The metrics: of all processes if there is a folder, else of this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)


class Worker(BaseHTTPRequestHandler):
    """Answers one request."""

    timeout = 1  # seconds: a caller who connects and says nothing must not hold a process

    def do_GET(self) -> None:
        if self.path == "/metrics":
            body = page()
        else:
            ANSWERED.inc()
            body = f"answered by process {os.getpid()}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)


server = HTTPServer(("", 8000), Worker)  # one socket …
os.fork()  # … and now two processes that take turns at it
RUNNING.set(1)
server.serve_forever()
