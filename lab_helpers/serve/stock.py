"""The pieces that are served: where each lies in the bundle, as long as the bundle is as it was."""

import os

from lab_helpers.setup.bundle.file import Bundle


class Changed(Exception):
    """The file is not what it was when it was opened."""


class Stock:
    """The pieces of a bundle that is open."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._file = bundle.fileno()
        self._as_opened = self._state()

    def place(self, digest: str) -> tuple[int, int]:
        """Where a piece begins in the file, and its size.

        Raises:
            KeyError: there is no such piece.
            Changed: see there.
        """
        self.check()
        return self._bundle.place(digest)

    def read(self, at: int, size: int) -> bytes:
        """Bytes of the file.

        Raises:
            Changed: see there.
        """
        self.check()
        try:
            content = os.pread(self._file, size, at)
        except OSError as problem:
            raise Changed from problem
        if len(content) < size:
            raise Changed
        return content

    def check(self) -> None:
        """Make sure that the file is as it was.

        Raises:
            Changed: it is not.
        """
        if self._state() != self._as_opened:
            raise Changed

    def _state(self) -> tuple[int, int]:
        found = os.fstat(self._file)
        return found.st_size, found.st_mtime_ns
