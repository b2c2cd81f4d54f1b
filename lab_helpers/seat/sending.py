"""Sending reports beside everything else: one thread a process, one sender a checkout.

A room that does not answer is asked again, later and later; whatever it does, nobody waits here.
"""

import atexit
import fcntl
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from lab_helpers.seat import calls, membership, reports

#: Seconds until a room that did not answer is asked again: at first, and at most.
FIRST, LAST = 2.0, 60.0
_LAST_WORDS = 0.3  # seconds that a program waits, at its end, for what is on its way

_lock = threading.Lock()
_wanted = threading.Event()
_idle = threading.Event()
_idle.set()
_thread: threading.Thread | None = None


def wake() -> None:
    """Send what there is; it does not wait."""
    global _thread
    with _lock:
        _idle.clear()
        _wanted.set()
        if _thread is None or not _thread.is_alive():  # a process that was forked has none
            _thread = threading.Thread(target=_run, name="to the room", daemon=True)
            _thread.start()


def wait(seconds: float) -> bool:
    """Wait until all is sent or cannot be sent now; whether that was soon enough."""
    return _idle.wait(seconds)


@atexit.register
def _finish() -> None:
    wait(_LAST_WORDS)


def _run() -> None:
    pause = None
    while True:
        _wanted.wait(pause)
        _wanted.clear()
        try:
            status = send()
        except OSError:  # a disk that is full, a folder that is gone: there will be another time
            status = 0
        with _lock:
            if not _wanted.is_set():
                _idle.set()
        if status in (0, 429, 503):  # away, or busy; what it refuses it will refuse again
            pause = min(LAST, 2 * (pause or FIRST / 2)) * random.uniform(0.75, 1.25)
        else:
            pause = None


def send() -> int:
    """Send what was not told yet, oldest first; HTTP's status of the last answer, 200 if none.

    Raises:
        OSError: the files of the seat cannot be read or written.
    """
    with one_at_a_time():
        while True:
            seat = membership.load()
            if seat is None or not seat.active:
                return 200
            batch = reports.next_batch()
            if not batch.reports:
                return 200
            who = {"name": seat.name, "secret": seat.secret}
            answer = calls.post(f"{seat.url}/reports", {**who, "reports": batch.reports})
            if answer.status != 200:
                return answer.status
            if membership.load() == seat:  # and not another room meanwhile
                reports.told(batch.end)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """While it lasts, no other sender of this checkout is at work; it waits for the one that is.

    Two notebooks send one after the other, or tries would come out of order.
    """
    with open(membership.folder() / "sending", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
