"""A memcached exporter: the numbers of memcached's `stats` commands, in Prometheus's text format.

It stands in for prom/memcached-exporter where that image cannot be had. It speaks the same metric
names, types and labels, takes the same flags and listens on the same port, so that dashboards and
rules work on either:

    python3 memcached_exporter.py --memcached.address=memcached:11211 --web.listen-address=:9150

Which statistic becomes which metric is in memcached_metrics.csv, one row each. A scrape opens one
connection, asks four questions and closes it. Where memcached does not answer in time, the scrape
still succeeds, and says `memcached_up 0`. The statistics of extstore and of the proxy are left out.

Source of the names: https://github.com/prometheus/memcached_exporter (pkg/exporter/exporter.go);
of the statistics: https://github.com/memcached/memcached/blob/master/doc/protocol.txt.
"""

from __future__ import annotations

import argparse
import csv
import logging
import re
import socket
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    CollectorRegistry,
    generate_latest,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

log = logging.getLogger("memcached_exporter")


class Row(NamedTuple):
    """One row of memcached_metrics.csv: this statistic of this question becomes this metric."""

    question: str
    statistic: str
    metric: str
    type: str
    labels: dict[str, str]
    help: str


def read_table(path: Path) -> dict[str, list[Row]]:
    """The rows of the table, by the question whose answer they read."""
    table: dict[str, list[Row]] = {}
    with path.open(newline="") as file:
        for line in csv.DictReader(file):
            labels = dict(pair.split("=") for pair in line["labels"].split())
            row = Row(**{**line, "labels": labels})  # type: ignore[arg-type]
            table.setdefault(row.question, []).append(row)
    return table


TABLE = read_table(Path(__file__).with_name("memcached_metrics.csv"))


def parse_stats(lines: Iterable[str]) -> dict[str, str]:
    """Read the answer to a `stats` command: `STAT name value` lines up to `END`, as a dictionary.

    Raises ValueError where a line is neither, and ConnectionError where the answer stops early.
    """
    stats: dict[str, str] = {}
    for line in lines:
        word, _, rest = line.rstrip("\r\n").partition(" ")
        if word == "END":
            return stats
        if word != "STAT":
            raise ValueError(f"memcached answered {line.strip()!r} where STAT or END was expected")
        name, _, value = rest.partition(" ")
        stats[name] = value
    raise ConnectionError("memcached closed the connection in the middle of an answer")


def by_slab(stats: dict[str, str]) -> dict[str, dict[str, str]]:
    """Sort `items:7:age` and `7:chunk_size` by slab class: {"7": {"age": …}}; others under ""."""
    slabs: dict[str, dict[str, str]] = {}
    for name, value in stats.items():
        match = re.fullmatch(r"(?:items:)?(\d+):(\w+)", name)
        slab, name = (match[1], match[2]) if match else ("", name)
        slabs.setdefault(slab, {})[name] = value
    return slabs


def number(text: str) -> float:
    """A statistic's value; `yes` is 1 and `no` is 0. Raises ValueError for what is no number."""
    return {"yes": 1.0, "no": 0.0}[text] if text in ("yes", "no") else float(text)


def metrics(question: str, stats: dict[str, str]) -> Iterator[tuple[Row, dict[str, str], float]]:
    """Row, labels and value of each metric that one answer has; a statistic may be absent.

    Raises ValueError when a statistic of the table is no number.
    """
    if question == "stats settings" and stats.get("lru_crawler") != "yes":
        stats = {key: value for key, value in stats.items() if key == "maxconns"}
    for slab, values in by_slab(stats).items():
        if "cmd_set" in values:  # memcached counts each `cas` here too, besides its own numbers
            ends = ("cas_hits", "cas_misses", "cas_badval")
            cas = sum(number(values.get(end, "0")) for end in ends)
            values["cmd_set"] = str(number(values["cmd_set"]) - cas)
        for row in TABLE[question]:
            if row.statistic in values:
                labels = {"slab": slab} if slab else {}
                yield row, labels | row.labels, number(values[row.statistic])


