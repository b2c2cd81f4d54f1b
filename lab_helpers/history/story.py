"""What the shop's customers do in the week, minute by minute: requests, latencies, orders.

The numbers are the same on every machine. They come from the raw 64-bit stream of PCG64, which
NumPy promises to keep, and from arithmetic that every processor rounds alike; what counts is
rounded to integers at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from lab_helpers.history.week import EVENTS, SAMPLES, minute

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

REPLICAS = ("web-1", "web-2", "web-3")
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds in seconds of the latency histogram, without +Inf."""

PRODUCTS = {
    "espresso-cup": (950, 0.35),
    "teapot": (3400, 0.20),
    "coffee-beans": (1290, 0.50),
    "green-tea": (780, 0.30),
    "milk-jug": (1650, 0.15),
    "grinder": (8900, 0.08),
}
"""Price in cents, and the fraction of orders that hold it, by product."""


def _span(name: str, end: str) -> slice:
    return slice(minute(EVENTS[name]), minute(EVENTS[end]))


@dataclass(frozen=True)
class Trouble:
    """A time in which visitors are let down.

    when: minutes of the week. share: the fraction that ends in 503 meanwhile, whatever else fails,
    of all requests but those that need no database.
    """

    what: str
    when: slice
    share: float


@dataclass(frozen=True)
class Course:
    """When what happens in a week, in minutes; what is left out never happens."""

    release: int = SAMPLES
    outage: slice = field(default_factory=lambda: slice(0))
    gap: slice = field(default_factory=lambda: slice(0))
    lost: slice = field(default_factory=lambda: slice(0))
    restart: int = SAMPLES
    troubles: tuple[Trouble, ...] = ()

    def phases(self, before: float, after: float, outage: float) -> Floats:
        """A quantity that the release and the outage change, shape (SAMPLES,)."""
        values = np.full(SAMPLES, before)
        values[self.release :] = after
        values[self.outage] = outage
        return values

    def failing(self, kind: "Kind") -> list[Floats]:
        """The fraction of a kind of requests that ends in each of its failures, by minute."""
        shares = [self.phases(*three) for three in kind.failures.values()]
        for trouble in self.troubles:
            for status, share in zip(kind.failures, shares, strict=True):
                left = share[trouble.when] * (1 - trouble.share)
                share[trouble.when] = left + trouble.share * (status == "503")
        return shares

    @staticmethod
    def begun(*minutes: int) -> tuple[int, ...]:
        """Those of the minutes that are in the week: then a process begins anew."""
        return tuple(each for each in minutes if 0 < each < SAMPLES)


EVENTFUL = Course(
    release=minute(EVENTS["release"]),
    outage=_span("outage_start", "outage_end"),
    gap=_span("gap_start", "gap_end"),
    lost=_span("machine_lost", "machine_back"),
    restart=minute(EVENTS["restart"]),
)
"""What happens in the week of history."""

QUIET = Course()
"""Nothing: the week before."""

# Requests a minute to the whole shop at each full hour.
_WEEKDAY = [84, 60, 48, 42, 48, 84, 168, 300, 420, 504, 552, 576]
_WEEKDAY += [600, 564, 540, 540, 564, 624, 696, 744, 720, 576, 360, 180]
_WEEKEND = [132, 96, 66, 54, 48, 54, 84, 144, 264, 420, 564, 648]
_WEEKEND += [684, 672, 648, 624, 612, 624, 660, 672, 600, 468, 312, 192]


@dataclass(frozen=True)
class Kind:
    """One kind of request: its share of all requests, and how often it ends in which status.

    `failures` maps a status to its fraction of these requests before the release, after it, and
    during the outage; what remains ends in 200.
    """

    method: str
    route: str
    share: float
    failures: dict[str, tuple[float, float, float]]


# Whatever needs the database fails in the outage; GET /cart needs only memcached.
KINDS = (
    Kind("GET", "/", 0.30, {"503": (0.0005, 0.0005, 0.99)}),
    Kind("GET", "/products", 0.46, {"503": (0.001, 0.001, 1.0)}),
    Kind("GET", "/cart", 0.12, {}),
    Kind("POST", "/cart", 0.09, {"404": (0.01, 0.01, 0.0), "503": (0.001, 0.001, 1.0)}),
    Kind(
        "POST",
        "/checkout",
        0.03,
        {"409": (0.03, 0.03, 0.03), "500": (0.005, 0.03, 0.0), "503": (0.001, 0.001, 0.97)},
    ),
)
ROUTES = tuple(dict.fromkeys(kind.route for kind in KINDS))

# Fraction of requests within each bucket by route: before the release, after it, in the outage.
# (In the outage, what needs the database fails when two seconds of waiting for it are over.)
_WITHIN = {
    "/": (
        (0.45, 0.78, 0.95, 0.985, 0.996, 0.999, 1.0, 1.0, 1.0),
        (0.45, 0.78, 0.95, 0.985, 0.996, 0.999, 1.0, 1.0, 1.0),
        (0.0, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.97),
    ),
    "/products": (
        (0.06, 0.31, 0.74, 0.92, 0.98, 0.996, 0.999, 1.0, 1.0),
        (0.04, 0.22, 0.63, 0.87, 0.96, 0.992, 0.998, 1.0, 1.0),
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.01, 0.97),
    ),
    "/cart": (
        (0.10, 0.42, 0.83, 0.95, 0.985, 0.996, 0.999, 1.0, 1.0),
        (0.08, 0.36, 0.78, 0.93, 0.978, 0.994, 0.999, 1.0, 1.0),
        (0.05, 0.22, 0.46, 0.53, 0.56, 0.57, 0.57, 0.58, 0.98),
    ),
    "/checkout": (
        (0.0, 0.01, 0.13, 0.48, 0.82, 0.965, 0.992, 0.998, 1.0),
        (0.0, 0.0, 0.04, 0.19, 0.55, 0.88, 0.965, 0.993, 0.999),
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.96),
    ),
}
# In the busiest minute of the week this much of the traffic is served one bucket slower.
_QUEUEING = 0.35


