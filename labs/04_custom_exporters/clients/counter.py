"""Python: `pip install prometheus-client`. Source: https://github.com/prometheus/client_python"""

import threading

from prometheus_client import Counter, start_http_server

parcels = Counter("parcels_packed_total", "Parcels packed so far.", ["bench"])

parcels.labels(bench="1").inc()
parcels.labels(bench="2").inc(2)
start_http_server(8000)
threading.Event().wait()
