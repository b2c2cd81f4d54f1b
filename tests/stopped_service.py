"""A lab whose memcached was stopped, and what those who ask for it see: printed as JSON.

A program of its own, so that a test can run it on another engine.
"""

import json

from lab_helpers.lab import Lab
from lab_helpers.services.base import Service
from lab_helpers.services.exporters import MemcachedExporterContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.shop import MemcachedContainer
from lab_helpers.setup import engine
from lab_helpers.setup.images import image_for

CONFIG = """\
global: { scrape_interval: 1s }
scrape_configs:
  - job_name: memcached
    static_configs: [{ targets: ["memcached-exporter:9150"] }]
"""

ASK = """\
import json, socket, sys, time
took = {}
for family in (socket.AF_UNSPEC, socket.AF_INET, socket.AF_INET6):
    began = time.monotonic()
    try:
        socket.getaddrinfo(sys.argv[1], 80, family)
        sys.exit("it was found")
    except socket.gaierror:
        took[family.name] = time.monotonic() - began
print(json.dumps(took))
"""


def refused_in(service: Service, name: str) -> dict[str, float]:
    """The seconds until ``name`` is refused in a service's container, by family of addresses."""
    said = engine.client().containers.run(
        image_for("shop"),
        ["-c", ASK, name],
        entrypoint=["python3"],
        # not run in the container itself: its image may have no shell
        network_mode=f"container:{service.get_wrapped_container().id}",
        remove=True,
    )
    took: dict[str, float] = json.loads(said)
    return took


def main() -> None:
    memcached, exporter = MemcachedContainer(), MemcachedExporterContainer()
    prometheus = PrometheusContainer(config=CONFIG)
    with Lab(memcached, exporter, prometheus, name="stopped service") as lab:

        def seen(metric: str) -> float | None:
            found = prometheus.query(metric).value
            return float(found.iloc[0]) if len(found) else None

        lab.wait_until(lambda: seen("memcached_up") == 1, "memcached is scraped")
        memcached.get_wrapped_container().stop(timeout=0)
        lab.wait_until(lambda: seen("memcached_up") != 1, "the next scrape is in")
        report = {
            "up": seen("up"),
            "memcached_up": seen("memcached_up"),
            "name": {s.name: refused_in(s, "memcached") for s in (exporter, prometheus)},
            "outside": {s.name: refused_in(s, "nowhere.example") for s in (exporter, prometheus)},
        }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
