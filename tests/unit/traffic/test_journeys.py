"""The visitors' journeys: what the seed decides."""

import itertools
import re
from collections import Counter

import pytest

from lab_helpers.traffic.journeys import JOURNEYS, MIX, Request, mean_length, plan, shares

PINNED = [
    (0.023087, 1, "GET", "/"),
    (0.060793, 2, "GET", "/"),
    (0.210403, 3, "GET", "/"),
    (0.271505, 4, "GET", "/"),
]


def first(count: int, rate: float = 20.0, seed: int = 1) -> list[Request]:
    return list(itertools.islice(plan(rate, seed), count))


def test_the_same_seed_plans_the_same() -> None:
    assert first(500) == first(500)
    assert first(500) != first(500, seed=2)


def test_the_plan_is_that_of_every_machine() -> None:
    assert [(round(r.due, 6), r.visitor, r.method, r.route) for r in first(4)] == PINNED


def test_each_request_has_a_trace_of_its_own() -> None:
    traces = [request.trace for request in first(5_000)]
    assert len(set(traces)) == 5_000
    assert all(re.fullmatch("[0-9a-f]{32}", trace) and int(trace, 16) for trace in traces)


def test_the_plan_is_in_order_and_has_the_rate() -> None:
    requests = first(20_000, rate=50.0)
    due = [request.due for request in requests]
    assert due == sorted(due)
    assert len(requests) / due[-1] == pytest.approx(50.0, rel=0.03)


def test_arrivals_are_poisson() -> None:
    requests = first(30_000, rate=50.0)
    arrivals = sorted({request.visitor: request.due for request in reversed(requests)}.values())
    gaps = [later - earlier for earlier, later in itertools.pairwise(arrivals)]
    mean = sum(gaps) / len(gaps)
    spread = (sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) ** 0.5
    assert mean == pytest.approx(mean_length() / 50.0, rel=0.03)
    assert spread == pytest.approx(mean, rel=0.05)  # an exponential's mean is its deviation


def test_shares_foretell_the_routes() -> None:
    requests = first(30_000)
    counted = Counter(f"{request.method} {request.route}" for request in requests)
    assert sum(shares().values()) == pytest.approx(1.0)
    for step, share in shares().items():
        assert counted[step] / len(requests) == pytest.approx(share, rel=0.05)


def test_every_visitor_makes_a_journey() -> None:
    steps: dict[int, list[str]] = {}
    for request in first(2000):
        steps.setdefault(request.visitor, []).append(f"{request.method} {request.route}")
    whole = [tuple(done) for visitor, done in steps.items() if visitor < max(steps) - 50]
    assert set(whole) == {JOURNEYS[name] for name in MIX}
