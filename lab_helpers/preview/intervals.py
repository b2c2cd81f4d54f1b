"""How far apart points are, and how long `$__rate_interval` is: Grafana's rounding."""

import math
from dataclasses import dataclass
from typing import Any

from lab_helpers.errors import WorkshopError
from lab_helpers.promql.durations import seconds

#: Below so many seconds a distance is rounded to the second number.
_ROUND = (
    (0.01, 0.001), (0.015, 0.01), (0.035, 0.02), (0.075, 0.05), (0.15, 0.1), (0.35, 0.2),
    (0.75, 0.5), (1.5, 1), (3.5, 2), (7.5, 5), (12.5, 10), (17.5, 15), (25, 20), (45, 30),
    (90, 60), (210, 120), (450, 300), (750, 600), (1050, 900), (1500, 1200), (2700, 1800),
    (5400, 3600), (9000, 7200), (16200, 10800), (32400, 21600), (86400, 43200), (604800, 86400),
    (1814400, 604800), (3628800, 2592000),
)  # fmt: skip
_YEAR = 31536000.0
MOST_POINTS = 300  # asked for where the panel does not say how many
_SAFE_POINTS = 11000  # more, Prometheus refuses
_LETTERS = (("y", _YEAR), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1), ("ms", 0.001))


def rounded(interval: float) -> float:
    """The round number of seconds that Grafana takes for a distance between points."""
    return float(next((round_ for below, round_ in _ROUND if interval < below), _YEAR))


@dataclass(frozen=True)
class Spacing:
    """Seconds between two points of a query, and those of its `$__rate_interval`."""

    step: float
    rate: float

    @classmethod
    def of(
        cls, span: float, scrape: float, panel: dict[str, Any], target: dict[str, Any], fill: Any
    ) -> "Spacing":
        """As Grafana reckons it for a query.

        Args:
            span: seconds that the panel shows.
            scrape: seconds between two scrapes, as the data source is told.
            panel, target: whose `interval`, `maxDataPoints` and `intervalFactor` are heeded.
            fill: replaces variables in a text.
        """
        points = panel.get("maxDataPoints")
        points = points if isinstance(points, int | float) and points > 0 else MOST_POINTS
        least = _minimum(panel.get("interval"), fill) or scrape
        shown = max(least, rounded(span / points))
        asked = str(target.get("interval") or "")
        of_query = 0.0 if "__" in asked else _minimum(asked, fill)
        step = max(of_query or shown, rounded(span / points), rounded(span / _SAFE_POINTS))
        base = of_query or scrape
        rate = max(shown + base, 4 * base)
        if "__rate_interval" in asked:
            return cls(max(step + scrape, 4 * scrape), max(step + scrape, 4 * scrape))
        if "__interval" in asked:
            rate = max(shown + step, 4 * step)
        factor = target.get("intervalFactor")
        factor = factor if isinstance(factor, int) and factor > 0 else 1
        return cls(step * factor, rate)


def _minimum(text: Any, fill: Any) -> float:
    """A lower limit such as "15s" or ">15s", in seconds; 0 where there is none that is known."""
    plain = fill(str(text or "")).strip().lstrip(">").strip()
    try:
        return float(plain) if plain.replace(".", "", 1).isdigit() else seconds(plain)
    except WorkshopError:
        return 0.0


def as_interval(length: float) -> str:
    """Seconds in the largest unit that fits, as Grafana writes `$__interval`: "10s", "5m"."""
    for letter, size in _LETTERS:
        if length >= size:
            return f"{math.floor(length / size + 1e-9)}{letter}"
    return "1ms"


def as_duration(length: float) -> str:
    """Seconds as Go writes a duration, and Grafana `$__rate_interval`: "6m0s", "1h0m0s"."""
    if length < 1:
        return f"{length * 1000:g}ms"
    hours, rest = divmod(length, 3600)
    minutes, rest = divmod(rest, 60)
    text = f"{rest:g}s"
    if hours:
        return f"{hours:.0f}h{minutes:.0f}m{text}"
    return f"{minutes:.0f}m{text}" if minutes else text
