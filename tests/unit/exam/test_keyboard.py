"""Somebody who presses Ctrl-C where nobody listens at that moment."""

import os
import signal
import threading
import time

import pytest

from lab_helpers.exam.keyboard import Keyboard


def test_a_ctrl_c_in_the_moment_before_a_wait_is_heard() -> None:
    """A signal that another thread takes leaves the wait as it is, as one just before it does."""
    theirs, ours = os.pipe()

    def interrupt() -> None:
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)

    began = time.monotonic()
    later = threading.Timer(0.2, interrupt)
    later.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            Keyboard(theirs).line(20)
        assert time.monotonic() - began < 10
    finally:
        later.join()
        os.close(theirs)
        os.close(ours)
