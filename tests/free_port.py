"""Ports for tests that must know one before somebody listens there."""

import random
import socket

#: Below those that systems hand out: nobody is given such a port between its choice and its use.
_FIRST, _LAST = 10_000, 30_000


def free_port(address: str = "127.0.0.1") -> int:
    """A port that nobody has now, as nobody has the one behind it."""
    while True:
        port = random.randrange(_FIRST, _LAST)
        try:
            for one in (port, port + 1):
                socket.create_server((address, one)).close()
        except OSError:
            continue
        return port
