"""The same exporter with prometheus_client."""

import sys
import threading
from functools import partial
from pathlib import Path

from prometheus_client import Gauge, start_http_server


def waiting(folder: Path) -> float:
    return len(list(folder.iterdir()))


WAITING = Gauge("packing_orders_waiting", "Orders that wait to be packed.", ["product"])
for product in sys.argv[1:]:
    folder = Path("/tmp/orders") / product
    folder.mkdir(parents=True)
    WAITING.labels(product).set_function(partial(waiting, folder))  # asked at each scrape

start_http_server(8000)
threading.Event().wait()  # the server has threads of its own; stay, so that they can
