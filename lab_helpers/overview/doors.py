"""Who may read the page, and who may break things: passwords, tokens, and how often one may try."""

import hmac
import ipaddress
import time
from collections import OrderedDict

TRIES = 5  # wrong ones that are forgiven
PAUSE = 60.0  # seconds until they are forgotten
REMEMBERED = 1000  # addresses


def is_same(given: str, wanted: str) -> bool:
    """Whether somebody knows a secret; how long this takes does not tell how much of it."""
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def is_here(address: str) -> bool:
    """Whether a connection comes from this machine itself, over its loopback."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


class Tries:
    """Counts wrong passwords, so that nobody can try many."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def pause(self, address: str) -> float:
        """Seconds that an address has to wait before its next try; 0 if it may try now."""
        count, last = self._wrong.get(address, (0, 0.0))
        left = last + PAUSE - time.monotonic()
        return max(0.0, left) if count >= TRIES else 0.0

    def was_wrong(self, address: str) -> None:
        """Count a wrong try."""
        count, last = self._wrong.pop(address, (0, 0.0))
        now = time.monotonic()
        self._wrong[address] = (count + 1 if now - last < PAUSE else 1, now)
        while len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)

    def was_right(self, address: str) -> None:
        """Forget the wrong tries of an address."""
        self._wrong.pop(address, None)
