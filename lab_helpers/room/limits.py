"""How much one learner, and one address, may ask of a room."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

_MOST = 2048  # who was not heard of for longest is forgotten


@dataclass
class Limit:
    """Lets through `burst` at once and `rate` a second, for each key apart.

    clock: what tells the time, in seconds.
    """

    burst: float
    rate: float
    clock: Callable[[], float] = time.monotonic
    _left: "OrderedDict[str, tuple[float, float]]" = field(default_factory=OrderedDict)

    def allows(self, key: str) -> bool:
        """Whether one more is all right now; it counts."""
        now = self.clock()
        left, since = self._left.pop(key, (self.burst, now))
        left = min(self.burst, left + (now - since) * self.rate)
        allowed = left >= 1
        self._left[key] = (left - allowed, now)
        if len(self._left) > _MOST:
            self._left.popitem(last=False)
        return allowed
