"""Chapter 04's exercises: the checks tell wrong answers apart, and say what is wrong with each."""

import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

PAGE = Path(__file__).parents[2] / "notebooks" / "04_custom_exporters.ipynb"
RIGHT = {
    "requestLatencyMs": "shop_http_request_duration_seconds",
    "OrderCount": "shop_orders_total",
    "cacheUsedKB": "shop_cache_used_bytes",
    "percentFree": "shop_disk_free_ratio",
    "lastBackup": "shop_backup_last_success_timestamp_seconds",
}


def scrape(collector: Any) -> str:
    """What the chapter's function of this name does."""
    registry = CollectorRegistry()
    registry.register(collector)
    return generate_latest(registry).decode()


@pytest.fixture(scope="module")
def checks() -> dict[str, Any]:
    """The names that the check cells define."""
    cells = nbformat.read(PAGE, as_version=4).cells
    names: dict[str, Any] = {"re": re, "np": np, "scrape": scrape}
    names |= {"CollectorRegistry": CollectorRegistry, "Histogram": Histogram}
    for cell in cells:
        if "check" in cell.metadata.get("tags", []):
            exec(cell.source, names)
    return names


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("requestLatencyMs", "shop_request_duration_ms", "The base unit of time is the second"),
        ("requestLatencyMs", "shop_request_timestamp_seconds", "a span of time"),
        ("requestLatencyMs", "shop_seconds", "of what?"),
        ("OrderCount", "shop_order_count", "ends in _total"),
        ("OrderCount", "orders_total", "who measures?"),
        ("cacheUsedKB", "shop_cache_used_kilobytes", "The base unit of memory"),
        ("cacheUsedKB", "shop_cacheUsed_bytes", "lower-case words"),
        ("percentFree", "shop_disk_free_percent", "never percent"),
        ("lastBackup", "shop_last_backup_seconds", "A point in time"),
        ("lastBackup", "", "not yet"),
    ],
)
def test_names(
    checks: dict[str, Any], capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    checks["check_names"](RIGHT)
    assert capsys.readouterr().out == "Right, all five.\n"
    checks["check_names"]({**RIGHT, old: new})
    out = capsys.readouterr().out
    assert said in out and out.endswith("4 of 5.\n")


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((), "Not yet"),
        (0.3, "Write a tuple: (0.3,)"),
        ((100, 200, 300), "Are these milliseconds?"),
        ((0.3, 0.1), "go up"),
        ((0, 0.3), "Bounds are positive"),
        ((0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7), "at most six"),
        ((0.1, 0.2, 0.3), "beyond your last bound"),
        ((0.1, 0.2, 0.28, 0.34, 0.4, 1), "The objective is no bound"),
        ((0.1, 0.3, 1), "More than a tenth off"),
        ((0.1, 0.2, 0.3, 0.4, 0.6, 1), "Right."),
        ((0.3, 0.35), "Right."),
    ],
)
def test_bounds(
    checks: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    bounds: tuple[float, ...] | float,
    said: str,
) -> None:
    checks["check_bounds"](bounds)
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (None, "Not yet"),
        (3240, "besides the nine bounds"),
        (3600, "Nearly: besides the buckets"),
        (3960, "both _sum and _count"),
        (1080, "For one replica"),
        (672, "you added them"),
        (360, "would be a counter"),
        (7, "Take one combination"),
        (4320, "Right"),
    ],
)
def test_series(
    checks: dict[str, Any], capsys: pytest.CaptureFixture[str], number: int | None, said: str
) -> None:
    checks["check_series"](number)
    assert said in capsys.readouterr().out


def collector(
    checks: dict[str, Any], kind: Any = CounterMetricFamily, speed: float = 0.3, up: str = "both"
) -> Any:
    """A robot's collector with something wrong; `up`: never, half, broken (raise), both."""

    class Robot:
        def collect(self) -> Any:
            try:
                parcels = checks["robot"]()["parcels"]
            except OSError:
                if up == "half":
                    raise
                if up == "broken":
                    raise UnboundLocalError("parcels") from None
                yield GaugeMetricFamily("robot_up", "Up.", value=0 if up == "both" else 1)
                return
            name = "robot_parcels" + ("_total" if kind is GaugeMetricFamily else "")
            family = kind(name, "Parcels.", labels=["bench"])
            for bench, number in parcels.items():
                family.add_metric([bench], number)
            yield family
            if speed:
                yield GaugeMetricFamily("robot_belt_speed_meters_per_second", "Speed.", value=speed)
            if up != "never":
                yield GaugeMetricFamily("robot_up", "Up.", value=1)

    return Robot()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": GaugeMetricFamily}, "That is a counter"),
        ({"speed": 0}, "Now robot_belt_speed"),
        ({"speed": 1800}, "18 m a minute"),
        ({"up": "never"}, "robot_up should be 1"),
        ({"up": "half"}, "collect raises OSError: the robot does not answer. The page is lost"),
        ({"up": "broken"}, "collect raises UnboundLocalError: "),
        ({"up": "one"}, "robot_up 0 and nothing else"),
        ({}, "Right."),
    ],
)
def test_collector(
    checks: dict[str, Any], capsys: pytest.CaptureFixture[str], wrong: dict[str, Any], said: str
) -> None:
    checks["check_collector"](collector(checks, **wrong))
    assert said in capsys.readouterr().out


def test_collectors_without_labels_and_without_anything(
    checks: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    class Plain:
        def collect(self) -> Any:
            yield CounterMetricFamily("robot_parcels", "Parcels.", value=225)

    class Nothing:
        def collect(self) -> Any:
            yield from ()

    checks["check_collector"](Plain())
    assert "has no label" in capsys.readouterr().out
    checks["check_collector"](Nothing())
    assert "the page is empty" in capsys.readouterr().out
