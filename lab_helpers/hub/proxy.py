"""The hub's proxy: configurable-http-proxy, which hands on what is said while it is said.

`python -m lab_helpers.hub.proxy` takes that program's arguments. As it comes, it waits for the end
of an answer, asks ten questions at a time for the whole room, and goes on asking for who has left:
ten pages of Prometheus, each with an answer that never ends, were the end of a hub. Nor does it let
a page and its server agree on what they speak on a websocket, or tell the one that the other ended.
"""

import asyncio
import functools
from typing import Any

import aiohttp
from configurable_http_proxy import cli, configproxy
from configurable_http_proxy.handlers import ProxyHandler
from tornado.httpclient import HTTPClientError
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, websocket_connect
from yarl import URL

#: Seconds until a server that does not take a connection counts as gone. An answer may last.
_GONE = 20
#: Seconds until a kernel that starts has to be ready for the page, on a machine with much to do.
_KERNEL = 300
#: The most bytes of a message, which may be a notebook's whole output.
_MESSAGE = 1 << 28
#: The most bytes of a header, as in Node's proxy.
_HEADER = 1 << 16
#: Headers of a connection, which do not go beyond it.
_HOP_BY_HOP = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization",
               "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}  # fmt: skip


@functools.cache
def _session() -> aiohttp.ClientSession:
    """What asks the servers: as many at once as are there, and nobody's cookies are kept."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=_GONE),
        auto_decompress=False,
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        max_line_size=_HEADER,
        max_field_size=_HEADER,
    )


class Through(ProxyHandler):
    """A request, handed on as it is, and its answer piece by piece."""

    max_message_size = _MESSAGE
    _answering: "asyncio.Future[None] | None" = None

    async def get_target_url(self, path: str | None) -> str | None:
        """Where a request goes; its path stays as it was written, with what is escaped in it."""
        if await super().get_target_url(path) is None:
            return None
        return str(self.target["target"]).rstrip("/") + str(self.request.uri)

    async def call_proxy(self, path: str | None = None) -> None:
        """Hand on a request, until its answer ends or the browser leaves."""
        url = await self.get_target_url(path)
        if url is None:
            return
        self._answering = asyncio.ensure_future(self._answer(url))
        try:
            await self._answering
        except (asyncio.CancelledError, StreamClosedError):
            return  # the browser has left
        except (aiohttp.ClientError, TimeoutError) as problem:
            if self._headers_written:
                self.detach().close()  # so that half an answer is not taken for all of it
            else:
                await self.handle_proxy_error(503, problem)

    async def _answer(self, url: str) -> None:
        asked = self._get_proxy_request(url)
        async with _session().request(
            asked.method,
            URL(url, encoded=True),
            headers=_for_the_next(asked.headers.items()),
            data=asked.body or None,
            allow_redirects=False,
        ) as answer:
            self.set_status(answer.status, answer.reason)
            for name in ("Server", "Date", "Content-Type"):
                self.clear_header(name)
            for name, value in _for_the_next(answer.headers.items()):
                self.add_header(name, value)
            await self.flush()
            async for piece in answer.content.iter_any():
                self.write(piece)
                await self.flush()
        await self.finish()

    async def start_ws_client(self, path: str | None = None) -> None:
        """Open the websocket to the server, before the browser's is agreed to."""
        url = str(await self.get_target_url(path))
        asked = self._get_proxy_request(url.replace("http", "ws", 1))
        asked.headers.pop("Sec-Websocket-Extensions", None)  # each connection agrees on its own
        asked.connect_timeout, asked.request_timeout = _GONE, _KERNEL
        try:
            self.ws_client = await websocket_connect(asked, max_message_size=_MESSAGE)
        except HTTPClientError as refusal:
            self.set_status(refusal.code)
            self.finish(str(refusal.message))
        except OSError as problem:
            await self.handle_proxy_error(503, problem)

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """What the server and the page are to speak: the server's choice."""
        return self.ws_client.selected_subprotocol if self.ws_client else None

    def open(self, *args: str, **more: str) -> None:
        """Begin to tell the browser what the server says."""
        self._answering = asyncio.ensure_future(self._tell())

    async def _tell(self) -> None:
        server = self.ws_client
        try:
            while (message := await server.read_message()) is not None:
                self.proxy.update_last_activity(self.target["prefix"])
                await self.write_message(message, binary=isinstance(message, bytes))
        except (WebSocketClosedError, StreamClosedError):
            return  # the browser has left
        self.close(_told(server.close_code), server.close_reason)

    async def on_message(self, message: str | bytes) -> None:
        """Tell the server what the browser says."""
        self.proxy.update_last_activity(self.target["prefix"])
        try:
            await self.ws_client.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            self.close()

    def on_close(self) -> None:
        """End the websocket to the server with the browser's."""
        if self.ws_client:
            self.ws_client.close(_told(self.close_code), self.close_reason)

    def on_connection_close(self) -> None:
        """Ask no further for a browser that has left."""
        super().on_connection_close()
        if self._answering:
            self._answering.cancel()


def _for_the_next(headers: Any) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _HOP_BY_HOP]


def _told(code: int | None) -> int | None:
    return None if code in (1005, 1006, 1015) else code  # these say that nobody told one


if __name__ == "__main__":
    configproxy.ProxyHandler = Through
    cli.main()