class Chance:
    """Random numbers that are the same on every machine and with every version of NumPy."""

    def __init__(self, seed: int | tuple[int, int]) -> None:
        self._bits = np.random.PCG64(seed)

    def uniform(self, n: int = SAMPLES) -> Floats:
        """`n` numbers in [0, 1), from the upper 53 bits of the raw stream."""
        return np.asarray(self._bits.random_raw(n) >> np.uint64(11), dtype=float) * 2.0**-53

    def bell(self, n: int = SAMPLES) -> Floats:
        """`n` numbers of mean 0 and variance 1, nearly normal: the sum of four uniform ones."""
        return (self.uniform(n) + self.uniform(n) + self.uniform(n) + self.uniform(n) - 2) * 3**0.5

    def drift(self, every: int) -> Floats:
        """A slow wander in [-1, 1]: a uniform number `every` so many minutes, lines between."""
        knots = np.arange(0, SAMPLES + every, every)
        return np.interp(np.arange(SAMPLES), knots, 2 * self.uniform(len(knots)) - 1)


@dataclass(frozen=True)
class Replica:
    """What one replica of the web app did. Arrays of shape (SAMPLES,): counts in each minute."""

    requests: dict[tuple[str, str, str], Ints]
    """Requests by (method, route, status)."""
    within: dict[str, Ints]
    """Requests by route within each bucket and in all: shape (len(BUCKETS) + 1, SAMPLES)."""
    busy: dict[str, Ints]
    """Microseconds spent by route."""
    orders: dict[str, Ints]
    """Orders that hold the product, by product."""

    def total(self, method: str = "", route: str = "", status: str = "") -> Ints:
        """Requests a minute that have each of the given labels."""
        asked = (method, route, status)
        return np.sum(
            [
                count
                for labels, count in self.requests.items()
                if all(want in ("", have) for want, have in zip(asked, labels, strict=True))
            ],
            axis=0,
            dtype=np.int64,
        )


def demand(chance: Chance, course: Course) -> Floats:
    """Requests a minute that customers make, shape (SAMPLES,). In the outage, many give up."""
    hours = np.array(_WEEKDAY * 5 + _WEEKEND * 2 + _WEEKDAY[:1], dtype=float)
    rhythm = np.interp(np.arange(SAMPLES) / 60, np.arange(len(hours)), hours)
    return rhythm * (1 + 0.05 * chance.drift(45)) * course.phases(1.0, 1.0, 0.6)


def split(count: Ints, parts: Sequence[Floats | float], chance: Chance) -> list[Ints]:
    """Deals `count` out by the fractions `parts`; the last array is what remains."""
    luck = chance.uniform(len(count))
    edges = [np.zeros(len(count), dtype=np.int64)]
    share: Floats | float = 0.0
    for part in parts:
        share = share + part
        edges.append(np.floor(count * share + luck).astype(np.int64).clip(max=count))
    edges.append(count)
    return [above - below for below, above in pairwise(edges)]


def _within(route: str, load: Floats, course: Course) -> Floats:
    """Fraction of requests within each bucket, shape (len(BUCKETS) + 1, SAMPLES)."""
    quick = np.array([course.phases(*three) for three in zip(*_WITHIN[route], strict=True)])
    slow = np.vstack([np.zeros(SAMPLES), quick[:-1]])
    weight = _QUEUEING * load * load
    return np.vstack([(1 - weight) * quick + weight * slow, np.ones(SAMPLES)])


def replicas(chance: Chance, course: Course) -> list[Replica]:
    """The week of the three replicas, which share the shop's requests evenly."""
    wanted = demand(chance, course)
    load = wanted / wanted.max()
    made = [Replica({}, {}, {}, {}) for _ in REPLICAS]
    for kind in KINDS:
        mean = wanted * kind.share
        number = np.floor(mean + np.sqrt(mean) * chance.bell() + 0.5).clip(min=0).astype(np.int64)
        third = [1 / 3 + 0.01 * chance.drift(60) for _ in REPLICAS[1:]]
        for replica, count in zip(made, split(number, third, chance), strict=True):
            endings = split(count, course.failing(kind), chance)
            for status, ended in zip([*kind.failures, "200"], endings, strict=True):
                replica.requests[kind.method, kind.route, status] = ended
    lower = np.array((0.0, *BUCKETS))
    upper = np.array((*BUCKETS, 4.0))
    typical = np.floor((lower + 0.45 * (upper - lower)) * 1e6).astype(np.int64)
    for replica in made:
        for route in ROUTES:
            total, luck = replica.total(route=route), chance.uniform()
            within = np.floor(total * _within(route, load, course) + luck).clip(max=total)
            replica.within[route] = np.maximum.accumulate(within.astype(np.int64))
            each = np.diff(replica.within[route], axis=0, prepend=0)
            jitter = np.floor(each.sum(axis=0) * 2000 * chance.uniform()).astype(np.int64)
            replica.busy[route] = typical @ each + jitter
        orders = replica.total("POST", "/checkout", "200")
        for product, (_, fraction) in PRODUCTS.items():
            held = np.floor(orders * fraction + chance.uniform()).clip(max=orders)
            replica.orders[product] = held.astype(np.int64)
    return made