class MemcachedCollector(Collector):
    """Asks one memcached for its statistics each time that the registry is collected.

    address: `host:port`. timeout: seconds, for the connection and for each answer.
    """

    def __init__(self, address: str, timeout: float = 1.0) -> None:
        host, _, port = address.rpartition(":")
        self.host, self.port = host.strip("[]"), int(port)
        self.timeout = timeout

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

        up = 1.0
        try:
            answers = self.ask(list(TABLE))
            if version := answers["stats"].get("version"):
                text = "1; the version is in the label."
                add("memcached_version", "gauge", text, {"version": version}, 1.0)
            for question, stats in answers.items():
                for row, labels, value in metrics(question, stats):
                    add(row.metric, row.type, row.help, labels, value)
        except (OSError, ValueError) as reason:
            log.error("memcached at %s:%d: %s", self.host, self.port, reason)
            up = 0.0
        add("memcached_up", "gauge", "1 when memcached answered, else 0.", {}, up)
        yield from families.values()

    def ask(self, questions: list[str]) -> dict[str, dict[str, str]]:
        """Ask one question after another on one connection; the answers by question."""
        with socket.create_connection((self.host, self.port), self.timeout) as connection:
            answers = {}
            with connection.makefile("r", encoding="utf-8", newline="\n") as lines:
                for question in questions:
                    connection.sendall(f"{question}\r\n".encode())
                    answers[question] = parse_stats(lines)
            return answers


def family(name: str, kind: str, text: str) -> Metric:
    """An empty metric.

    The client library puts `_total` behind the name of every counter. A few of memcached's have
    none: they are declared as of unknown type, and `exposition` mends that.
    """
    if kind == "counter" and name.endswith("_total"):
        return Metric(name.removesuffix("_total"), text, kind)
    return Metric(name, text, "unknown" if kind == "counter" else kind)


def exposition(registry: CollectorRegistry) -> str:
    """The registry in Prometheus's text format."""
    text = generate_latest(registry).decode()
    return re.sub(r"(?m)^# TYPE (memcached_\w+) untyped$", r"# TYPE \1 counter", text)


def seconds(text: str) -> float:
    """A duration as the flags have it: `1s`, `500ms`, `1m`, or a number of seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m)?", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration such as 1s or 500ms")
    return float(match[1]) * {"ms": 0.001, "s": 1.0, "m": 60.0, None: 1.0}[match[2]]


def serve(registry: CollectorRegistry, listen: str, path: str) -> ThreadingHTTPServer:
    """An HTTP server, not yet running: the metrics at `path`, a link to them anywhere else."""

    class Handler(BaseHTTPRequestHandler):
        """Answers one request."""

        def do_GET(self) -> None:
            if self.path.partition("?")[0] == path:
                text, kind = exposition(registry), "text/plain; version=0.0.4; charset=utf-8"
            else:
                text = f'<h1>Memcached exporter</h1><a href="{path}">Metrics</a>\n'
                kind = "text/html; charset=utf-8"
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """A scrape every few seconds is not worth a line."""

    host, _, port = listen.rpartition(":")
    return ThreadingHTTPServer((host, int(port)), Handler)


def main() -> None:
    """Serve the metrics until stopped."""
    parser = argparse.ArgumentParser(description="Prometheus exporter for memcached.")
    parser.add_argument("--memcached.address", dest="address", default="localhost:11211")
    parser.add_argument("--memcached.timeout", dest="timeout", default=1.0, type=seconds)
    parser.add_argument("--web.listen-address", dest="listen", default=":9150")
    parser.add_argument("--web.telemetry-path", dest="path", default="/metrics")
    flags = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)

    registry = CollectorRegistry()
    registry.register(MemcachedCollector(flags.address, flags.timeout))
    for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
        registry.register(collector)
    server = serve(registry, flags.listen, flags.path)
    log.info("memcached at %s, metrics on %s%s", flags.address, flags.listen, flags.path)
    server.serve_forever()


if __name__ == "__main__":
    main()
