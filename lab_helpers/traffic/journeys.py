"""What the shop's visitors do: journeys drawn from a seed, and the requests they are made of."""

import heapq
import random
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pandas import DataFrame

THINKING = (0.2, 0.5)  # seconds between two requests of a visitor, evenly spread
PRODUCTS = ("espresso-cup", "teapot", "coffee-beans", "green-tea", "milk-jug", "grinder")

#: what a visitor does, one request after another
JOURNEYS: Mapping[str, tuple[str, ...]] = {
    "look": ("GET /", "GET /products"),
    "fill a cart": ("GET /", "GET /products", "POST /cart", "GET /cart"),
    "buy": ("GET /", "GET /products", "POST /cart", "GET /cart", "POST /checkout"),
    "one page": ("GET /",),
}
#: how many of ten visitors do so
MIX: Mapping[str, float] = {"look": 5, "fill a cart": 3, "buy": 2}


class Request(NamedTuple):
    """One request of the plan: when (seconds from the start), who, and what.

    ``trace`` is its trace id: 32 hexadecimal digits (https://www.w3.org/TR/trace-context/).
    """

    due: float
    visitor: int
    method: str
    route: str
    form: dict[str, str]
    trace: str


class Outcome(NamedTuple):
    """What came of a request: a status, and when it was sent and answered (seconds from the start).

    The status is HTTP's, as text, or `timeout`, `refused`, `broken`, `dropped`.
    """

    request: Request
    status: str
    sent: float
    answered: float


def plan(rate: float, seed: int, mix: Mapping[str, float] = MIX) -> Iterator[Request]:
    """The requests of an endless visit, in order of time: the same for the same arguments.

    Visitors arrive as a Poisson process. Each does one journey of `JOURNEYS`, drawn with the
    weights of ``mix``, with a pause of 0.2 to 0.5 s between two requests. ``rate`` is requests a
    second, on average, once the first visitors are through (a second or two).
    """
    draw, traces = random.Random(seed), random.Random(f"traces of {seed}")
    names, weights = list(mix), list(mix.values())
    arrivals = rate / mean_length(mix)
    due: list[Request] = []
    now, visitor = 0.0, 0
    while True:
        now += draw.expovariate(arrivals)
        while due and due[0].due <= now:
            yield heapq.heappop(due)
        visitor += 1
        moment = now
        for step in JOURNEYS[draw.choices(names, weights)[0]]:
            method, route = step.split()
            form = {"product": draw.choice(PRODUCTS)} if step == "POST /cart" else {}
            trace = f"{traces.getrandbits(128):032x}"
            heapq.heappush(due, Request(moment, visitor, method, route, form, trace))
            moment += draw.uniform(*THINKING)


def mean_length(mix: Mapping[str, float] = MIX) -> float:
    """Requests that a visitor makes on average."""
    return sum(weight * len(JOURNEYS[name]) for name, weight in mix.items()) / sum(mix.values())


def shares(mix: Mapping[str, float] = MIX) -> dict[str, float]:
    """The share of each request in the load, by "METHOD route"; they add up to 1."""
    total: dict[str, float] = {}
    for name, weight in mix.items():
        for step in JOURNEYS[name]:
            total[step] = total.get(step, 0.0) + weight
    return {step: weight / sum(total.values()) for step, weight in total.items()}


def frame(outcomes: Iterable[Outcome], start: float) -> "DataFrame":
    """One row a request, in the order in which they were due; see `Traffic.requests`.

    start: the moment from which the outcomes count, in UNIX seconds.
    """
    import pandas as pd

    rows = [
        (start + o.request.due, *o.request[1:4], o.status, o.answered - o.request.due,
         o.sent - o.request.due, o.request.trace)
        for o in sorted(outcomes, key=lambda o: o.request[:2])
    ]  # fmt: skip
    names = ["due", "visitor", "method", "route", "status", "seconds", "waited", "trace"]
    table = pd.DataFrame(rows, columns=names)
    table["due"] = pd.to_datetime(table["due"], unit="s", utc=True).dt.as_unit("us")
    return table
