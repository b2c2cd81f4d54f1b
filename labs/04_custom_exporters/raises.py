"""An exporter whose collector trips over what it finds."""

import threading
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric


class Thermometer:
    def collect(self) -> Iterator[Metric]:
        reading = "n/a"  # what the thermometer says when its battery is empty
        yield GaugeMetricFamily("cellar_temperature_celsius", "Temperature.", value=float(reading))


registry = CollectorRegistry()
registry.register(Thermometer())
start_http_server(8000, registry=registry)
threading.Event().wait()
