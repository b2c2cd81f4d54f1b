"""Who wants too much, or is too slow, is in nobody's way but their own."""

import resource
import socket
import sys
import time
from pathlib import Path

import pytest

from lab_helpers.serve import Served, door, turns
from lab_helpers.setup.bundle.file import Bundle
from lab_helpers.waiting import wait_until
from tests.served_bundle import running

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the loopback has many addresses on Linux alone"
)


def call(served: Served, source: str, room: int = 0) -> socket.socket:
    """A connection from another address of the loopback; `room`: bytes of its receive buffer."""
    host, _, port = served.line.url.removeprefix("http://").partition("/")[0].partition(":")
    connection = socket.socket()
    if room:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    connection.settimeout(10)
    connection.bind((source, 0))
    connection.connect((host, int(port)))
    return connection


def request(served: Served, path: str = "/screen/state") -> bytes:
    token = served.line.url.rpartition("/")[2]
    return f"GET /{token}{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def answers(served: Served, source: str) -> bool:
    """Whether somebody at an address gets an answer."""
    with call(served, source) as connection:
        connection.sendall(request(served))
        return connection.recv(100).startswith(b"HTTP/1.1 200 ")


def until_closed(connection: socket.socket) -> bytes:
    """All that comes until the server ends a connection."""
    came = b""
    try:
        while part := connection.recv(1 << 16):
            came += part
    except ConnectionResetError:
        pass
    return came


def test_one_address_has_so_many_connections_and_others_have_theirs(bundle: Path) -> None:
    with running(bundle) as served:
        inside = [call(served, "127.0.0.9") for _ in range(door.FROM_ONE_ADDRESS)]
        for connection in inside:
            connection.sendall(request(served))
            assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
        for _ in range(34):
            with call(served, "127.0.0.9") as turned_away:
                told = until_closed(turned_away)
                assert told.startswith(b"HTTP/1.1 503 ") and b"Retry-After: 2" in told
        assert answers(served, "127.0.0.10")
        inside.pop().close()
        deadline = time.monotonic() + 5
        while not answers(served, "127.0.0.9"):
            assert time.monotonic() < deadline
        for connection in inside:
            connection.close()


def test_all_together_have_no_more_than_there_are_descriptors_for(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "CONNECTIONS", 4)
    with running(bundle) as served:
        inside = [call(served, f"127.0.1.{number}") for number in range(1, 5)]
        for connection in inside:
            connection.sendall(request(served))
            assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
        with call(served, "127.0.1.9") as turned_away:
            assert until_closed(turned_away).startswith(b"HTTP/1.1 503 ")
        for connection in inside:
            connection.close()


def test_few_descriptors_are_few_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {"now": (256, 300)}
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits["now"])
    monkeypatch.setattr(resource, "setrlimit", lambda _, both: limits.update(now=both))
    assert door._most_connections() == 150
    assert limits["now"] == (300, 300)
    limits["now"] = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    assert door._most_connections() == door.CONNECTIONS


def test_who_never_ends_their_headers_is_put_out(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "PATIENCE", 0.6)
    with running(bundle) as served:
        began = time.monotonic()
        slow = [call(served, "127.0.0.9") for _ in range(door.FROM_ONE_ADDRESS)]
        for connection in slow:
            connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        assert answers(served, "127.0.0.10")
        assert until_closed(slow[0]) == b""
        assert time.monotonic() - began > 0.4
        for connection in slow:
            connection.close()


def test_headers_without_end_and_bodies_are_refused(served: Served) -> None:
    for nonsense in (
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 5_000,
        b"GET /" + b"a" * 100_000,
        b"GET / HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n",
        b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n" + b"a" * 100_000,
    ):
        with call(served, "127.0.0.9") as connection:
            try:
                connection.sendall(nonsense)
            except ConnectionError:
                continue  # it is put out before it has said all of it
            assert until_closed(connection)[:13] in (b"", b"HTTP/1.1 400 ")


def test_who_reads_a_byte_now_and_then_is_put_out_and_keeps_not_even_themselves_from_the_rest(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "TURN", 0.2)
    monkeypatch.setattr(turns, "SLOWEST", 1.0)
    with Bundle(bundle) as known:
        large = max(known.manifest.pieces.values(), key=lambda piece: piece.size)
    path = f"/pieces/{large.digest}"
    with running(bundle) as served, call(served, "127.0.0.9", room=2048) as slow:
        slow.sendall(request(served, path))
        assert slow.recv(1)
        for source in ("127.0.0.9", "127.0.0.10"):
            with call(served, source) as quick:
                quick.sendall(
                    request(served, path).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
                )
                assert len(until_closed(quick)) > large.size
        wait_until(lambda: not served.door._inside["127.0.0.9"], "who reads nothing is put out")
        assert len(until_closed(slow)) < large.size
