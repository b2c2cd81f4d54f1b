"""From the fault to the inbox, at the pace of chapter 06."""

import time
from collections.abc import Iterator
from statistics import median

from tests.alert_lab import FILES, AlertLab
from tests.benchmarks.figure import Figure

ROUNDS = 3
GOAL = 15.0  # seconds


def figures() -> Iterator[Figure]:
    """A replica that crashes, and a disk that runs full: until somebody has a message."""
    with AlertLab() as lab:
        crashes, disks = [], []
        for _ in range(ROUNDS):
            crashes.append(_seconds_to(lab, "ReplicaDown", lab.web_2.get_wrapped_container().kill))
            lab.web_2.start()
            disks.append(_seconds_to(lab, "DiskFull", lambda: _disk(lab, "2e+09")))
            _disk(lab, "3.4e+10")
            lab.lab.wait_until(lambda: not lab.inbox.unresolved(), "everybody has been told")
    for name, times in (("a crashed replica", crashes), ("a full disk", disks)):
        value = f"{median(times):.1f} s (at most {max(times):.1f})"
        yield Figure(f"{name}, from the fault to the inbox", value, "< 15 s", max(times) < GOAL)


def _seconds_to(lab: AlertLab, alertname: str, fault: object) -> float:
    assert callable(fault)
    lab.inbox.clear()
    began = time.time()
    fault()

    def arrived() -> list[float]:
        return [
            message["arrived"]
            for message in lab.inbox.raw()
            if message["status"] == "firing" and alertname in message["subject"]
        ]

    return min(lab.lab.wait_until(arrived, f"{alertname} is reported")) - began


def _disk(lab: AlertLab, free: str) -> None:
    page = (FILES / "disk.prom").read_text().replace("3.4e+10", free)
    lab.disk.copy_into_container(page.encode(), "/srv/metrics")
