"""Serves the overview page until it is ended: what to show, and where, comes on standard input."""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from lab_helpers.errors import WorkshopError
from lab_helpers.overview.server import Overview
from lab_helpers.overview.sources import Watcher
from lab_helpers.progress import Progress
from lab_helpers.setup.owner import owner
from lab_helpers.stage import Demo
from lab_helpers.stage.overview_process import Settings

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"
LONELY = 600.0  # seconds without a stack after which nobody will miss it
LOOK = 5.0  # seconds between two looks at whether it is still wanted


def doer(demo: Demo) -> Callable[[str, str], str]:
    """What does an act on this stack."""

    def do(kind: str, name: str) -> str:
        if kind == "break":
            told = demo.break_(name).splitlines()
            return "\n".join(told[:2])  # what a terminal is told besides would fill the screen
        if kind == "heal":
            return demo.heal(name)
        from lab_helpers.incident import on_stage  # with much that nothing else here needs

        return on_stage.reset(demo)

    return do


async def serve(settings: Settings) -> None:
    """Listen, say so in the record, and go on until nobody wants the page any more.

    Raises:
        WorkshopError: it cannot listen there.
    """
    demo = Demo(settings.project)
    demo.secrets_file = Path(settings.secrets_file)
    watcher = Watcher(demo)
    app = Overview(watcher, doer(demo), demo.secrets_file, settings.port, settings.token)
    server = HTTPServer(app, max_body_size=10_000, max_header_size=20_000, body_timeout=10,
                        idle_connection_timeout=30, max_buffer_size=100_000)  # fmt: skip
    for address in addresses(settings.host):
        try:
            server.add_sockets(bind_sockets(settings.port, address, reuse_port=False))
        except OSError as problem:
            where = f"{address}, port {settings.port}"
            raise WorkshopError(f"it cannot listen at {where}: {problem.strerror}.") from None
    record = Path(settings.record)
    said = {"owner": owner(), "port": settings.port, "host": settings.host}
    record.write_text(json.dumps(said))
    looking = asyncio.create_task(watcher.run())
    try:
        await until_unwanted(demo, record)
    finally:
        looking.cancel()
        server.stop()


def addresses(host: str) -> list[str]:
    """Where it listens: on the loopback, and where it is opened to others."""
    if not host:
        return [LOOPBACK]
    return [host] if host == EVERYWHERE else [LOOPBACK, host]


async def until_unwanted(demo: Demo, record: Path) -> None:
    """Wait until another has its record, or nothing has been on stage for a long time."""
    last = time.monotonic()
    while time.monotonic() - last < LONELY:
        try:
            if json.loads(record.read_text())["owner"] != owner():
                return
        except (OSError, ValueError, LookupError):
            return
        try:
            if await asyncio.to_thread(demo.containers):
                last = time.monotonic()
        except Exception:  # an engine that is away may come back
            pass
        await asyncio.sleep(LOOK)


def main() -> int:
    """Serve; the answer is the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with Progress.unwatched():
            asyncio.run(serve(Settings(**json.loads(sys.stdin.read()))))
    except WorkshopError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
