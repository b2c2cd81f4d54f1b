"""The memcached exporter: what prom/memcached-exporter 0.16.0 said of the same answers.

memcached_1.6.38.txt has what memcached answered; memcached_exporter_0.16.0.json has the page that
the original made of it, and, for each answer that goes wrong, what was then missing and what new.
"""

import json
import os
import re
import shutil
import socketserver
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.setup.images import ROOT

sys.path.insert(0, str(ROOT / "labs" / "shop"))
import memcached_exporter as exporter  # type: ignore[import-not-found]

HERE = Path(__file__).parent
RECORDED = (HERE / "memcached_1.6.38.txt").read_text()
ANSWERS = dict(part.split("\n", 1) for part in RECORDED.split("> ") if part)
ORIGINAL = json.loads((HERE / "memcached_exporter_0.16.0.json").read_text())


@contextmanager
def memcached(answers: dict[str, str], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that answers like the recording; its address."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            connections.append(1)
            for line in self.rfile:
                answer = answers.get(line.decode().strip(), "ERROR\n")
                self.wfile.write(answer.replace("\n", "\r\n").encode())
                if not answer.endswith("END\n") and "ERROR" not in answer:
                    return

    connections.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
            server.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


connections: list[int] = []


def page(address: str, timeout: float = 5.0) -> set[str]:
    """The lines of the exporter's page, without the words of help; labels and numbers as in Go."""
    lines = exporter.exposition(exporter.MemcachedCollector(address, timeout)).splitlines()
    assert len(lines) == len(set(lines)), "a line twice"
    return {normal(line) for line in lines if not line.startswith("# HELP")}


def normal(line: str) -> str:
    """A line with its labels sorted and its value as a number."""
    if line.startswith("#"):
        return line
    match = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
    assert match, line
    labels = ",".join(sorted((match[2] or "").split(",")))
    return f"{match[1]}{{{labels}}} {float(match[3])}"


def answers(case: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What memcached answers otherwise than recorded: a text, or a piece of it and its place."""
    for question, answer in case["answers"].items():
        if isinstance(answer, list):
            piece, other = answer
            answer = ANSWERS[question].replace(piece, other, 1)
        yield question, answer


def original(case: dict[str, Any]) -> set[str]:
    """The lines of the original's page."""
    lines = case.get("page") or [*ORIGINAL["as recorded"]["page"], *case["with"]]
    return {normal(line) for line in lines if line not in case.get("without", ())}


@pytest.mark.parametrize("name", ORIGINAL)
def test_the_page_is_the_originals(name: str) -> None:
    case = ORIGINAL[name]
    with memcached({**ANSWERS, **dict(answers(case))}) as address:
        assert page(address) == original(case)


def test_every_row_of_the_table_is_in_one_of_them() -> None:
    lines = {line.split("{")[0] for case in ORIGINAL.values() for line in original(case)}
    rows = [row for rows in exporter.memcached_stats.TABLE.values() for row in rows]
    # A statistic that memcached, as it was started, does not have.
    assert {row.metric for row in rows} - lines == {"memcached_slab_temporary_items"}


def test_a_scrape_opens_one_connection() -> None:
    with memcached(ANSWERS) as address:
        page(address)
    assert len(connections) == 1


DOWN = {"# TYPE memcached_up gauge", "memcached_up{} 0.0"}


def test_memcached_away_is_up_0() -> None:
    assert page("127.0.0.1:1") == DOWN
    assert page("/nowhere/memcached.sock") == DOWN
    assert page("memcached.invalid:11211") == DOWN


@pytest.mark.parametrize("pause", [10, 0.05])
def test_whatever_keeps_memcached_the_page_is_there_in_time(pause: float) -> None:
    """Silent, or a byte every now and then: either for ten seconds."""

    class Slow(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for byte in ANSWERS["stats"].encode()[: round(10 / pause)]:
                if over.wait(pause):
                    return
                self.wfile.write(bytes([byte]))

    over = threading.Event()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        began = time.monotonic()
        assert page(f"127.0.0.1:{server.server_address[1]}", timeout=0.4) == DOWN
        assert time.monotonic() - began < 3
        over.set()
        server.shutdown()


def test_a_resolver_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: over.wait(20))
    began = time.monotonic()
    assert page("memcached:11211", timeout=0.3) == DOWN
    assert time.monotonic() - began < 1
    over.set()


@contextmanager
def running(*flags: str) -> Iterator[str]:
    """The program itself, on a free port; its URL."""
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as free:
        port = free.server_address[1]
    listen = f"--web.listen-address=127.0.0.1:{port}"
    program = [sys.executable, str(ROOT / "labs/shop/memcached_exporter.py"), listen, *flags]
    with subprocess.Popen(program, stderr=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            for _ in range(200):
                try:
                    urllib.request.urlopen(url, timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield url
        finally:
            process.terminate()


def get(url: str, **headers: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=9) as answer:
        assert answer.headers["Content-Type"].startswith("text/")
        return str(answer.read().decode())


def test_the_pages_and_the_flags(tmp_path: Path) -> None:
    pid = tmp_path / "memcached.pid"
    pid.write_text(f"{os.getpid()}\n")
    with (
        memcached(ANSWERS) as address,
        running(
            f"--memcached.address={address}", "--memcached.timeout=1m30s", "--log.level=debug",
            "--web.telemetry-path=/numbers", f"--memcached.pid-file={pid}", "--log.format=json",
            "--no-memcached.tls.enable",
        ) as url,
    ):  # fmt: skip
        numbers = get(f"{url}/numbers")
        assert "\nmemcached_up 1.0\n" in numbers
        assert "\nmemcached_process_open_fds " in numbers
        assert 'href="/numbers"' in get(url)
        scraped = get(f"{url}/scrape?target={address}")
        assert "\nmemcached_up 1.0\n" in scraped
        assert "process_" not in scraped.replace("memcached_process_", "")
        with pytest.raises(urllib.error.HTTPError, match="400"):
            get(f"{url}/scrape")


def test_the_page_is_there_before_prometheus_gives_up() -> None:
    with (
        socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as mute,
        running(f"--memcached.address=127.0.0.1:{mute.server_address[1]}") as url,
    ):
        took = []
        for _ in range(3):  # the quickest counts: a busy machine keeps any of them waiting
            began = time.monotonic()
            seen = get(f"{url}/metrics", **{"X-Prometheus-Scrape-Timeout-Seconds": "0.5"})
            took.append(time.monotonic() - began)
            assert "\nmemcached_up 0.0\n" in seen
        assert min(took) < 0.5


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate")
def test_tls_trusts_whom_it_is_told_to(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out",
         str(certificate), "-days", "1", "-subj", "/CN=memcached",
         "-addext", "subjectAltName=DNS:memcached"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    asked = "--memcached.tls.enable", f"--memcached.tls.ca-file={certificate}"
    named = "--memcached.tls.server-name=memcached"
    with memcached(ANSWERS, context) as address:

        def up(*flags: str) -> float:
            parsed = exporter.parser().parse_args([f"--memcached.address={address}", *flags])
            found = exporter.memcached_stats.scrape(address, 5, exporter.trust(parsed))
            return float(found.up)

        assert up(*asked, named) == 1
        assert up(*asked) == 0, "another name"
        assert up(asked[0], named) == 0, "signed by nobody that is known"
        assert up(asked[0], "--memcached.tls.insecure-skip-verify") == 1


@pytest.mark.parametrize(
    ("flag", "value"), [("1s", 1), ("250ms", 0.25), ("1m", 60), ("1m30s", 90), ("1.5h", 5400)]
)
def test_durations(flag: str, value: float) -> None:
    assert exporter.seconds(flag) == value


@pytest.mark.parametrize("flag", ["1", "", "s", "1 s", "-1s", "1d"])
def test_what_go_does_not_take_for_a_duration(flag: str, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        exporter.parser().parse_args([f"--memcached.timeout={flag}"])
    assert "is not a duration such as 1s" in capsys.readouterr().err
