"""Nailing a query to a moment; tests/containers/promql holds it against Prometheus."""

import pytest

from lab_helpers.promql.pinned import pinned


@pytest.mark.parametrize(
    ("expr", "there"),
    [
        ('up{job="a"}', 'up{job="a"} @ 7.500'),
        ("up offset 5m", "up @ 7.500 offset 5m"),
        ("up @ 3 + up @ end()", "up @ 3.000 + up @ end()"),
        ("rate(up[5m])", "rate(up[5m] @ 7.500)"),
        ("max_over_time(rate(up[5m])[1h:1m])", "max_over_time(rate(up[5m])[1h:1m] @ 7.500)"),
        ("a / avg_over_time(a[1h:])", "a @ 7.500 / avg_over_time(a[1h:] @ 7.500)"),
        ("vector(1) + time()", "vector(1) + time()"),
        ("rate(", "rate("),
    ],
)
def test_each_selector_is_nailed_once(expr: str, there: str) -> None:
    assert pinned(expr, 7.5) == there
