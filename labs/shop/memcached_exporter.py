"""A memcached exporter: the numbers of memcached's `stats` commands, in Prometheus's text format.

It stands in for prom/memcached-exporter where that image cannot be had. It speaks the same metric
names, types and labels, takes the same flags and listens on the same port, so that dashboards and
rules work on either:

    python3 memcached_exporter.py --memcached.address=memcached:11211 --web.listen-address=:9150

Where memcached does not answer in time, the scrape still succeeds, and says `memcached_up 0`.
memcached_stats.py asks. What is not taken over: the metrics of the Go runtime and of the build, a
web configuration file, and sockets from systemd.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import ssl
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import memcached_stats  # type: ignore[import-not-found]  # it lies beside this file
from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    CollectorRegistry,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

log = logging.getLogger("memcached_exporter")

METRICS = "text/plain; version=0.0.4; charset=utf-8"
RESERVE = 0.2  # seconds of the scrape's time-out that are left for the way back


class MemcachedCollector(Collector):
    """Asks one memcached for its statistics each time that the registry is collected.

    address: `host:port`. timeout: seconds, for everything together.
    """

    def __init__(
        self, address: str, timeout: float = 1.0, tls: tuple[ssl.SSLContext, str] | None = None
    ) -> None:
        self.address, self.timeout, self.tls = address, timeout, tls

    def describe(self) -> list[Metric]:
        """Nothing, so that registering the collector does not need a memcached that answers."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The metrics of one scrape; `memcached_up` is 1 only if every question was answered."""
        families: dict[str, Metric] = {}

        def add(name: str, kind: str, text: str, labels: dict[str, str], value: float) -> None:
            """Add a sample to its metric, so that each metric has one HELP and one TYPE line."""
            if name not in families:
                families[name] = family(name, kind, text)
            families[name].add_sample(name, labels, value)

        found = memcached_stats.scrape(self.address, self.timeout, self.tls)
        if found.version is not None:
            text = "1; the version is in the label."
            add("memcached_version", "gauge", text, {"version": found.version}, 1.0)
        for row, labels, value in found.samples:
            add(row.metric, row.type, row.help, labels, value)
        add("memcached_up", "gauge", "1 when memcached answered, else 0.", {}, float(found.up))
        yield from families.values()


def family(name: str, kind: str, text: str) -> Metric:
    """An empty metric.

    The client library puts `_total` behind the name of every counter. A few of memcached's have
    none: they are declared as of unknown type, and `exposition` mends that.
    """
    if kind == "counter" and name.endswith("_total"):
        return Metric(name.removesuffix("_total"), text, kind)
    return Metric(name, text, "unknown" if kind == "counter" else kind)


def exposition(collector: Collector) -> str:
    """What a collector of memcached has, in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(collector)
    text = generate_latest(registry).decode()
    return re.sub(r"(?m)^# TYPE (memcached_\w+) untyped$", r"# TYPE \1 counter", text)


class Settings(NamedTuple):
    """What the pages are made from."""

    address: str
    timeout: float
    tls: tuple[ssl.SSLContext, str] | None
    path: str
    scrape_path: str
    own: CollectorRegistry


def serve(listen: str, settings: Settings) -> ThreadingHTTPServer:
    """An HTTP server, not yet running: the metrics at their path, a link to them anywhere else."""

    class Handler(BaseHTTPRequestHandler):
        """Answers one request."""

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path == settings.path:
                text = generate_latest(settings.own).decode()
                if settings.address:
                    text += exposition(self.collector(settings.address))
                self.answer(text)
            elif asked.path == settings.scrape_path:
                target = parse_qs(asked.query).get("target", [""])[0]
                if target:
                    self.answer(exposition(self.collector(target)))
                else:
                    self.answer("'target' parameter must be specified\n", 400)
            else:
                page = f'<h1>Memcached exporter</h1><a href="{settings.path}">Metrics</a>\n'
                self.answer(page, kind="text/html; charset=utf-8")

        def collector(self, address: str) -> MemcachedCollector:
            """One that is done before the scrape is given up: Prometheus says when that is."""
            try:
                given_up = float(self.headers.get("X-Prometheus-Scrape-Timeout-Seconds", "inf"))
            except ValueError:
                given_up = float("inf")
            timeout = min(settings.timeout, max(given_up - RESERVE, given_up / 2))
            return MemcachedCollector(address, timeout, settings.tls)

        def answer(self, text: str, status: int = 200, kind: str = METRICS) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """A scrape every few seconds is not worth a line."""

    host, _, port = listen.rpartition(":")
    return ThreadingHTTPServer((host.strip("[]"), int(port)), Handler)


# The flags


def seconds(text: str) -> float:
    """A duration as Go's flags have it: `1s`, `500ms`, `1m30s`."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|h|m|s)", text)
    if not parts or "".join(count + unit for count, unit in parts) != text:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration such as 1s or 500ms")
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
    return sum(float(count) * units[unit] for count, unit in parts)


