"""Somebody who harms: `python -m tests.bad_guest ADDRESS BUNDLE CONNECTIONS PAUSE`.

So many connections ask for the same piece again and again; with a pause, in seconds, they read a
byte at a time.
"""

import socket
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from lab_helpers.setup.bundle.file import Bundle


def main(address: str, bundle: str, connections: str, pause: str) -> None:
    """Ask, until killed."""
    where = urlsplit(address)
    with Bundle(Path(bundle)) as known:
        digest = max(known.manifest.pieces.values(), key=lambda piece: piece.size).digest
    asked = f"GET {where.path}/pieces/{digest} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 50

    def ask() -> None:
        while True:
            try:
                with socket.create_connection((where.hostname, where.port or 80), 20) as connection:
                    connection.sendall(asked)
                    while connection.recv(1 if float(pause) else 1 << 16):
                        time.sleep(float(pause))
            except OSError:
                pass
            time.sleep(0.5)

    for _ in range(int(connections)):
        threading.Thread(target=ask).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
