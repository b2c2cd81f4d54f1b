"""The judge of programs: what it says of a page that says something else than it should."""

from collections.abc import Callable, Iterable

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary, generate_latest

from lab_helpers.grading.judges.program import Durations, Metric, NothingElse, Request, read_page
from lab_helpers.grading.judges.program.exposition import Page
from lab_helpers.grading.judges.program.found import Found
from lab_helpers.grading.judges.program.look import Expected, Look

PLAIN = "text/plain; version=0.0.4; charset=utf-8"
ORDERS = Metric("shop_orders_total", "counter", {("tea",): 3, ("cup",): 1}, ("product",))
OPEN = Metric("shop_carts_open", "gauge", {(): 0})
Fill = Callable[[CollectorRegistry], object]


def page(*metrics: Fill) -> Page:
    """The page that the client library makes of some metrics."""
    registry = CollectorRegistry()
    for make in metrics:
        make(registry)
    return read_page(PLAIN, generate_latest(registry).decode())


def orders(tea: float, cup: float, name: str = "shop_orders", kind: type = Counter) -> Fill:
    """A counter of orders by product."""

    def make(registry: CollectorRegistry) -> None:
        metric = kind(name, "Orders.", ["product"], registry=registry)
        metric.labels("tea").inc(tea)
        metric.labels("cup").inc(cup)

    return make


def sent(ok: int, failed: int = 0) -> tuple[Request, ...]:
    """So many requests, of which the last ones end with an error."""
    return (Request("/"),) * ok + (Request("/", status=500),) * failed


def diagnosis(
    expected: Expected,
    found: Page,
    before: Page | None = None,
    requests: tuple[Request, ...] = (),
) -> str:
    """What is wrong with a page, after some requests; "" if nothing is."""
    took = tuple(request.seconds or 0.01 for request in requests)
    try:
        expected.hold(Look(found, before, frozenset({expected.name}), requests, took))
    except Found as mistake:
        assert mistake.message.endswith((".", "?"))
        return mistake.diagnosis
    return ""


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        (orders(3, 1), ""),
        (orders(3, 1, "shop_orders", Gauge), "wrong type"),
        (orders(3, 1, "shop_orders_total", Gauge), "wrong type"),
        (orders(3, 1, "shop_Orders"), "not snake case"),
        (orders(3, 1, "shop_order"), "metric missing"),
        (lambda registry: Gauge("unlike", "Other.", registry=registry), "metric missing"),
        (lambda r: Counter("shop_orders", "Orders.", ["product"], registry=r), "no series yet"),
        (lambda r: Counter("shop_orders", "Orders.", registry=r), "label missing"),
        (
            lambda r: Counter("shop_orders", "O.", ["product", "id"], registry=r).labels("tea", 1),
            "label too many",
        ),
        (
            lambda r: Counter("shop_orders", "", ["product"], registry=r).labels("tea"),
            "help missing",
        ),
    ],
)
def test_names_types_and_labels(metric: Fill, said: str) -> None:
    assert diagnosis(ORDERS, page(metric)) == said


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("job_duration_ms", "job_duration_seconds", "not a base unit"),
        ("job_size_kilobytes", "job_size_bytes", "not a base unit"),
        ("job_free_percent", "job_free_ratio", "not a base unit"),
        ("job_duration", "job_duration_seconds", "unit missing"),
        ("job_length_seconds", "job_duration_seconds", "metric missing"),
    ],
)
def test_units_in_names(name: str, asked: str, said: str) -> None:
    found = page(lambda registry: Gauge(name, "Of the job.", registry=registry))
    assert diagnosis(Metric(asked, "gauge", {(): 0}), found) == said


def test_a_counter_without_total_and_a_metric_without_type() -> None:
    text = "# HELP shop_orders O.\n# TYPE shop_orders counter\nshop_orders 3\n"
    asked = Metric("shop_orders_total", "counter", {(): 3})
    assert diagnosis(asked, read_page(PLAIN, text)) == "no _total"
    assert diagnosis(OPEN, read_page(PLAIN, "shop_carts_open 0\n")) == "type missing"


@pytest.mark.parametrize(
    ("tea", "cup", "ok", "failed", "said"),
    [
        (3, 1, 4, 2, ""),
        (6, 2, 4, 2, "counted twice"),
        (3, 0, 3, 1, "failures not counted"),
        (4, 1, 4, 1, "failures counted too"),
        (300, 1, 4, 0, "off by a unit"),
        (5, 1, 4, 0, "wrong value"),
    ],
)
def test_values_of_counters(tea: float, cup: float, ok: int, failed: int, said: str) -> None:
    assert diagnosis(ORDERS, page(orders(tea, cup)), requests=sent(ok, failed)) == said


