"""The hub's proxy before a server: what is said on either side arrives on the other, at once."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
import requests
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.simple_httpclient import HTTPStreamClosedError
from tornado.tcpclient import TCPClient
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler, websocket_connect

from lab_helpers.setup.images import ROOT
from lab_helpers.waiting import wait_until
from tests.free_port import free_port

SPOKEN = "v1.kernel.websocket.jupyter.org"
#: More than Tornado takes of itself.
LARGE = bytes(12 << 20)
gone: list[str] = []


class Server(RequestHandler):
    """Says where it was asked, sets two cookies, and never ends, or breaks off, if asked to."""

    async def get(self) -> None:
        """What the path asks for."""
        self.add_header("Set-Cookie", "a=1")
        self.add_header("Set-Cookie", "b=2")
        if self.request.path == "/broken":
            self.set_header("Content-Length", "100")
            self.write("half")
            await self.flush()
            self.detach().close()
        elif self.request.path == "/endless":
            self.write("first")
            await self.flush()
            await asyncio.sleep(60)
        else:
            self.write(f"{self.request.uri} {self.request.headers.get('Cookie', 'none')}")

    def on_connection_close(self) -> None:
        """Who asked has left."""
        gone.append(self.request.path)


class Echo(WebSocketHandler):
    """Says what it hears, of the same kind; ends at a word."""

    max_message_size = 1 << 28

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """The first that is asked for."""
        return subprotocols[0] if subprotocols else None

    def on_message(self, message: str | bytes) -> None:
        """Answer."""
        if message == "end":
            self.close(4001, "as asked")
        else:
            self.write_message(message, binary=isinstance(message, bytes))


@pytest.fixture(scope="module")
def ports() -> Iterator[tuple[int, int]]:
    """The proxy's port, and that of the server behind it, which each test starts."""
    port, api, server = free_port(), free_port(), free_port()
    command = [sys.executable, "-m", "lab_helpers.hub.proxy", "--ip=127.0.0.1", f"--port={port}",
               "--api-ip=127.0.0.1", f"--api-port={api}", "--log-level=error",
               f"--default-target=http://127.0.0.1:{server}"]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"CONFIGPROXY_AUTH_TOKEN": "x"})
    health = f"http://127.0.0.1:{port}/_chp_healthz"
    try:
        wait_until(lambda: requests.get(health, timeout=5).ok, "the proxy answers")
        yield port, server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@asynccontextmanager
async def serving(port: int) -> AsyncIterator[None]:
    pages = Application([("/ws", Echo), ("/.*", Server)], websocket_max_message_size=1 << 28)
    server = HTTPServer(pages)
    server.listen(port, "127.0.0.1")
    yield
    server.stop()
    await server.close_all_connections()


def tried(ports: tuple[int, int], ask: Callable[[int], Awaitable[None]]) -> None:
    async def go() -> None:
        async with serving(ports[1]):
            await asyncio.wait_for(ask(ports[0]), 30)

    asyncio.run(go())


async def get(port: int, path: str, **headers: str) -> HTTPResponse:
    client = AsyncHTTPClient(force_instance=True)
    url = f"http://127.0.0.1:{port}{path}"
    return await client.fetch(url, headers=headers, raise_error=False)


async def begin(port: int, path: str) -> IOStream:
    """Ask, and come back when the first word of the answer is there."""
    stream = await TCPClient().connect("127.0.0.1", port)
    await stream.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await stream.read_until(b"first")
    return stream


def test_a_room_of_answers_that_never_end_keeps_nobody_waiting(ports: tuple[int, int]) -> None:
    async def ask(port: int) -> None:
        held = await asyncio.gather(*(begin(port, "/endless") for _ in range(60)))
        answer = await asyncio.wait_for(get(port, "/other"), 5)
        assert answer.body == b"/other none"
        gone.clear()
        for stream in held:
            stream.close()
        for _ in range(100):
            await asyncio.sleep(0.05)
            if len(gone) == len(held):
                break
        assert len(gone) == len(held), "the server is asked for somebody who has left"

    tried(ports, ask)


def test_a_path_is_handed_on_as_it_was_written(ports: tuple[int, int]) -> None:
    async def ask(port: int) -> None:
        for path in ("/v1/kv/a%2Fb", "/a%20b?c=%2B+d&e", "/@x/y:z", "/%7B%C3%A4"):
            assert (await get(port, path)).body == f"{path} none".encode()

    tried(ports, ask)


def test_no_cookie_of_one_is_told_for_another(ports: tuple[int, int]) -> None:
    async def ask(port: int) -> None:
        first = await get(port, "/x", Cookie="mine=1")
        assert first.body == b"/x mine=1"
        assert first.headers.get_list("Set-Cookie") == ["a=1", "b=2"]
        assert (await get(port, "/x")).body == b"/x none"

    tried(ports, ask)


def test_half_an_answer_is_not_taken_for_all_of_it(ports: tuple[int, int]) -> None:
    async def ask(port: int) -> None:
        with pytest.raises(HTTPStreamClosedError):
            await get(port, "/broken")

    tried(ports, ask)


def test_a_server_that_is_gone_is_told(ports: tuple[int, int]) -> None:
    async def ask() -> None:
        assert (await get(ports[0], "/")).code == 503

    asyncio.run(ask())


def test_on_a_websocket_both_speak_what_they_agree_on(ports: tuple[int, int]) -> None:
    async def ask(port: int) -> None:
        url = f"ws://127.0.0.1:{port}/ws"
        page = await websocket_connect(url, subprotocols=[SPOKEN], max_message_size=1 << 28)
        assert page.selected_subprotocol == SPOKEN
        for said in ("words", b"\x00\xff", LARGE):
            await page.write_message(said, binary=isinstance(said, bytes))
            assert await page.read_message() == said
        await page.write_message("end")
        assert await page.read_message() is None
        assert (page.close_code, page.close_reason) == (4001, "as asked")

    tried(ports, ask)
