"""`workshop bundle --serve`: hand a bundle to the room, until Ctrl-C."""

import asyncio
import logging
import re
import secrets
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tornado.netutil import bind_sockets

from lab_helpers.errors import ServiceFailed
from lab_helpers.progress import Progress
from lab_helpers.serve import screen
from lab_helpers.serve.answers import House, application
from lab_helpers.serve.door import Door
from lab_helpers.serve.guests import Guests
from lab_helpers.serve.line import Line, first_file, line
from lab_helpers.serve.stock import Changed, Stock
from lab_helpers.setup import addresses, images
from lab_helpers.setup.bundle.file import Bundle

PORT = 8000
TOKEN_FILE = images.ROOT / ".workshop" / "serve.token"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another one
_TOKEN = 6  # letters that are typed: with what a wrong one costs, nobody finds it in a day
_IS_TOKEN = re.compile(f"[{_LETTERS}]{{{_TOKEN}}}")
_DAY = 86400.0  # seconds
CHECKED_EVERY = 2.0  # seconds between two looks at the file and at the address


@dataclass
class Served:
    """A bundle that is being served.

    Attributes:
        screen: the address of the page for the projector.
    """

    line: Line
    screen: str
    house: House
    door: Door

    async def stop(self) -> None:
        """Let nobody in any more, and end what is on its way."""
        self.door.stop()
        await self.door.close_all_connections()


def open_door(bundle: Bundle, host: str, port: int, token: str) -> Served:
    """Serve a bundle in the loop that runs.

    Args:
        host: the IPv4 address of this machine on which to listen.
        port: 0 is any that is free.
        token: without which there is nothing here; a part of every address.

    Raises:
        ServiceFailed: nobody can listen there; the message says why, and what to do.
    """
    addresses.require_one(host)
    if not 0 <= port < 1 << 16:
        raise ServiceFailed(f"--port takes a number from 0 to 65535, and not {port}.")
    stock = Stock(bundle)
    pieces = bundle.manifest.pieces.values()
    guests = Guests(sum(piece.size for piece in pieces))
    house = House(token, b"", stock, {}, guests)
    door = Door(application(house))
    try:
        sockets = bind_sockets(port, host)
    except OSError as problem:
        raise ServiceFailed(addresses.why_not(problem, host, port)) from None
    door.add_sockets(sockets)
    port = sockets[0].getsockname()[1]
    base = f"http://{host}{'' if port == 80 else f':{port}'}/{token}"
    house.first = first_file(bundle.starter(), base, _pythons(bundle))
    pasted = line(base, house.first)
    house.pages = screen.pages(pasted)
    return Served(pasted, f"{base}/screen/", house, door)


def serve(path: Path, host: str = addresses.LOOPBACK, port: int = PORT) -> None:
    """Serve a bundle, and tell in the terminal how far everybody is, until Ctrl-C.

    Raises:
        BundleRefused: it is none, or not whole.
        ServiceFailed: nobody can listen there.
    """
    logging.getLogger("tornado").addHandler(logging.NullHandler())  # strangers' nonsense is no news
    with Bundle(path) as bundle:
        asyncio.run(_serve(bundle, host, port))


def token(kept: Path = TOKEN_FILE) -> str:
    """A token by chance; for a day the same one, so that a line outlives a new start."""
    try:
        known = kept.read_text()
        if time.time() - kept.stat().st_mtime < _DAY and _IS_TOKEN.fullmatch(known):
            return known
    except (OSError, ValueError):
        pass  # there is none yet
    made = "".join(secrets.choice(_LETTERS) for _ in range(_TOKEN))
    kept.parent.mkdir(exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(made)
    return made


def _pythons(bundle: Bundle) -> list[str]:
    """The versions of Python for which there are packages, the oldest first."""
    targets = {one for piece in bundle.manifest.pieces.values() for one in piece.targets}
    found = {target.split()[1] for target in targets}
    return sorted(found, key=lambda version: [int(part) for part in version.split(".")])


async def _serve(bundle: Bundle, host: str, port: int) -> None:
    served = open_door(bundle, host, port, token())
    print(_told(served, host), flush=True)
    with Progress() as progress:
        try:
            while True:
                served.house.told["trouble"] = trouble = _trouble(served.house.stock, host)
                progress.say(trouble or _how_far(served.house.guests))
                await asyncio.sleep(CHECKED_EVERY)
        finally:
            progress.done(_how_far(served.house.guests))
            await served.stop()


def _told(served: Served, host: str) -> str:
    """What the instructor reads first."""
    here = (
        "\nThis machine alone can fetch it. For the room, `--host ADDRESS` with the address that "
        f"the room reaches: {addresses.choices()}.\n"
        if host == addresses.LOOPBACK
        else ""
    )
    drawn = screen.in_the_terminal(served.line) if sys.stdout.isatty() else ""
    return (
        f"The room pastes this line in a terminal:\n\n{served.line.curl}\n\n"
        f"Without curl:\n\n{served.line.python}\n\n{drawn}\n"
        f"For the projector, with how far everybody is: {served.screen}\n"
        "The line is what is trusted: whatever comes over the network is held to its digest.\n"
        f"{here}Ctrl-C ends it; who is not done goes on with the line of the next start."
    )


def _how_far(guests: Guests) -> str:
    state = guests.state()
    left, rate = (float(str(state[name])) / 1e6 for name in ("left", "rate"))
    return (
        f"{state['done']} of {state['asked']} have everything, {left:,.0f} MB to go, "
        f"{rate:.1f} MB/s"
    )


def _trouble(stock: Stock, host: str) -> str:
    """What keeps everybody waiting, in a sentence; nothing if nothing does."""
    try:
        stock.check()
    except Changed:
        return "The bundle was changed while it was served: end this, and start again."
    if host not in addresses.here():
        return (
            f"This machine no longer has the address {host}: join the network again, or end this "
            f"and start with another one ({addresses.choices()})."
        )
    return ""
