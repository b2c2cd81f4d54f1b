"""What is found out once, and holds for every answer."""

import threading
from collections.abc import Callable, Hashable
from functools import cache, wraps
from typing import TypeVar

T = TypeVar("T")


def once(find: Callable[..., T]) -> Callable[..., T]:
    """Have it called once for the same arguments, however many threads ask.

    `functools.cache` calls it once more in every thread that asks before the first has an answer
    (Python's documentation says so): a trial would be made several times over, and of made-up keys
    there would be several sets.
    """
    found, alone = cache(find), threading.Lock()

    @wraps(find)
    def ask(*arguments: Hashable) -> T:
        with alone:
            return found(*arguments)

    return ask
