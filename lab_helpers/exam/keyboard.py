"""Lines that somebody types, awaited for so long and no longer."""

import os
import select
import time
from collections import deque

#: Seconds. A Ctrl-C that comes in the moment before a wait is heard only after it.
_AT_MOST = 0.5


class Keyboard:
    """Reads lines from a terminal. file: its descriptor; 0 is standard input."""

    def __init__(self, file: int = 0) -> None:
        self._file = file
        self._begun = b""
        self._lines: deque[str] = deque()

    def line(self, seconds: float) -> str | None:
        """The next line without the blanks around it; None when the time is over before it ends.

        Raises:
            EOFError: there is nobody any more.
        """
        until = time.monotonic() + seconds
        while not self._lines:
            left = until - time.monotonic()
            if left <= 0:
                return None
            if select.select([self._file], [], [], min(left, _AT_MOST))[0]:
                self._take()
        return self._lines.popleft()

    def _take(self) -> None:
        try:
            read = os.read(self._file, 4096)
        except OSError:  # the terminal was closed
            read = b""
        if not read:
            raise EOFError
        *whole, self._begun = (self._begun + read).split(b"\n")
        self._lines += (line.decode(errors="replace").strip() for line in whole)
