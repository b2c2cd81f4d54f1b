"""An exporter whose collector asks something that does not answer."""

import threading
import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric


class Thermometer:
    def collect(self) -> Iterator[Metric]:
        time.sleep(20)  # a connection without a time limit, to a device that has gone
        yield GaugeMetricFamily("cellar_temperature_celsius", "Temperature.", value=12.5)


registry = CollectorRegistry()
registry.register(Thermometer())
start_http_server(8000, registry=registry)
threading.Event().wait()
