"""An incident on a running shop: how soon it is there, and what the engine costs meanwhile."""

import time
from collections.abc import Iterator
from functools import partial

import psutil

from lab_helpers.incident import Field, Incident
from lab_helpers.waiting import wait_until
from tests.benchmarks.figure import Figure

SOON = 10.0  # seconds
SHARE = 0.05  # of the machine


def on_a_field(seeds: tuple[int, ...] = (1, 2, 3, 4, 5), level: int = 3) -> Iterator[Figure]:
    """From asking until a first fault is there, and the processor time of all that runs it."""
    with Field(name="bench of incidents") as field:
        took, used, lasted = [], 0.0, 0.0
        for incident in (Incident(seed, level) for seed in seeds):
            busy, began = time.process_time(), time.monotonic()
            incident.start(field)
            wait_until(partial(_has_begun, incident), "it is there", interval=0.5)
            used += time.process_time() - busy
            lasted += time.monotonic() - began
            (first, *_) = incident.end().faults
            assert incident.asked
            took.append((first.began - incident.asked).total_seconds())
    name = f"an incident, from asking until it is there (the longest of {len(seeds)})"
    yield Figure(name, f"{max(took):.1f} s", f"≤ {SOON:.0f} s", max(took) <= SOON)
    share = used / lasted / (psutil.cpu_count() or 1)
    yield Figure("… and its engine's share of the machine", f"{share:.1%}", f"< {SHARE:.0%}",
                 share < SHARE)  # fmt: skip


def _has_begun(incident: Incident) -> bool:
    return bool(incident.truth.faults)
