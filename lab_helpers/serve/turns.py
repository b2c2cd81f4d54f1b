"""A fair share of the link for each address, whatever it does.

Of all that one address has asked for, one answer at a time goes out; and of the bytes that are on
their way at any moment, all addresses have equal parts. In a link that all of them share, equal
parts on the way are equal speeds: who opens eight connections is no faster than the others, and who
reads slowly keeps nothing from them but that part.

All parts together are few: they fit into the queue in front of a slow link. Where more is on its
way than fits, packets are lost, and those lose most who have just begun. They are enough all the
same to fill 400 Mbit/s where an answer to a packet takes 10 ms.
"""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

ON_THE_WAY = 1 << 19  # bytes to everybody; see below
LEAST = 1 << 14  # bytes to one address
TURN = 2.0  # seconds that one answer goes out while others of the same address wait
SLOWEST = 60.0  # seconds for a chunk; who takes longer is gone, or means harm
CHUNK = 1 << 16  # bytes that are read and handed over at once


class TooSlow(Exception):
    """The reader takes a chunk in more than `SLOWEST` seconds."""


class Turns:
    """Whose turn it is, at each address."""

    def __init__(self) -> None:
        self._held = WeakValueDictionary[str, asyncio.Lock]()

    async def send(
        self,
        address: str,
        asked: range,
        connection: socket.socket,
        hand_over: Callable[[int, int], Awaitable[None]],
    ) -> None:
        """Send the bytes that were asked for, whenever it is this answer's turn.

        Args:
            connection: on which they go out.
            hand_over: reads so many bytes (second) at a place (first) and writes them; what it
                answers is done when the system has taken all of them.

        Raises:
            TooSlow: the connection is to be closed.
        """
        turn = self._held.setdefault(address, asyncio.Lock())
        at = asked.start
        while at < asked.stop:
            async with turn:
                self._give_its_part(connection)
                ends = time.monotonic() + TURN
                taken = True
                while at < asked.stop and taken and (left := ends - time.monotonic()) > 0:
                    size = min(CHUNK, asked.stop - at)
                    writing = asyncio.ensure_future(hand_over(at, size))
                    writing.add_done_callback(_is_known)
                    at += size
                    taken = bool((await asyncio.wait({writing}, timeout=left))[0])
            if not taken and not (await asyncio.wait({writing}, timeout=SLOWEST))[0]:
                writing.cancel()
                raise TooSlow
            await writing

    def _give_its_part(self, connection: socket.socket) -> None:
        """Let as many bytes be on their way as is an address's part now."""
        part = max(LEAST, ON_THE_WAY // len(self._held))
        # Linux takes it twice, for what it needs itself, which is little where packets are full.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, part // 2)


def _is_known(writing: asyncio.Future[None]) -> None:
    """Take what it failed with: where all is ended, nobody waits for it any more."""
    if not writing.cancelled():
        writing.exception()
