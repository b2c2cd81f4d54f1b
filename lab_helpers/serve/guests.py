"""Who has asked for the bundle, and how far each of them is."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

MOST = 500  # guests that are remembered, of a room of forty
MOST_AT_ONE_ADDRESS = 50
WINDOW = 5.0  # seconds over which a rate is told


@dataclass
class Guest:
    """One fetcher.

    Attributes:
        address: where it calls from.
        needed: the bytes that it lacked when it came.
        left: the bytes that it still lacks; None as long as it has not said.
        seen: when it asked last, in seconds of the clock.
    """

    address: str
    seen: float
    needed: int = 0
    left: int | None = None


@dataclass
class Guests:
    """All of them; they say of themselves what they lack, so that this is for showing alone.

    Attributes:
        total: the bytes of all pieces: nobody lacks more.
        clock: the seconds; they do not go on while the machine sleeps.
    """

    total: int
    clock: Callable[[], float] = time.monotonic
    _known: OrderedDict[str, Guest] = field(default_factory=OrderedDict)
    _sent: deque[tuple[float, int]] = field(default_factory=deque)

    def asked(self, address: str, name: str, left: str) -> Guest:
        """Somebody at an address asks for something.

        Args:
            name: that a fetcher has given itself, or nothing.
            left: the bytes that it says it lacks, or nothing.
        """
        key = f"{address} {name[:16]}"
        guest = self._known.pop(key, None)
        if guest is None:
            here = [other for other, one in self._known.items() if one.address == address]
            if len(here) >= MOST_AT_ONE_ADDRESS:
                del self._known[here[0]]
            elif len(self._known) >= MOST:
                self._known.popitem(last=False)
            guest = Guest(address, self.clock())
        self._known[key] = guest
        guest.seen = self.clock()
        if left.isascii() and left.isdigit() and len(left) < 16:
            guest.left = min(int(left), self.total)
            guest.needed = max(guest.needed, guest.left)
        return guest

    def sent(self, guest: Guest, size: int) -> None:
        """So many bytes of pieces went to somebody."""
        if guest.left is not None:
            guest.left = max(0, guest.left - size)
        self._sent.append((self.clock(), size))

    def state(self) -> dict[str, object]:
        """What the projector shows.

        Returns:
            `asked` and `done`: how many; `left`: bytes to go; `rate`: bytes a second; `each`: how
            much of what each lacked has come, between 0 and 1, the furthest first.
        """
        known = [guest for guest in self._known.values() if guest.left is not None]
        came = [1 - guest.left / guest.needed if guest.needed else 1.0 for guest in known
                if guest.left is not None]  # fmt: skip
        return {
            "asked": len(known),
            "done": sum(guest.left == 0 for guest in known),
            "left": sum(guest.left or 0 for guest in known),
            "rate": self._rate(),
            "each": [round(part, 3) for part in sorted(came, reverse=True)],
        }

    def _rate(self) -> float:
        """Bytes a second, over the last ones."""
        now = self.clock()
        while self._sent and self._sent[0][0] < now - WINDOW:
            self._sent.popleft()
        return sum(size for _, size in self._sent) / WINDOW