def test_values_before_and_after() -> None:
    nothing = Metric("shop_orders_total", "counter", {("tea",): 0, ("cup",): 0}, ("product",))
    assert diagnosis(nothing, page(orders(1, 0))) == "counted at start"
    same = page(orders(2, 1))
    assert diagnosis(ORDERS, same, before=same, requests=sent(1)) == "not counted"
    assert diagnosis(ORDERS, same, before=same) == "not live"
    stuck = page(lambda registry: Gauge("shop_carts_open", "Now.", registry=registry).set(2))
    assert diagnosis(OPEN, stuck, requests=sent(3, 2)) == "never comes down"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"tea": 3, "cup": 1, "pot": 0}, ""),
        ({"tea": 3, "cup": 1, "pot": 1}, "wrong label value"),
        ({"tea": 3, "Cup": 1}, "wrong label value"),
        ({"tea": 3}, "series missing"),
        ({"tea": 4}, "values merged"),
        ({f"order {number}": 1 for number in range(20)}, "unbounded label"),
    ],
)
def test_series_of_a_counter(values: dict[str, float], said: str) -> None:
    def make(registry: CollectorRegistry) -> None:
        counter = Counter("shop_orders", "Orders.", ["product"], registry=registry)
        for product, value in values.items():
            counter.labels(product).inc(value)

    assert diagnosis(ORDERS, page(make), requests=sent(4)) == said


def test_a_series_whose_source_is_gone() -> None:
    def rooms(*names: str) -> Page:
        def make(registry: CollectorRegistry) -> None:
            gauge = Gauge("room_celsius", "Now.", ["room"], registry=registry)
            for number, name in enumerate(names):
                gauge.labels(name).set(number)

        return page(make)

    asked = Metric("room_celsius", "gauge", {("ice",): 0}, ("room",))
    assert (
        diagnosis(asked, rooms("ice", "fish"), before=rooms("dairy", "fish")) == "series left over"
    )
    assert diagnosis(asked, rooms("ice")) == ""


def test_nothing_else() -> None:
    alone = NothingElse("shop_", frozenset({"shop_up"}))

    def shop(orders: float) -> Page:
        return page(
            lambda r: Gauge("shop_up", "Up.", registry=r),
            lambda r: Gauge("other_carts", "Now.", registry=r),
            *([lambda r: Gauge("shop_orders_open", "Now.", registry=r).set(orders)] * (orders > 0)),
        )

    assert diagnosis(alone, shop(0)) == ""
    assert diagnosis(alone, shop(2), before=shop(3)) == "half a page"
    assert diagnosis(alone, shop(3), before=shop(3)) == "stale values"


SECONDS = Durations("job_seconds", 0.4, 0.025, 0.7, most=8)
GOOD = (0.025, 0.05, 0.1, 0.2, 0.4, 0.8)


@pytest.mark.parametrize(
    ("bounds", "factor", "said"),
    [
        (GOOD, 1, ""),
        ((0.02, 0.03, 0.05, 0.1, 0.2, 0.4, 0.7, 5), 1, ""),
        (GOOD, 1000, "off by a unit"),
        (GOOD, 0.1, "measured too little"),
        (GOOD, 5, "measured too much"),
        ((25, 50, 400), 1, "all in one bucket"),
        ((0.0001, 0.0004), 1, "all in +Inf"),
        ((0.025, 0.05, 0.1, 0.2, 0.5, 1), 1, "objective no bound"),
        ((0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4, 0.8), 1, "too many buckets"),
        ((0.05, 0.1, 0.2, 0.4, 0.8), 1, "range not covered"),
        ((0.025, 0.05, 0.1, 0.4, 0.8), 1, "bucket too wide"),
    ],
)
def test_bounds_and_sums_of_a_histogram(bounds: Iterable[float], factor: float, said: str) -> None:
    seconds = (0.03, 0.06, 0.3, 0.5)

    def make(registry: CollectorRegistry) -> None:
        histogram = Histogram("job_seconds", "Time.", buckets=tuple(bounds), registry=registry)
        for each in seconds:
            histogram.observe(each * factor)

    requests = tuple(Request("/", seconds=each) for each in seconds)
    assert diagnosis(SECONDS, page(make), requests=requests) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('job_seconds_bucket{le="+Inf"} 0', "no buckets"),
        ('job_seconds_bucket{le="many"} 0', "no buckets"),
        ("job_seconds_bucket 0", "no buckets"),
        ('job_seconds_bucket{le="0.4"} 2\njob_seconds_bucket{le="0.8"} 1', "not cumulative"),
        ('job_seconds_bucket{le="0.4",job="a"} 0', "label too many"),
        ("job_seconds_count 3", "counted at start"),
    ],
)
def test_histograms_by_hand(text: str, said: str) -> None:
    head = "# HELP job_seconds Time.\n# TYPE job_seconds histogram\n"
    assert diagnosis(SECONDS, read_page(PLAIN, head + text + "\n")) == said


@pytest.mark.parametrize(
    ("observed", "failed", "said"),
    [
        (0, 1, "not counted"),
        (3, 1, "failures not counted"),
        (8, 0, "counted twice"),
        (7, 0, "wrong value"),
    ],
)
def test_counts_of_a_histogram(observed: int, failed: int, said: str) -> None:
    def make(registry: CollectorRegistry) -> None:
        histogram = Histogram("job_seconds", "Time.", buckets=GOOD, registry=registry)
        for _ in range(observed):
            histogram.observe(0.01)

    assert diagnosis(SECONDS, page(make), requests=sent(4 - failed, failed)) == said
    summary = page(lambda registry: Summary("job_seconds", "Time.", registry=registry))
    assert diagnosis(SECONDS, summary) == "wrong type"