def parser() -> argparse.ArgumentParser:
    """The flags of prom/memcached-exporter, but for TLS on its own port and sockets of systemd."""
    flags = argparse.ArgumentParser(
        description="Prometheus exporter for memcached.", allow_abbrev=False
    )
    yes_or_no = argparse.BooleanOptionalAction
    add = flags.add_argument
    add("--memcached.address", dest="address", default="localhost:11211")
    add("--memcached.timeout", dest="timeout", default=1.0, type=seconds)
    add("--memcached.pid-file", dest="pid_file", default="")
    add("--memcached.tls.enable", dest="tls", default=False, action=yes_or_no)
    add("--memcached.tls.cert-file", dest="cert_file", default="")
    add("--memcached.tls.key-file", dest="key_file", default="")
    add("--memcached.tls.ca-file", dest="ca_file", default="")
    add("--memcached.tls.insecure-skip-verify", dest="trusting", default=False, action=yes_or_no)
    add("--memcached.tls.server-name", dest="server_name", default="")
    add("--web.listen-address", dest="listen", action="append")
    add("--web.telemetry-path", dest="path", default="/metrics")
    add("--web.scrape-path", dest="scrape_path", default="/scrape")
    add("--log.level", dest="level", default="info", choices=("debug", "info", "warn", "error"))
    add("--log.format", dest="format", default="logfmt", choices=("logfmt", "json"))
    add("--version", action="version", version="memcached_exporter, a stand-in in Python")
    return flags


class Line(logging.Formatter):
    """One line of the log, as logfmt or as JSON."""

    def __init__(self, as_json: bool) -> None:
        super().__init__()
        self.as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "msg": record.getMessage(),
        }
        if self.as_json:
            return json.dumps(line)
        return " ".join(f"{key}={json.dumps(v) if ' ' in v else v}" for key, v in line.items())


def trust(flags: argparse.Namespace) -> tuple[ssl.SSLContext, str]:
    """What TLS to memcached is held to, and the name that its certificate must have."""
    context = ssl.create_default_context(cafile=flags.ca_file or None)
    if flags.cert_file:
        context.load_cert_chain(flags.cert_file, flags.key_file or None)
    if flags.trusting:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if not flags.server_name and "/" in flags.address:
        raise ValueError("over a Unix socket, TLS needs --memcached.tls.server-name")
    return context, flags.server_name or flags.address.rpartition(":")[0].strip("[]")


def main() -> None:
    """Serve the metrics until stopped."""
    flags = parser().parse_args()
    handler = logging.StreamHandler()
    handler.setFormatter(Line(flags.format == "json"))
    logging.basicConfig(handlers=[handler], level=flags.level.upper().replace("WARN", "WARNING"))
    try:
        tls = trust(flags) if flags.tls else None
    except (OSError, ValueError) as reason:
        sys.exit(f"TLS to memcached cannot be set up: {reason}")

    own = CollectorRegistry()
    for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
        own.register(collector)
    if flags.pid_file:
        file = Path(flags.pid_file)
        own.register(ProcessCollector("memcached", lambda: int(file.read_text())))
    settings = Settings(flags.address, flags.timeout, tls, flags.path, flags.scrape_path, own)
    first, *others = [serve(listen, settings) for listen in flags.listen or [":9150"]]
    log.info("memcached at %s, metrics on %s", flags.address, flags.listen or ":9150")
    for server in others:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    first.serve_forever()


if __name__ == "__main__":
    main()
