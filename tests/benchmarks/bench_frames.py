"""One million samples (100 series × 10,000) from a local HTTP server to a DataFrame.

Against prometheus-api-client's MetricRangeDataFrame and prometheus-pandas, from one run, turn by
turn. The server and each look at the memory are processes of their own, which run this file.
"""

import importlib
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from lab_helpers.setup.images import ROOT
from tests.benchmarks.figure import Figure

SERIES, SAMPLES, STEP, START = 100, 10_000, 60, 1_772_409_600
END = START + STEP * (SAMPLES - 1)
QUERY = "sum by (instance) (rate(shop_http_requests_total[5m]))"
ROUNDS = 5


def to_a_frame(samples: int = SAMPLES, rounds: int = ROUNDS) -> Iterator[Figure]:
    """Time and peak memory against either library, and whether all three frames are the same."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_frames"]
    serve = [*command, "serve", str(samples)]
    server = subprocess.Popen(serve, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        took, same = race(url, rounds)
        peak = {
            name: float(subprocess.check_output([*command, "peak", name, url], cwd=ROOT, text=True))
            for name in CONTENDERS
        }
    finally:
        server.terminate()
        server.wait()
    for name, goal in (("MetricRangeDataFrame", 6), ("prometheus-pandas", 9)):
        ratio = took[name] / took["frames"]
        value = f"{ratio:.1f} × ({1e3 * took[name]:.0f} / {1e3 * took['frames']:.0f} ms)"
        yield Figure(f"1 M samples, as fast as {name}", value, f"≥ {goal} ×", ratio >= goal)
        value, less = f"{peak['frames']:.0f} / {peak[name]:.0f} MiB", peak["frames"] < peak[name]
        yield Figure(f"1 M samples, memory against {name}", value, "less", less)
    yield Figure("1 M samples, equal to the last bit", "yes" if same else "no", "yes", same)


def race(url: str, rounds: int) -> tuple[dict[str, float], bool]:
    """Seconds each takes (median of the rounds), and whether their frames hold the same."""
    took: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    contents = set()
    for number in range(rounds + 1):
        for name, fetch in CONTENDERS.items():
            begin = time.perf_counter()
            frame = fetch(url)
            if number > 0:  # the first round loads the libraries
                took[name].append(time.perf_counter() - begin)
            else:
                contents.add(content(frame))
            del frame
    return {name: statistics.median(times) for name, times in took.items()}, len(contents) == 1


def with_frames(url: str) -> Any:
    """Ours: wide."""
    from lab_helpers.promql.client import PromQLClient

    return PromQLClient(url).query_range(QUERY, START, END, step=STEP)


def with_metric_range(url: str) -> Any:
    """prometheus-api-client's: long, one series below the other."""
    from prometheus_api_client import MetricRangeDataFrame, PrometheusConnect

    span = [datetime.fromtimestamp(moment, UTC) for moment in (START, END)]
    return MetricRangeDataFrame(PrometheusConnect(url).custom_query_range(QUERY, *span, str(STEP)))


def with_prometheus_pandas(url: str) -> Any:
    """prometheus-pandas's: wide, names flattened into text."""
    library = importlib.import_module("prometheus_pandas.query")
    return library.Prometheus(url).query_range(QUERY, START, END, STEP)


CONTENDERS: dict[str, Callable[[str], Any]] = {
    "frames": with_frames,
    "MetricRangeDataFrame": with_metric_range,
    "prometheus-pandas": with_prometheus_pandas,
}


def content(frame: Any) -> tuple[bytes, bytes]:
    """Give the bits of a frame's numbers, and of its times, series by series."""
    if "value" in frame.columns:
        values = frame["value"].to_numpy().reshape(SERIES, -1)
        times = frame.index.to_numpy(dtype="datetime64[ns]")[: values.shape[1]]
    else:
        values, times = frame.to_numpy().T, frame.index.to_numpy(dtype="datetime64[ns]")
    return values.tobytes(), times.tobytes()


def peak(name: str, url: str) -> float:
    """MiB that one fetch adds to what the process holds once the libraries are loaded."""
    import matplotlib.pyplot  # noqa: F401 (prometheus-api-client loads it: held against nobody)
    import pandas  # noqa: F401
    import prometheus_api_client.metric_range_df  # noqa: F401

    before = _high_water()
    frame = CONTENDERS[name](url)
    assert len(frame)
    return _high_water() - before


def _high_water() -> float:
    """Give the most memory that this process has held, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # unlike getrusage, this forgets the process that started us
        line = next(li for li in status.read_text().splitlines() if li.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def serve(samples: int) -> None:
    """Answer everything with so many samples a series, in one chunk, as Prometheus does."""
    source = random.Random(20260302)
    parts = []
    for number in range(SERIES):
        pairs = ((START + STEP * n, source.expovariate(0.1)) for n in range(samples))
        values = ",".join(f'[{moment},"{value!r}"]' for moment, value in pairs)
        parts.append(f'{{"metric":{{"instance":"web-{number}"}},"values":[{values}]}}')
    data = f'{{"resultType":"matrix","result":[{",".join(parts)}]}}'
    body = f'{{"status":"success","data":{data}}}'.encode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.writelines([b"%x\r\n" % len(body), body, b"\r\n0\r\n\r\n"])
            self.close_connection = True  # one caller at a time, and each comes anew

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", samples]:
            serve(int(samples))
        case ["peak", name, url]:
            print(peak(name, url))
