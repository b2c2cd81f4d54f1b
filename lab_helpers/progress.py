"""One line that says what is being waited for, and for how long."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from html import escape
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self  # unknown to a Python of 3.9, which this is to run on


def _in_kernel() -> bool:
    """Whether this runs in a Jupyter kernel, without importing IPython for the question."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


class Progress:
    """A line of progress, in a notebook or a terminal.

    Use as a context manager; `say` replaces the line, and `done` leaves the last one standing.
    In a notebook the line is a display that is updated in place; on a terminal it is rewritten;
    where standard error is a file, only changes of the text are printed, or nothing at all.

    Args:
        quiet_for: seconds before the first line shows, so that a short wait shows nothing.
    """

    _shows_in_files: ClassVar[bool] = True

    def __init__(self, quiet_for: float = 0.0) -> None:
        self._started = time.monotonic()
        self._quiet_for = quiet_for
        self._handle: Any = None
        self._last = ""
        self._width = 0
        self._next = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds since this progress began."""
        return time.monotonic() - self._started

    @classmethod
    @contextmanager
    def unwatched(cls) -> Iterator[None]:
        """While it lasts, nothing is shown where standard error is a file."""
        cls._shows_in_files = False
        try:
            yield
        finally:
            cls._shows_in_files = True

    def say(self, text: str) -> None:
        """Show ``text`` with the seconds so far, at most four times a second."""
        if self.elapsed < max(self._quiet_for, self._next):
            return
        self._next = self.elapsed + 0.25
        line = f"{text} … {self.elapsed:.0f} s"
        if _in_kernel():
            self._display({"text/plain": line, "text/html": f"<small>{escape(line)}</small>"})
        elif sys.stderr.isatty():
            sys.stderr.write("\r" + line.ljust(self._width))
            sys.stderr.flush()
            self._width = len(line)
        elif text != self._last and self._shows_in_files:
            print(text, "…", file=sys.stderr, flush=True)
        self._last = text

    def done(self, text: str, html: str | None = None) -> None:
        """Replace the line by the end of the story, which stays."""
        if _in_kernel():
            self._display({"text/plain": text, "text/html": html or escape(text)})
        elif self._shows_in_files or sys.stderr.isatty():
            self.clear()
            print(text, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._handle is not None:
            self._display({"text/plain": "", "text/html": ""})
        elif self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
            self._width = 0

    def _display(self, data: dict[str, str]) -> None:
        from IPython.display import display

        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if problem is not None:
            self.clear()
