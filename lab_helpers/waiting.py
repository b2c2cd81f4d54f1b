"""Waiting for a condition: with progress, and with what was seen last if it never comes."""

import time
from collections.abc import Callable
from typing import TypeVar

from lab_helpers.errors import (
    ConfigurationRefused,
    PrometheusAway,
    PromQLError,
    WaitFailed,
    WorkshopError,
)
from lab_helpers.progress import Progress

T = TypeVar("T")


def wait_until(
    condition: Callable[[], T],
    what: str,
    timeout: float = 60.0,
    interval: float = 0.1,
) -> T:
    """Wait until ``condition()`` is true, and return what it answered.

    An answer that is false, an OSError (nothing answers yet), and an answer with too little in it
    (KeyError, IndexError, AttributeError: an empty frame has no label columns) all mean "not yet".
    An error that waiting cannot mend (a refused query or configuration) ends the wait at once.

    Args:
        condition: asked every ``interval`` seconds.
        what: the end of the sentence "waiting until …".
        timeout: seconds.

    Raises:
        WaitFailed: the time ran out; the message says what was seen last.
    """
    seen: object = None
    with Progress(quiet_for=1.0) as progress:
        while True:
            try:
                answer = condition()
                if answer:
                    progress.clear()
                    return answer
                seen = repr(answer)
            except PrometheusAway as problem:
                seen = str(problem)
            except (ConfigurationRefused, PromQLError):
                raise
            except (OSError, LookupError, AttributeError, WorkshopError) as problem:
                seen = f"{type(problem).__name__}: {problem}"
            if progress.elapsed > timeout:
                raise WaitFailed(
                    f"Waited {timeout:.0f} s until {what}, in vain. Seen last: {seen}."
                ) from None
            progress.say(f"waiting until {what}")
            time.sleep(interval)
