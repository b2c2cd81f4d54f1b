"""Asking memcached for its statistics, and what becomes a metric of them.

Which statistic becomes which metric is in memcached_metrics.csv, one row each. What is asked, in
which order, and what a refusal leaves over is as in prom/memcached-exporter:
https://github.com/prometheus/memcached_exporter (pkg/exporter/exporter.go); the statistics are in
https://github.com/memcached/memcached/blob/master/doc/protocol.txt.
"""

from __future__ import annotations

import csv
import logging
import re
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

log = logging.getLogger("memcached_exporter")

#: What is asked on one connection: where one of them is refused, none counts. The settings do
#: without them, and they without the settings.
STATISTICS = ("stats", "stats slabs", "stats items")
SETTINGS = ("stats settings",)


class Row(NamedTuple):
    """One row of memcached_metrics.csv: this statistic of this question becomes this metric.

    needs: a statistic, `name` or `name=value`, without which it does not.
    """

    question: str
    statistic: str
    metric: str
    type: str
    labels: dict[str, str]
    needs: str
    help: str


class Sample(NamedTuple):
    """A value of a metric, and the labels besides those of its row."""

    row: Row
    labels: dict[str, str]
    value: float


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


class Connection:
    """A connection to memcached on which everything is over at a deadline.

    address: `host:port`, or the path of a Unix socket. deadline: as `time.monotonic` counts. tls:
    the context to speak TLS in, and the server's name.

    Raises OSError where memcached does not answer in time, whatever keeps it: its name, the
    connection, or a single byte.
    """

    def __init__(
        self, address: str, deadline: float, tls: tuple[ssl.SSLContext, str] | None = None
    ) -> None:
        self.deadline = deadline
        self.unread = b""
        if "/" in address:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(self.left())
            self.socket.connect(address)
        else:
            self.socket = socket.create_connection(self.resolved(address), self.left())
        if tls is not None:
            context, name = tls
            self.socket = context.wrap_socket(self.socket, server_hostname=name)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def left(self) -> float:
        """Seconds until the deadline. Raises TimeoutError where it has passed."""
        if (seconds := self.deadline - time.monotonic()) > 0:
            return seconds
        raise TimeoutError("it did not answer in time")

    def resolved(self, address: str) -> tuple[str, int]:
        """The address that a name stands for. The resolver has no time limit, so we do not wait."""
        host, _, port = address.rpartition(":")
        pool = ThreadPoolExecutor(1)
        found = pool.submit(socket.getaddrinfo, host.strip("[]"), port, type=socket.SOCK_STREAM)
        pool.shutdown(wait=False)
        first = min(found.result(self.left()), key=lambda answer: answer[0] != socket.AF_INET)
        return str(first[4][0]), int(first[4][1])

    def line(self) -> str:
        """The next line of the answer. Raises ConnectionError where there is none any more."""
        while b"\n" not in self.unread:
            self.socket.settimeout(self.left())
            if not (received := self.socket.recv(65536)):
                raise ConnectionError("memcached closed the connection in the middle of an answer")
            self.unread += received
        line, _, self.unread = self.unread.partition(b"\n")
        return line.decode(errors="replace").rstrip("\r")

    def ask(self, question: str) -> dict[str, str]:
        """The answer to a `stats` command, `STAT name value` lines up to `END`, as a dictionary.

        Raises ValueError where a line is neither.
        """
        self.socket.settimeout(self.left())
        self.socket.sendall(f"{question}\r\n".encode())
        stats: dict[str, str] = {}
        while (line := self.line()) != "END":
            words = line.split(" ")
            if words[0] != "STAT":
                raise ValueError(f"it answered {line!r} to {question!r}")
            if len(words) == 3:  # a value with blanks in it is no number
                stats[words[1]] = words[2]
        return stats


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


def stores(values: dict[str, str], slab: str) -> str:
    """How often something was stored: memcached counts each `cas` in `cmd_set` too.

    Raises KeyError where a statistic for that is missing.
    """
    ends = ("cas_hits", "cas_badval") if slab else ("cas_hits", "cas_misses", "cas_badval")
    return str(number(values["cmd_set"]) - sum(number(values[end]) for end in ends))


def samples(question: str, stats: dict[str, str]) -> Iterator[Sample | Exception]:
    """What one answer has, value by value; in the place of a value that is none, the reason."""
    there = {*stats, *(f"{name}={value}" for name, value in stats.items()), ""}
    for slab, values in by_slab(stats).items():
        if question == "stats" or (question == "stats slabs" and slab):
            try:
                values["cmd_set"] = stores(values, slab)
            except (KeyError, ValueError) as reason:
                values.pop("cmd_set", None)
                yield reason
        for row in TABLE[question]:
            if row.statistic in values and row.needs in there:
                labels = ({"slab": slab} if slab else {}) | row.labels
                try:
                    yield Sample(row, labels, number(values[row.statistic]))
                except ValueError as reason:
                    yield reason


class Scrape:
    """What memcached said, all told: its version, its samples, and whether everything was well."""

    def __init__(self) -> None:
        self.version: str | None = None
        self.samples: list[Sample] = []
        self.up = True

    def failed(self, address: str, reason: Exception) -> None:
        log.error("memcached at %s: %s", address, str(reason) or type(reason).__name__)
        self.up = False


def scrape(address: str, timeout: float, tls: tuple[ssl.SSLContext, str] | None = None) -> Scrape:
    """Ask one memcached everything. It takes `timeout` seconds at most, and raises nothing."""
    found, deadline = Scrape(), time.monotonic() + timeout
    connection: Connection | None = None
    for questions in (STATISTICS, SETTINGS):
        try:
            connection = connection or Connection(address, deadline, tls)
            answers = {question: connection.ask(question) for question in questions}
        except (OSError, ValueError) as reason:
            found.failed(address, reason)
            if connection is None:
                return found  # nobody there: no need to knock again
            connection.socket.close()
            connection = None
            continue
        if "stats" in answers:
            found.version = answers["stats"].get("version", "")
        for question, stats in answers.items():
            for sample in samples(question, stats):
                if isinstance(sample, Sample):
                    found.samples.append(sample)
                else:
                    found.failed(address, sample)
    if connection is not None:
        connection.socket.close()
    return found
