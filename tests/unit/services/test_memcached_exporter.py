"""The memcached exporter, against answers recorded from memcached 1.6.38."""

import re
import socketserver
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from labs.shop import memcached_exporter as exporter

RECORDED = Path(__file__).with_name("memcached_1.6.38.txt").read_text()
ANSWERS = dict(part.split("\n", 1) for part in RECORDED.split("> ") if part)


@contextmanager
def memcached(answers: dict[str, str]) -> Iterator[str]:
    """A server that answers like the recording; its address."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            connections.append(1)
            for line in self.rfile:
                answer = answers.get(line.decode().strip(), "ERROR\n")
                self.wfile.write(answer.replace("\n", "\r\n").encode())
                if not answer.endswith("END\n"):
                    return

    connections.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


connections: list[int] = []


def scrape(address: str, timeout: float = 5.0) -> dict[tuple[str, str], float]:
    """What the exporter says of a memcached: values by name and labels."""
    lines = [line for line in text(address, timeout).splitlines() if line[0] != "#"]
    found = {}
    for line in lines:
        match = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        assert match, line
        found[match[1], (match[2] or "").replace('"', "")] = float(match[3])
    assert len(found) == len(lines), "a sample twice"
    return found


def text(address: str, timeout: float = 5.0) -> str:
    registry = CollectorRegistry()
    registry.register(exporter.MemcachedCollector(address, timeout))
    return exporter.exposition(registry)


@pytest.fixture(scope="module")
def metrics() -> dict[tuple[str, str], float]:
    with memcached(ANSWERS) as address:
        return scrape(address)


@pytest.mark.parametrize(
    ("name", "labels", "value"),
    [
        ("memcached_up", "", 1),
        ("memcached_version", "version=1.6.38", 1),
        ("memcached_uptime_seconds", "", 102),
        ("memcached_process_user_cpu_seconds_total", "", 0.017094),
        ("memcached_commands_total", "command=get,status=hit", 4),
        ("memcached_commands_total", "command=get,status=miss", 2),
        ("memcached_commands_total", "command=cas,status=badval", 1),
        # 8 stores, of which one cas that went well and one that did not
        ("memcached_commands_total", "command=set,status=hit", 6),
        ("memcached_current_items", "", 5),
        ("memcached_items_total", "", 7),
        ("memcached_limit_bytes", "", 32 * 2**20),
        ("memcached_malloced_bytes", "", 6 * 2**20),
        ("memcached_max_connections", "", 1024),
        ("memcached_lru_crawler_enabled", "", 1),
        ("memcached_lru_crawler_hot_max_factor", "", 0.2),
        ("memcached_slab_current_items", "slab=7", 1),
        ("memcached_slab_mem_requested_bytes", "slab=9", 505),
        ("memcached_slab_lru_hits_total", "lru=hot,slab=7", 1),
        ("memcached_slab_chunk_size_bytes", "slab=11", 944),
        ("memcached_slab_commands_total", "command=delete,slab=11,status=hit", 1),
        ("memcached_slab_commands_total", "command=set,slab=1,status=hit", 2),
    ],
)
def test_value(metrics: dict[tuple[str, str], float], name: str, labels: str, value: float) -> None:
    assert metrics[name, labels] == value


def test_every_row_of_the_table_is_used(metrics: dict[tuple[str, str], float]) -> None:
    names = {name for name, _ in metrics}
    rows = [row for rows in exporter.TABLE.values() for row in rows]
    absent = {row.metric for row in rows} - names
    # Statistics that this version of memcached, as it was started, does not have.
    assert absent == {"memcached_slab_temporary_items"}


def test_types_are_those_of_the_table() -> None:
    with memcached(ANSWERS) as address:
        lines = text(address).splitlines()
    types = dict(line.split()[2:4] for line in lines if line.startswith("# TYPE"))
    for rows in exporter.TABLE.values():
        for row in rows:
            assert types.get(row.metric, row.type) == row.type, row.metric
    assert len(types) == sum(line.startswith("# TYPE") for line in lines), "a metric in two pieces"


def test_a_scrape_opens_one_connection() -> None:
    with memcached(ANSWERS) as address:
        text(address)
    assert len(connections) == 1


def test_memcached_away_is_up_0() -> None:
    assert scrape("127.0.0.1:1") == {("memcached_up", ""): 0.0}


@pytest.mark.parametrize(
    "answers",
    [
        {},  # ERROR to everything
        {**ANSWERS, "stats settings": "STAT maxconns 1024\n"},  # breaks off
        {**ANSWERS, "stats": "STAT uptime soon\nEND\n"},  # no number
    ],
)
def test_a_wrong_answer_is_up_0(answers: dict[str, str]) -> None:
    with memcached(answers) as address:
        assert scrape(address)["memcached_up", ""] == 0.0


def test_a_silent_memcached_is_up_0_in_time() -> None:
    with (
        memcached({**ANSWERS, "stats": ""}) as address,
        socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as mute,
    ):
        assert scrape(address)["memcached_up", ""] == 0.0
        silent = f"127.0.0.1:{mute.server_address[1]}"  # accepts, and never answers
        began = time.monotonic()
        assert scrape(silent, timeout=0.2) == {("memcached_up", ""): 0.0}
        assert time.monotonic() - began < 4  # and not the usual 5 s


def test_settings_of_a_crawler_that_is_off_are_left_out() -> None:
    settings = ANSWERS["stats settings"].replace("lru_crawler yes", "lru_crawler no")
    with memcached({**ANSWERS, "stats settings": settings}) as address:
        found = scrape(address)
    assert not [name for name, _ in found if name == "memcached_lru_crawler_sleep"]
    assert found["memcached_max_connections", ""] == 1024


def test_the_page() -> None:
    registry = CollectorRegistry()
    with memcached(ANSWERS) as address:
        registry.register(exporter.MemcachedCollector(address))
        server = exporter.serve(registry, "127.0.0.1:0", "/metrics")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        with urllib.request.urlopen(f"{url}/metrics", timeout=5) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            assert b"\nmemcached_up 1.0\n" in answer.read()
        with urllib.request.urlopen(url, timeout=5) as answer:
            assert b'href="/metrics"' in answer.read()
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("flag", "value"), [("1s", 1), ("250ms", 0.25), ("1m", 60), ("2", 2)])
def test_durations(flag: str, value: float) -> None:
    assert exporter.seconds(flag) == value
