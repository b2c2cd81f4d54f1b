"""Nonsense of every kind: the server refuses it in a sentence, tells nothing, and goes on."""

import logging
import random
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from lab_helpers.serve import Served, answers
from tests.served_bundle import TOKEN

METHODS = ["GET", "HEAD", "POST", "get", "G" * 5_000, "", "GET GET", "\x00", "ГЕТ", "*", "PRI"]
PATHS = [
    f"/{TOKEN}", f"/{TOKEN}/screen/", f"/{TOKEN}/screen/state", f"/{TOKEN}?x", "/", "", "//", "*",
    "/..", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/%00", "/\x00", "/é", f"//{TOKEN}",
    f"/{TOKEN}//", f"/{TOKEN}/pieces/%2e%2e%2f%2e%2e%2fetc%2fpasswd", f"/{TOKEN}?a=b#c",
    f"/{TOKEN}/pieces/" + "a" * 64, f"/{TOKEN}/screen/%2e%2e/screen.html",
    f"/{TOKEN}/screen/..;/x", f"/{TOKEN}%0d%0aX:y", "/" + "a" * 7_000, "/" + "a" * 70_000,
    "http://example.com/", "file:///etc/passwd", "/%ff%fe", "/%", "/%zz", "/" + "../" * 500,
    f"/{TOKEN}/pieces/" + "%61" * 64, "/\ud7ff", "/" + "%2e" * 2_000, "\\..\\..", "/;/",
    "/?" + "&" * 5_000,
]  # fmt: skip
VERSIONS = ["HTTP/1.1", "HTTP/1.0", "HTTP/9.9", "HTTP/0.9", "", "HTTP/1.1 x", "HTTP/1." + "1" * 500]
HEADERS = [
    "Host: x", "Host: ", "Host: a\r\nHost: b", "Range: bytes=" + "0-1," * 1_500, "Range: bytes=-",
    "Range: \x00", "If-Range: " + "x" * 3_000, "Content-Length: 0", "Content-Length: -1",
    "Content-Length: 1, 2", "Content-Length: 10", "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip", "Expect: 100-continue", "Connection: close, close",
    "Workshop-Lacks: " + "9" * 4_000, "Workshop-Guest: \x1b[2J<b>", "X" * 3_000 + ": y", ": y",
    "no colon", " folded: x", "A: b\r\n c", "Cookie: " + "a=b; " * 1_000, "Upgrade: websocket",
    "Accept-Encoding: gzip", "Ü: é",
]  # fmt: skip


def nonsense(draw: random.Random) -> bytes:
    """A request, or what looks like one from afar."""
    if draw.random() < 0.1:
        return draw.randbytes(draw.randrange(1, 3_000))
    first = " ".join(
        (
            draw.choice(METHODS[:3] * 5 + METHODS),
            draw.choice(PATHS),
            draw.choice(VERSIONS[:2] * 5 + VERSIONS),
        )
    )
    lines = [first, *draw.sample(HEADERS, draw.randrange(5))]
    text = "\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n"
    if draw.random() < 0.2:
        text = text[: draw.randrange(len(text))]
    if draw.random() < 0.2:
        text = text.replace(b"\r\n", b"\n")
    return text + (draw.randbytes(50) if draw.random() < 0.2 else b"")


def say(served: Served, said: bytes, source: str) -> bytes:
    """Say it, say no more, and hear all of the answer."""
    host, _, port = served.line.url.removeprefix("http://").partition("/")[0].partition(":")
    came = b""
    with socket.create_connection((host, int(port)), 20, (source, 0)) as connection:
        try:
            connection.sendall(said)
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(1 << 16):
                came += part
        except OSError:
            pass  # it was put out, before it had said all of it
    return came


@pytest.mark.skipif(sys.platform != "linux", reason="the loopback has one address")
def test_nonsense(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(answers, "GUESSING", 0.0)
    draw = random.Random(7)
    cases = [nonsense(draw) for _ in range(600)]
    with caplog.at_level(logging.ERROR), ThreadPoolExecutor(8) as pool:
        came = list(
            pool.map(lambda n: say(served, cases[n], f"127.0.0.{n % 8 + 2}"), range(len(cases)))
        )
    seen = set()
    for said, heard in zip(cases, came, strict=True):
        status, told = heard[9:12], heard.partition(b"\r\n\r\n")[2]
        seen.add(status)
        assert heard == b"" or status in (b"100", b"200", b"400", b"404", b"405"), (said, heard)
        if status != b"200":
            assert not any(word in told for word in (b"Trace", b"root:", b"ornado")), (said, heard)
    assert {b"200", b"400", b"404", b"405"} <= seen
    assert not caplog.records, caplog.text
    assert requests.get(served.line.url, timeout=20).content == served.house.first
