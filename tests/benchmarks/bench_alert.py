"""From the fault to the inbox, at the pace of chapter 06."""

import time
from collections.abc import Callable, Iterator
from statistics import median

from tests.alert_lab import DISK, FULL, AlertLab
from tests.benchmarks.figure import Figure

GOAL = 15.0  # seconds


def ways_to_the_inbox(rounds: int = 3) -> Iterator[Figure]:
    """A replica that crashes, and a disk that runs full: until somebody has a message."""
    with AlertLab() as lab:
        crashes, disks = [], []
        for number in range(rounds):
            if number > 0:
                lab.calm_down()
            crashes.append(seconds_to(lab, "ReplicaDown", lab.web_2.get_wrapped_container().kill))
            lab.web_2.start()
            disks.append(seconds_to(lab, "DiskFull", lambda: lab.set_disk(FULL)))
            lab.set_disk(DISK)
    for name, times in (("a crashed replica", crashes), ("a full disk", disks)):
        value = f"{median(times):.1f} s (at most {max(times):.1f})"
        goal = f"< {GOAL:.0f} s"
        yield Figure(f"{name}, from the fault to the inbox", value, goal, max(times) < GOAL)


def seconds_to(lab: AlertLab, alertname: str, fault: Callable[[], None]) -> float:
    """Seconds from a fault until the first message of its alert is in the inbox."""
    lab.inbox.clear()
    began = time.time()
    fault()

    def arrived() -> list[float]:
        return [
            message["arrived"]
            for message in lab.inbox.raw()
            if message["status"] == "firing" and alertname in message["subject"]
        ]

    return min(lab.wait_until(arrived, f"{alertname} is reported")) - began
