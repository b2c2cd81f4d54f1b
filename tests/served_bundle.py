"""A bundle that is served, by a thread of this process."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

from lab_helpers.serve import Served, open_door
from lab_helpers.setup.bundle.file import Bundle

TOKEN = "abc234"


@contextmanager
def running(path: Path, port: int = 0) -> Iterator[Served]:
    """Serve a bundle on the loopback, with `TOKEN`."""
    begun = Future[tuple[Served, asyncio.AbstractEventLoop, asyncio.Event]]()

    async def serve() -> None:
        with Bundle(path) as bundle:
            served = open_door(bundle, "127.0.0.1", port, TOKEN)
            enough = asyncio.Event()
            begun.set_result((served, asyncio.get_running_loop(), enough))
            await enough.wait()
            await served.stop()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as problem:
            if begun.done():
                raise
            begun.set_exception(problem)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        served, loop, enough = begun.result()
        try:
            yield served
        finally:
            loop.call_soon_threadsafe(enough.set)
    finally:
        thread.join()
