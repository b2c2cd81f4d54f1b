"""Values as Grafana writes them."""

import pytest

from lab_helpers.preview.units import words


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.25, "percentunit", "25%"), (0.0123, "percentunit", "1.23%"),
        (0.012, "s", "12 ms"), (0, "s", "0 s"), (90, "s", "1.50 mins"), 
        (float("inf"), "s", "∞ years"),
        (1536, "bytes", "1.50 KiB"), (5e5, "Bps", "500 kB/s"), (20.34, "reqps", "20.3 req/s"),
        (1_234_567, "short", "1.23 Mil"), (float("nan"), "short", "NaN"),
        (2345.6, "currencyEUR", "€2.35K"), (3, "furlongs", "3 furlongs"), (5400, "s", "1.50 hours"),
        (1234, "ops", "1.23K ops/s"), (5, "currencyEUR", "€5"), (0, "dtdurations", "0 seconds"),
        (3601, "dtdurations", "1 hour"), (180.5, "dtdurations", "3 minutes"),
    ],
)  # fmt: skip
def test_units_are_written_as_grafana_does(value: float, unit: str, text: str) -> None:
    assert words(value, unit) == text


def test_a_duration_has_as_many_smaller_units_as_decimals() -> None:
    assert words(90061, "dtdurations", 2) == "1 day, 1 hour, 1 minute"
