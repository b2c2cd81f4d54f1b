"""An engine whose machine has a dead resolver, as conference WiFi has: names outside get no answer.

It is the engine that is there, behind a socket that hands every word on, with one change: a
container that is created without a resolver of its own gets 192.0.2.1, where nobody answers.
`dockerd --dns 192.0.2.1` does the same for a whole engine.
"""

import asyncio
import json
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import parse_headers
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from testcontainers.core.docker_client import get_docker_host

NOBODY = "192.0.2.1"  # of a network that is kept for examples (RFC 5737)
LONGEST_HEAD = 2**20


@contextmanager
def dead_resolver() -> Iterator[str]:
    """Have such an engine for a while; gives its address, for DOCKER_HOST."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    with tempfile.TemporaryDirectory(prefix="resolver-") as folder:
        socket = Path(folder) / "docker.sock"
        serving = asyncio.start_unix_server(_serve, socket, limit=LONGEST_HEAD)
        server = asyncio.run_coroutine_threadsafe(serving, loop).result()
        try:
            yield f"unix://{socket}"
        finally:
            loop.call_soon_threadsafe(server.close)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()


async def _serve(client_says: asyncio.StreamReader, client_hears: asyncio.StreamWriter) -> None:
    engine_says, engine_hears = await _engine()
    answers = asyncio.create_task(_hand_on(engine_says, client_hears))
    with suppress(ConnectionError, asyncio.IncompleteReadError):
        while await _request(client_says, engine_hears):
            pass
    with suppress(ConnectionError):
        engine_hears.write_eof()
    await answers
    engine_hears.close()


async def _engine() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(get_docker_host() or "unix:///var/run/docker.sock")
    if address.scheme == "unix":
        return await asyncio.open_unix_connection(address.path)
    return await asyncio.open_connection(address.hostname, address.port)


async def _hand_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while some := await source.read(2**16):
            sink.write(some)
            await sink.drain()
        sink.write_eof()


async def _request(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> bool:
    """Hand one request on; False where it was the last, and nothing more is to be read."""
    head = await source.readuntil(b"\r\n\r\n")
    line, _, rest = head.partition(b"\r\n")
    headers = parse_headers(BytesIO(rest))
    method, target, _ = line.decode().split(" ")
    if "Upgrade" in headers:
        sink.write(head)
        await _hand_on(source, sink)
        return False
    if method == "POST" and urlsplit(target).path.endswith("/containers/create"):
        body = _with_a_dead_resolver(await source.readexactly(int(headers["Content-Length"])))
        length = b"Content-Length: %d" % len(body)
        sink.write(re.sub(rb"(?i)content-length: *\d+", length, head) + body)
    else:
        sink.write(head)
        if headers.get("Transfer-Encoding", "").lower() == "chunked":
            await _hand_on_chunks(source, sink)
        await _hand_on_bytes(int(headers.get("Content-Length", 0)), source, sink)
    await sink.drain()
    return True


async def _hand_on_bytes(
    count: int, source: asyncio.StreamReader, sink: asyncio.StreamWriter
) -> None:
    while count > 0:
        some = await source.readexactly(min(count, 2**16))
        sink.write(some)
        await sink.drain()
        count -= len(some)


async def _hand_on_chunks(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while True:
        size = await source.readuntil(b"\r\n")
        sink.write(size)
        length = int(size.split(b";")[0], 16)
        await _hand_on_bytes(length + 2, source, sink)  # and the end of its line
        if length == 0:
            return


def _with_a_dead_resolver(body: bytes) -> bytes:
    container = json.loads(body)
    settings = container.setdefault("HostConfig", {})
    of_another = str(settings.get("NetworkMode", "")).startswith(("container:", "host"))
    if not settings.get("Dns") and not of_another:
        settings["Dns"] = [NOBODY]
    return json.dumps(container).encode()
