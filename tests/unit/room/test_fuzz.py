"""The room's doors under fire: any bytes, slow clients, floods; never a 500, never more memory."""

import gc
import json
import logging
import os
import socket
from collections.abc import Iterator

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lab_helpers.room import serving
from lab_helpers.room.limits import Limit
from lab_helpers.waiting import wait_until
from tests.class_room import SECRET, Open, open_room, report

_ANY = Limit(1e9, 1e9)  # what is looked at here lies behind the limit


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    with open_room(tmp_path_factory.mktemp("room")) as opened:
        opened.room.doors.by_address = opened.room.doors.by_learner = _ANY
        opened.join("Ann").raise_for_status()
        yield opened


@pytest.fixture(autouse=True)
def no_trace(room: Open, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    traces = [each for each in caplog.records if each.exc_info or each.levelno >= logging.ERROR]
    assert not traces, caplog.text
    assert room.tell("Ann").status_code == 200  # it lives


def fits(answer: bytes) -> None:
    """An answer that a server gives which is well."""
    assert b"Traceback" not in answer
    for line in answer.split(b"\r\n"):
        if line.startswith(b"HTTP/"):
            status = int(line.split()[1])
            assert status in (100, 200, 400, 403, 404, 405, 409, 413, 414, 417, 429, 431), answer


def hung_up(connection: socket.socket) -> bool:
    """Whether the other side has ended it; nothing was to come."""
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


METHODS = some.sampled_from(
    ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "BREW"]
) | some.just("")
PATHS = some.one_of(
    some.sampled_from(["/", "/join", "/join/", "/metrics", "/figures", "/look.css", "*", "//", "/%",
                       "/join/TOKEN", "/join/TOKEN/", "/join/TOKEN/reports", "/join/TOKEN/leave",
                       "/join/%ff/reports", "http://evil/join/TOKEN", "/" + "a/" * 3000]),
    some.text(max_size=80).map(lambda text: "/" + text),
)  # fmt: skip
ODD_HEADERS = """\
Content-Length: 5|Content-Length: -1|Content-Length: 99999999999|Content-Length: x
Content-Length: 5\r\nContent-Length: 6|Transfer-Encoding: chunked|Transfer-Encoding: x
Expect: 100-continue|Connection: close|Host: x|Host:|Host: \0|Host: [::|: empty|no colon| folded
Content-Encoding: gzip|Content-Type: multipart/form-data; boundary=x|Range: bytes=0-
Content-Type: application/x-www-form-urlencoded|X-Forwarded-For: 1.2.3.4|Authorization: Basic !
""".replace("\n", "|").split("|")
LONG_HEADERS = ["X: " + "y" * 9000, "Cookie: " + "a=b; " * 900]
HEADERS = some.lists(some.sampled_from([*ODD_HEADERS, *LONG_HEADERS]), max_size=6)
BODIES = some.one_of(
    some.binary(max_size=200),
    some.sampled_from([b"5\r\nhello\r\n0\r\n\r\n", b"ffffffff\r\n", b"-1\r\n", b"x" * 40_000,
                       b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--"]),
)  # fmt: skip


@given(METHODS, PATHS, HEADERS, BODIES)
@settings(max_examples=150, deadline=None)
def test_any_request_gets_an_answer_that_fits(
    room: Open, method: str, path: str, headers: list[str], body: bytes
) -> None:
    path = path.replace("TOKEN", room.room.record.token)
    head = "\r\n".join([f"{method} {path} HTTP/1.1", *headers, "", ""])
    fits(room.raw(head.encode(errors="replace") + body))


@given(some.binary(max_size=300))
@settings(max_examples=80, deadline=None)
def test_any_bytes_are_survived(room: Open, sent: bytes) -> None:
    fits(room.raw(sent))


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20),
    lambda one: some.lists(one, max_size=3) | some.dictionaries(some.text(max_size=5), one),
    max_leaves=8,
)
REPORTS = some.lists(
    some.fixed_dictionaries(
        {},
        optional={
            "exercise": JSON | some.just("02.1"),
            "tries": JSON | some.integers(1, 9),
            "diagnosis": JSON | some.just("empty"),
            "solved": JSON | some.booleans(),
        },
    )
)
MEANT = some.fixed_dictionaries(
    {},
    optional={
        "name": JSON | some.just("Ann"),
        "secret": JSON | some.just(SECRET),
        "reports": JSON | REPORTS,
    },
)


@given(some.sampled_from(["", "/reports", "/leave"]), MEANT)
@settings(max_examples=80, deadline=None)
def test_any_object_gets_an_answer_that_fits(room: Open, path: str, what: object) -> None:
    if path == "/leave" and isinstance(what, dict) and what.get("name") == "Ann":
        path = ""  # Ann is needed
    assert room.post(path, what).status_code in (200, 400, 403, 409)


@pytest.mark.parametrize("size", [40_000, 1_000_000_000])
def test_a_body_that_is_too_large_is_not_read(room: Open, size: int) -> None:
    path = f"/join/{room.room.record.token}"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n"
    what = json.dumps({"name": "Ann", "secret": SECRET})
    answer = room.raw((head + what.ljust(min(size, 40_000))).encode())
    assert not answer or answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413"))


def test_slow_clients_are_ended_and_hold_up_nobody(
    room: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = room.room._servers[0]
    limits = (server.conn_params.header_timeout, server.conn_params.body_timeout)
    assert all(seconds and seconds <= 20 for seconds in limits)
    monkeypatch.setattr(server.conn_params, "header_timeout", 0.5)
    monkeypatch.setattr(server.conn_params, "body_timeout", 0.5)
    begun = [b"", b"POST /jo", b"POST / HTTP/1.1\r\nContent-Length: 50\r\n\r\n{",
             b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"]  # fmt: skip
    slow = [socket.create_connection(room.address, timeout=10) for _ in begun]
    for connection, start in zip(slow, begun, strict=True):
        connection.sendall(start)
    assert room.tell("Ann", report("02.1", 1)).status_code == 200
    for connection in slow:
        fits(connection.recv(4096))  # it ends, or is told why
        connection.close()


def test_a_flood_of_connections_leaves_room_for_others_and_memory_bounded(
    room: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "MOST_OF_ONE", 50)
    flood = []
    for n in range(120):
        connection = socket.create_connection(room.address, timeout=5)
        flood.append(connection)
        with_head = b"POST / HTTP/1.1\r\nX: " + b"y" * 7000
        try:
            connection.sendall(with_head if n % 2 else b"")
        except OSError:
            continue
    wait_until(lambda: sum(map(hung_up, flood)) >= 70, "those beyond fifty are hung up", 10)
    assert len(room.room._servers[0]._connections) <= 50
    monkeypatch.setattr(serving, "MOST_OF_ONE", 200)
    assert room.tell("Ann").status_code == 200
    for connection in flood:
        connection.close()
    gc.collect()
    before = psutil.Process(os.getpid()).memory_info().rss
    for _ in range(3):
        for _ in range(100):
            room.raw(b"POST / HTTP/1.1\r\nContent-Length: 32000\r\n\r\n" + b"z" * 31_000)
        gc.collect()
    assert psutil.Process(os.getpid()).memory_info().rss - before < 20_000_000
