"""The tracer: a thousand targets through twenty rules."""

import time
from collections.abc import Iterator
from statistics import median

from lab_helpers.discovery import trace
from tests.benchmarks.figure import Figure

RULES, GOAL = 20, 0.5  # seconds


def many_targets(*, targets: int = 1_000) -> Iterator[Figure]:
    """The median of five."""
    rule = "  - {{source_labels: [a, b], regex: '(.*);(.*){0}?', target_label: t{0}}}\n"
    rules = "".join(map(rule.format, range(RULES)))
    config = f"scrape_configs:\n- job_name: a\n  relabel_configs:\n{rules}"
    found = [{"__address__": f"host-{n}:80", "a": f"x{n}", "b": "y"} for n in range(targets)]
    times = []
    for _ in range(5):
        began = time.perf_counter()
        trace(config, "a", found)
        times.append(time.perf_counter() - began)
    took = median(times)
    name = f"{targets} targets traced through {RULES} rules"
    yield Figure(name, f"{took:.2f} s", f"< {GOAL} s", took < GOAL)
